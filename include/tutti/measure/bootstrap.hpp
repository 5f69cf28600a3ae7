// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/percentile.hpp>
#include <tutti/core/random.hpp>
#include <tutti/measure/bias_correction.hpp>
#include <tutti/measure/resample.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iosfwd>
#include <limits>
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
