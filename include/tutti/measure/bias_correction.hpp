// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/statistics.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace tutti::detail {

/// The point of the standard normal distribution below which p lies; NaN where all or nothing lies below it.
inline double bias_point(double p) noexcept {
  return p > 0 && p < 1 ? normal_point(p) : std::numeric_limits<double>::quiet_NaN();
}
/// Which percentiles bound the interval when it is corrected for bias (where the score stands among the resampled ones)
/// and acceleration (how skewed the scores without one part each are).
inline Interval corrected_shares(const Buffer<double>& sorted, double score, const Buffer<double>& without, double level) {
  double below = 0;
  for (const double v : sorted) below += v < score ? 1 : v == score ? 0.5 : 0;
  const double bias = bias_point(below / static_cast<double>(sorted.size()));
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
