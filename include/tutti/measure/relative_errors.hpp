// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/regression.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

/// Errors in proportion to the target, which is a price, a count, a duration.
namespace tutti {

namespace detail {
/// Refuses a true value of a row that counts unless good(value).
inline void check_targets(const Judged& j, bool (*good)(double), const char* expected) {
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0)
      for (std::ptrdiff_t c = 0; c < j.outputs.width(); ++c)
        check(good(static_cast<double>(j.number(i, c))), {"row ", i, ": expected a target ", expected}, j.number(i, c));
}
inline double squared_log_error(double y, double p, double) {
  if (p < 0) return std::numeric_limits<double>::quiet_NaN();
  const double e = std::log1p(y) - std::log1p(p);
  return e * e;
}
inline double mean_squared_log_error(const Judged& j, std::ptrdiff_t column, double total, double) {
  return weighted_sum(j, column, &squared_log_error) / total;
}
inline double log_error(const Judged& j, ColumnScore score) {
  checked_numbers(j);
  check_targets(j, [](double y) { return y >= 0; }, "of 0 or more");
  return mean_over_columns(j, score);
}
}  // namespace detail

/// Mean absolute percentage error, as a share: sum w |y - p| / max(|y|, eps) / sum w, eps = 2^-52; of several numbers the
/// mean. A target of 0 that is not met makes it huge.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, mean_absolute_percentage_error.
struct MAPE {
  static constexpr const char* name = "MAPE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::mean_over_columns(j, &of_column); }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total, double) {
    return detail::weighted_sum(j, column, [](double y, double p, double) {
      return std::abs(y - p) / std::max(std::abs(y), std::numeric_limits<double>::epsilon());
    }) / total;
  }
};

/// Mean squared logarithmic error: sum w (ln(1 + y) - ln(1 + p))^2 / sum w; of several numbers the mean.
/// Errors   DataError, ShapeError as checked_numbers; DataError for a target below 0. NaN when an output is NaN or below 0
///          (scikit-learn raises there).
/// Source   scikit-learn 1.2, mean_squared_log_error.
struct MSLE {
  static constexpr const char* name = "MSLE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::log_error(j, &detail::mean_squared_log_error); }
};

/// The root of MSLE; of several numbers the mean of their roots.
/// Errors   as MSLE.
/// Source   scikit-learn 1.2, mean_squared_log_error(squared=False).
struct RMSLE {
  static constexpr const char* name = "RMSLE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::log_error(j, &of_column); }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total, double) {
    return std::sqrt(detail::mean_squared_log_error(j, column, total, 0));
  }
};

}  // namespace tutti
