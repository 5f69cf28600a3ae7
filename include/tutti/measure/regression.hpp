// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/judged.hpp>
#include <tutti/measure/loss.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

namespace tutti {

namespace detail {
/// What a true and a predicted value cost; `option` is whatever the metric has as one.
using Cost = double (*)(double y, double p, double option);
/// A metric's value for one column of numbers.
using ColumnScore = double (*)(const Judged& j, std::ptrdiff_t column, double total, double option);

/// The mean over the columns of a score: what all metrics of numbers have in common.
inline double mean_over_columns(const Judged& j, ColumnScore score, double option = 0) {
  const double total = checked_numbers(j);
  if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (std::ptrdiff_t c = 0; c < j.outputs.width(); ++c) sum += score(j, c, total, option);
  return sum / static_cast<double>(j.outputs.width());
}
/// sum w cost(true, predicted) over the rows that count.
inline double weighted_sum(const Judged& j, std::ptrdiff_t column, Cost cost, double option = 0) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (const double w = j.weight_of(i); w > 0)
      sum += w * cost(static_cast<double>(j.number(i, column)), static_cast<double>(j.outputs(i, column)), option);
  return sum;
}
inline double squared_error(double y, double p, double) { return (y - p) * (y - p); }
inline double absolute_error(double y, double p, double) { return std::abs(y - p); }
inline double true_value(double y, double, double) { return y; }
inline double squared_distance(double y, double, double from) { return (y - from) * (y - from); }

/// What one column is like, asked of its values: rounded means leave a spread above 0.
struct TargetColumn {
  std::ptrdiff_t rows = 0;                // that count
  bool constant = true, exact = true;     // all true values equal; all predicted right
  bool constant_error = true;             // all errors equal
};
inline TargetColumn column_kind(const Judged& j, std::ptrdiff_t column) noexcept {
  TargetColumn kind;
  double first = 0, first_error = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0) {
      const double y = j.number(i, column), error = y - static_cast<double>(j.outputs(i, column));
      if (kind.rows++ == 0) {
        first = y;
        first_error = error;
      }
      kind.constant = kind.constant && y == first;
      kind.exact = kind.exact && error == 0;
      kind.constant_error = kind.constant_error && error == first_error;
    }
  return kind;
}
/// The share of the best constant's cost that the predictions save: 1 - error / spread; for a constant target 1 where
/// the predictions are exact, and 0 otherwise.
inline double saved_share(const TargetColumn& kind, double error, double spread) noexcept {
  if (kind.constant) return kind.exact ? 1 : 0;
  return 1 - error / spread;
}
}  // namespace detail

/// Root mean squared error: sqrt(sum w (y - p)^2 / sum w); of several numbers the mean of their RMSEs. Its square is
/// the loss MSE, which is a metric as well.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, mean_squared_error(squared=False).
struct RMSE {
  static constexpr const char* name = "RMSE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::mean_over_columns(j, &of_column); }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total, double) {
    return std::sqrt(detail::weighted_sum(j, column, &detail::squared_error) / total);
  }
};

/// Mean absolute error: sum w |y - p| / sum w; of several numbers the mean. A metric, and a loss with dz = w
/// sign(z - y) / (K sum w).
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
struct MAE {
  static constexpr const char* name = "MAE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::judged_by(*this, j); }
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

  double operator()(const Judged& j) const { return detail::mean_over_columns(j, &of_column); }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total, double) {
    const detail::TargetColumn kind = detail::column_kind(j, column);
    if (kind.rows < 2) return std::numeric_limits<double>::quiet_NaN();
    const double mean = detail::weighted_sum(j, column, &detail::true_value) / total;
    return detail::saved_share(kind, detail::weighted_sum(j, column, &detail::squared_error),
                               detail::weighted_sum(j, column, &detail::squared_distance, mean));
  }
};

/// Explained variance: 1 - Var(y - p) / Var(y), variances by weight; of several numbers the mean. Unlike R2 it does not
/// see a bias. A constant target gives 1 for a constant error and 0 otherwise.
/// Errors   DataError, ShapeError as checked_numbers. NaN when an output is NaN.
/// Source   scikit-learn 1.2, explained_variance_score.
struct ExplainedVariance {
  static constexpr const char* name = "explained variance";
  static constexpr bool higher_is_better = true, labels = false;

  double operator()(const Judged& j) const { return detail::mean_over_columns(j, &of_column); }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total, double) {
    const auto error = [](double y, double p, double) { return y - p; };
    const auto squared = [](double y, double p, double bias) { return (y - p - bias) * (y - p - bias); };
    detail::TargetColumn kind = detail::column_kind(j, column);
    kind.exact = kind.constant_error;  // the bias is free
    if (kind.exact) return 1;
    const double mean = detail::weighted_sum(j, column, &detail::true_value) / total;
    const double bias = detail::weighted_sum(j, column, error) / total;
    return detail::saved_share(kind, detail::weighted_sum(j, column, squared, bias),
                               detail::weighted_sum(j, column, &detail::squared_distance, mean));
  }
};

}  // namespace tutti
