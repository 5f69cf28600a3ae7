// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>
#include <tutti/measure/number_losses.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/measure/statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

/// Metrics of numbers that look at the order of errors, or of targets.
namespace tutti {

namespace detail {
/// The least value that has at least the share `level` of the weight at or below it (low), and the next one where it has
/// exactly that (high): any number between the two is a quantile.
inline Interval quantiles_of(const Judged& j, std::ptrdiff_t column, Cost value_of, double level) {
  const auto value = [&](std::size_t row) {
    const auto i = static_cast<std::ptrdiff_t>(row);
    return value_of(static_cast<double>(j.number(i, column)), static_cast<double>(j.outputs(i, column)), 0);
  };
  SortKeys keys;
  double total = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0) keys.push_back({ordered(value(static_cast<std::size_t>(i))), static_cast<RowIndex>(i)});
  sort_keys(keys);
  for (const auto& key : keys) total += j.weight_of(key.second);
  double below = 0;
  for (std::size_t n = 0; n < keys.size(); ++n) {
    below += j.weight_of(keys[n].second);
    const bool last = n + 1 == keys.size();
    if (below < level * total && !last) continue;
    return {value(keys[n].second), value(keys[below == level * total && !last ? n + 1 : n].second)};
  }
  return {};
}
}  // namespace detail

/// The median of |y - p| by weight: the least error with half of the weight at or below it; where that is exactly half, the
/// mean of it and the next one, so that equal weights are as good as none. Of several numbers the mean of their medians.
/// Cost     N log N.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, median_absolute_error; there the lower of the two errors where weights are given.
struct MedianAbsoluteError {
  static constexpr const char* name = "median error";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::mean_over_columns(j, &of_column); }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double, double) {
    const Interval median = detail::quantiles_of(j, column, &detail::absolute_error, 0.5);
    return (median.low + median.high) / 2;
  }
};

/// The largest |y - p| of any row that counts, and of any of several numbers.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, max_error (one number only).
struct MaxError {
  static constexpr const char* name = "max error";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const {
    checked_numbers(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    double most = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0)
        for (std::ptrdiff_t c = 0; c < j.outputs.width(); ++c)
          most = std::max(most, std::abs(static_cast<double>(j.number(i, c)) - static_cast<double>(j.outputs(i, c))));
    return most;
  }
};

/// The share of the pinball loss of the best constant, the weighted quantile of the targets, that the predictions save: 1 -
/// Q(y, p) / Q(y, q). With the level 1/2 it is the D2 of absolute errors. A constant target gives 1 for exact predictions
/// and 0 otherwise; fewer than two rows of weight above 0 give NaN. Of several numbers the mean.
/// Cost     N log N.
/// Errors   DataError, ShapeError as checked_numbers; DataError for a level that is not between 0 and 1. NaN when an output
///          is NaN.
/// Source   scikit-learn 1.2, d2_pinball_score, d2_absolute_error_score; without weights and for other levels than 1/2 it
///          takes an interpolated quantile there, which is not the best constant.
struct D2Pinball {
  static constexpr const char* name = "D2 pinball";
  static constexpr bool higher_is_better = true, labels = false;

  double level = 0.5;

  double operator()(const Judged& j) const {
    Quantile{level}.check(1);
    return detail::mean_over_columns(j, &of_column, level);
  }

 private:
  static double pinball(double y, double p, double level) { return y > p ? level * (y - p) : (1 - level) * (p - y); }
  static double of_column(const Judged& j, std::ptrdiff_t column, double, double level) {
    const detail::TargetColumn kind = detail::column_kind(j, column);
    if (kind.rows < 2) return std::numeric_limits<double>::quiet_NaN();
    const double quantile = detail::quantiles_of(j, column, &detail::true_value, level).low;
    double spread = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0)
        spread += w * pinball(static_cast<double>(j.number(i, column)), quantile, level);
    return detail::saved_share(kind, detail::weighted_sum(j, column, &pinball, level), spread);
  }
};

}  // namespace tutti
