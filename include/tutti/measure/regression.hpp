// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/judged.hpp>
#include <tutti/measure/loss.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

namespace tutti {

namespace detail {
/// The mean over the columns of score(column, total weight): what all metrics of numbers have in common.
template <class Score>
double mean_over_columns(const Judged& j, Score&& score) {
  const double total = checked_numbers(j);
  if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (std::ptrdiff_t c = 0; c < j.outputs.width(); ++c) sum += score(c, total);
  return sum / static_cast<double>(j.outputs.width());
}
/// sum w f(true, predicted) over the rows that count.
template <class F>
double weighted_sum(const Judged& j, std::ptrdiff_t column, F&& f) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (const double w = j.weight_of(i); w > 0)
      sum += w * f(static_cast<double>(j.number(i, column)), static_cast<double>(j.outputs(i, column)));
  return sum;
}
inline double squared_error(double y, double p) { return (y - p) * (y - p); }
}  // namespace detail

/// Root mean squared error: sqrt(sum w (y - p)^2 / sum w); of several numbers the mean of their RMSEs.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, mean_squared_error(squared=False).
struct RMSE {
  static constexpr const char* name = "RMSE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const {
    return detail::mean_over_columns(j, [&](std::ptrdiff_t c, double total) {
      return std::sqrt(detail::weighted_sum(j, c, detail::squared_error) / total);
    });
  }
};

/// Mean absolute error: sum w |y - p| / sum w; of several numbers the mean. A metric, and a loss with dz = w
/// sign(z - y) / (K sum w).
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
struct MAE {
  static constexpr const char* name = "MAE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const {
    return detail::mean_over_columns(j, [&](std::ptrdiff_t c, double total) {
      return detail::weighted_sum(j, c, [](double y, double p) { return std::abs(y - p); }) / total;
    });
  }
  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    return detail::mean_over_numbers<T>(z, t, dz, [](double a, double b) {
      return detail::Slope{std::abs(a - b), static_cast<double>((a > b) - (a < b))};
    });
  }
};

/// Coefficient of determination: 1 - sum w (y - p)^2 / sum w (y - mean y)^2; of several numbers the mean. A
/// constant target gives 1 for exact predictions and 0 otherwise; fewer than two rows of weight above 0 give
/// NaN.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, r2_score; a target counts as constant here when all its values are equal.
struct R2 {
  static constexpr const char* name = "R2";
  static constexpr bool higher_is_better = true, labels = false;

  double operator()(const Judged& j) const {
    return detail::mean_over_columns(j,
                                     [&](std::ptrdiff_t c, double total) { return of_column(j, c, total); });
  }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total) {
    const double error = detail::weighted_sum(j, column, detail::squared_error);
    const double mean = detail::weighted_sum(j, column, [](double y, double) { return y; }) / total;
    const double spread =
        detail::weighted_sum(j, column, [mean](double y, double) { return (y - mean) * (y - mean); });
    std::ptrdiff_t counting = 0, first = 0;
    bool constant = true;  // asked of the values: a rounded mean leaves a spread above 0
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0) {
        if (counting++ == 0) first = i;
        constant = constant && j.number(i, column) == j.number(first, column);
      }
    if (counting < 2) return std::numeric_limits<double>::quiet_NaN();
    if (constant) return error == 0 ? 1 : 0;
    return 1 - error / spread;
  }
};

}  // namespace tutti
