// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/random.hpp>
#include <tutti/core/units.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/judged_rows.hpp>
#include <tutti/measure/statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iosfwd>
#include <limits>
#include <numbers>
#include <span>
#include <string>

namespace tutti {

struct Bootstrap {
  int resamples = 1000;
  double level = 0.95;
  std::uint64_t seed = 0;
  bool bca = false;  // correct for bias and skewness; otherwise the percentiles
};

/// A score, and how far it would be off on other rows of the same kind.
struct BootstrapInterval {
  double score = 0, low = 0, high = 0, standard_error = 0;
  int resamples = 0;  // those on which the metric is defined
};

/// "0.93 [0.91, 0.95]"
[[gnu::cold]] inline std::string to_string(const BootstrapInterval& b) {
  char text[96];
  std::snprintf(text, sizeof text, "%.5g [%.5g, %.5g]", b.score, b.low, b.high);
  return text;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const BootstrapInterval& b) {
  return out << to_string(b);
}

namespace detail {

/// What is drawn together: rows that count, each alone, or those of one group.
struct DrawnUnits {
  Buffer<RowIndex> rows;
  Buffer<std::size_t> first{0};  // of each unit, and the end

  explicit DrawnUnits(const Judged& j) {
    SortKeys keys;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0)
        keys.push_back({j.group.empty() ? i : j.group[static_cast<std::size_t>(i)], static_cast<RowIndex>(i)});
    sort_keys(keys);
    for (std::size_t n = 0; n < keys.size(); ++n) {
      if (n > 0 && keys[n].first != keys[n - 1].first) first.push_back(n);
      rows.push_back(keys[n].second);
    }
    first.push_back(rows.size());
  }
  std::ptrdiff_t size() const noexcept { return std::ssize(first) - 1; }
  std::span<const RowIndex> unit(std::ptrdiff_t u) const noexcept { return units(u, u + 1); }
  std::span<const RowIndex> units(std::ptrdiff_t begin, std::ptrdiff_t end) const noexcept {
    const std::size_t from = first[static_cast<std::size_t>(begin)], to = first[static_cast<std::size_t>(end)];
    return {rows.data() + from, to - from};
  }
};

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

/// metric(rows) for each of `count` choices of rows, `choose` fills them in; side by side, a fixed number in a chunk.
template <class On, class Choose>
Buffer<double> scores_of_choices(const AnyMetric& metric, const Judged& j, std::ptrdiff_t count, const Choose& choose) {
  Buffer<double> scores(static_cast<std::size_t>(count));
  parallel::for_each<On>(count, 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    JudgedRows chosen;
    for (std::ptrdiff_t n = begin; n < end; ++n) {
      chosen.clear(j);
      choose(n, chosen);
      scores[static_cast<std::size_t>(n)] = metric(chosen.judged());
    }
  });
  return scores;
}

/// The scores without one unit each; of many units without one of `most` parts of them each.
template <class On>
Buffer<double> scores_without(const AnyMetric& metric, const Judged& j, const DrawnUnits& all) {
  constexpr std::ptrdiff_t most = 1000;
  const std::ptrdiff_t parts = std::min(all.size(), most);
  return scores_of_choices<On>(metric, j, parts, [&](std::ptrdiff_t n, JudgedRows& chosen) {
    chosen.append(j, all.units(0, all.size() * n / parts));
    chosen.append(j, all.units(all.size() * (n + 1) / parts, all.size()));
  });
}

}  // namespace detail

/// A bootstrap interval for a metric: rows are drawn with replacement, as many as there are, and judged again and again.
/// Where there are groups, whole groups are drawn, and one that is drawn twice counts as two. The interval holds the share
/// `level` of the resampled scores between equal tails, interpolated; with `bca` the tails are corrected for bias and
/// acceleration (BCa), the latter from the scores without one row or group each, or one of 1000 parts of them where there
/// are more. Resamples on which the metric is NaN are left out; fewer than two others give NaN. The standard error is the
/// deviation of the resampled scores.
/// Cost     `resamples` evaluations of the metric, on all cores; with `bca` at most 1000 more.
/// Errors   as the metric; DataError for fewer than two resamples, rows or groups, or a level not between 0 and 1. The same
///          numbers for any number of threads.
/// Source   Efron, Better bootstrap confidence intervals (1987); as scipy.stats.bootstrap.
template <class On = parallel::Backend>
BootstrapInterval bootstrap_interval(const AnyMetric& metric, const Judged& j, const Bootstrap& options = {}) {
  check(options.resamples >= 2, "resamples: expected at least two", options.resamples);
  detail::check_level(options.level);
  BootstrapInterval found;
  found.score = metric(j);
  const detail::DrawnUnits all(j);
  check(all.size() >= 2, j.group.empty() ? "expected at least two rows to draw from" : "expected at least two groups to draw from",
        all.size());

  const Random random = Random(options.seed).stream("bootstrap");
  const Buffer<double> values = detail::scores_of_choices<On>(metric, j, options.resamples, [&](std::ptrdiff_t n, JudgedRows& chosen) {
    Random draw = random.stream(static_cast<std::uint64_t>(n));
    for (std::ptrdiff_t u = 0; u < all.size(); ++u)
      chosen.append(j, all.unit(draw.below(static_cast<std::uint32_t>(all.size()))), u);
  });
  const Buffer<double> sorted = detail::sorted_defined(values);
  found.resamples = static_cast<int>(sorted.size());
  found.low = found.high = found.standard_error = std::numeric_limits<double>::quiet_NaN();
  if (found.resamples < 2 || std::isnan(found.score)) return found;
  found.standard_error = standard_deviation(sorted);
  const double tail = (1 - options.level) / 2;
  Interval shares{tail, 1 - tail};
  if (options.bca)
    shares = detail::corrected_shares(sorted, found.score, detail::scores_without<On>(metric, j, all), options.level);
  found.low = detail::percentile(sorted, shares.low);
  found.high = detail::percentile(sorted, shares.high);
  return found;
}

}  // namespace tutti
