// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/units.hpp>
#include <tutti/measure/statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

/// Percentiles of resampled scores, and which of them bound an interval.
namespace tutti::detail {

/// The numbers that are defined, in order.
inline Buffer<double> sorted_defined(const Buffer<double>& values) {
  SortKeys keys;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) keys.push_back({ordered(values[i]), static_cast<RowIndex>(i)});
  sort_keys(keys);
  Buffer<double> sorted;
  for (const auto& key : keys) sorted.push_back(values[key.second]);
  return sorted;
}
/// The number below which the share p of sorted numbers lies, between two of them in proportion.
inline double percentile(const Buffer<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  if (!(at >= 0)) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t below = static_cast<std::size_t>(at), above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}
/// The point of the standard normal distribution below which p lies.
inline double normal_point(double p) {
  if (p == 0.5) return 0;
  if (!(p > 0 && p < 1)) return std::numeric_limits<double>::quiet_NaN();
  return p > 0.5 ? normal_quantile(2 * p - 1) : -normal_quantile(1 - 2 * p);
}
/// Which percentiles bound the interval when it is corrected for bias (where the score stands among the resampled ones)
/// and acceleration (how skewed the scores without one part each are).
inline Interval corrected_shares(const Buffer<double>& sorted, double score, const Buffer<double>& without, double level) {
  double below = 0;
  for (const double v : sorted) below += v < score ? 1 : v == score ? 0.5 : 0;
  const double bias = normal_point(below / static_cast<double>(sorted.size()));
  const double center = mean(without);
  double squares = 0, cubes = 0;
  for (const double v : without) {
    squares += (center - v) * (center - v);
    cubes += (center - v) * (center - v) * (center - v);
  }
  const double skew = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
  const auto share = [&](double z) {
    const double shifted = bias + z;
    return std::erfc(-(bias + shifted / (1 - skew * shifted)) / std::numbers::sqrt2) / 2;
  };
  const double z = normal_quantile(level);
  return {share(-z), share(z)};
}

}  // namespace tutti::detail
