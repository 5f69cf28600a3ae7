// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/relative_errors.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

/// Deviances of the Tweedie family: what counts and sums of claims are judged by.
namespace tutti {

namespace detail {
/// Twice what the log-likelihood of y lacks when the mean is m, variance proportional to m^power; NaN for a mean that the
/// distribution does not have.
inline double tweedie_deviance(double y, double m, double power) {
  if (power == 0) return (y - m) * (y - m);
  if (!(m > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (power == 1) return 2 * ((y > 0 ? y * std::log(y / m) : 0) - y + m);
  if (power == 2) return 2 * (std::log(m / y) + y / m - 1);
  return 2 * (std::pow(std::max(y, 0.0), 2 - power) / ((1 - power) * (2 - power)) - y * std::pow(m, 1 - power) / (1 - power) +
              std::pow(m, 2 - power) / (2 - power));
}
inline void check_power(const Judged& j, double power) {
  checked_numbers(j);
  check(std::isfinite(power) && (power <= 0 || power >= 1), "power: expected 0 or less, or 1 or more", power);
  if (power >= 2) check_targets(j, [](double y) { return y > 0; }, "above 0");
  else if (power >= 1) check_targets(j, [](double y) { return y >= 0; }, "of 0 or more");
}
inline double mean_deviance(const Judged& j, std::ptrdiff_t column, double total, double power) {
  return weighted_sum(j, column, &tweedie_deviance, power) / total;
}
}  // namespace detail

/// Mean Tweedie deviance: for power 0 the squared error, 1 Poisson, 2 gamma, 3 inverse Gaussian, between 1 and 2 sums of a
/// Poisson number of gammas; in general 2 (y^(2 - q) / ((1 - q)(2 - q)) - y p^(1 - q) / (1 - q) + p^(2 - q) / (2 - q)) for
/// power q, y^(2 - q) of a y below 0 counting as 0; the weighted mean, of several numbers their mean.
/// Errors   DataError, ShapeError as checked_numbers; DataError for a power between 0 and 1, a target below 0 from power 1,
///          a target of 0 from power 2. NaN when an output is NaN, or 0 or less for a power other than 0 (scikit-learn
///          raises there).
/// Source   scikit-learn 1.2, mean_tweedie_deviance.
struct TweedieDeviance {
  static constexpr const char* name = "Tweedie deviance";
  static constexpr bool higher_is_better = false, labels = false;

  double power = 1.5;

  double operator()(const Judged& j) const {
    detail::check_power(j, power);
    return detail::mean_over_columns(j, &detail::mean_deviance, power);
  }
};

/// Mean Poisson deviance: 2 (y ln(y / p) - y + p), for counts and rates. TweedieDeviance{1}.
/// Errors   as there.
struct PoissonDeviance {
  static constexpr const char* name = "Poisson deviance";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return TweedieDeviance{1}(j); }
};

/// Mean gamma deviance: 2 (ln(p / y) + y / p - 1), for positive amounts. TweedieDeviance{2}.
/// Errors   as there.
struct GammaDeviance {
  static constexpr const char* name = "gamma deviance";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return TweedieDeviance{2}(j); }
};

/// The share of the deviance of the mean target that the predictions explain: 1 - D(y, p) / D(y, mean y); R2 is that of
/// power 0. A constant target gives 1 for exact predictions and 0 otherwise; fewer than two rows of weight above 0 give NaN.
/// Errors   as TweedieDeviance.
/// Source   scikit-learn 1.2, d2_tweedie_score, which divides by 0 for a constant target.
struct D2Tweedie {
  static constexpr const char* name = "D2 Tweedie";
  static constexpr bool higher_is_better = true, labels = false;

  double power = 1.5;

  double operator()(const Judged& j) const {
    detail::check_power(j, power);
    return detail::mean_over_columns(j, &of_column, power);
  }

 private:
  static double of_column(const Judged& j, std::ptrdiff_t column, double total, double power) {
    const detail::TargetColumn kind = detail::column_kind(j, column);
    if (kind.rows < 2) return std::numeric_limits<double>::quiet_NaN();
    const double mean = detail::weighted_sum(j, column, &detail::true_value) / total;
    double spread = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0)
        spread += w * detail::tweedie_deviance(static_cast<double>(j.number(i, column)), mean, power);
    return detail::saved_share(kind, detail::weighted_sum(j, column, &detail::tweedie_deviance, power), spread);
  }
};

}  // namespace tutti
