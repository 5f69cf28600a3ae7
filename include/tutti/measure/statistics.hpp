// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/measure/normal_point.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>

namespace tutti {

/// The arithmetic mean; NaN of nothing.
inline double mean(std::span<const double> values) noexcept {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

/// The sample standard deviation, sqrt(sum (x - mean)^2 / (n - 1)); NaN of fewer than two values.
inline double standard_deviation(std::span<const double> values) noexcept {
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double center = mean(values);
  double sum = 0;
  for (const double v : values) sum += (v - center) * (v - center);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// The standard error of the mean of independent values, s / sqrt(n); NaN of fewer than two values.
inline double standard_error(std::span<const double> values) noexcept {
  return standard_deviation(values) / std::sqrt(static_cast<double>(values.size()));
}

namespace detail {
/// The chance that |t| is below sqrt(degrees) tan(angle) for Student's t of whole degrees of freedom, by
/// finite sums.
/// Source   Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
inline double within_t(double angle, int degrees) noexcept {
  const double sine = std::sin(angle), cosine = std::cos(angle);
  const bool odd = degrees % 2 == 1;
  double sum = 0, term = odd ? cosine : 1;
  for (int k = odd ? 1 : 0; k <= degrees - 2; k += 2) {
    sum += term;
    term *= cosine * cosine * (k + 1) / (k + 2);
  }
  return odd ? 2 / std::numbers::pi * (angle + sine * sum) : sine * sum;
}
/// The x in [0, top] where the increasing function f reaches `level`.
template <class F>
double where(double level, double top, F&& f) {
  double low = 0, high = top;
  for (int i = 0; i < 200; ++i) {  // ends early, when no number lies between the two
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) < level ? low : high) = middle;
  }
  return high;
}
inline void check_level(double level) {
  check(level > 0 && level < 1, "expected a confidence level between 0 and 1", level);
}
}  // namespace detail

/// How many standard deviations on both sides of the mean hold the share `level` of a normal distribution:
/// 1.96 for 0.95.
/// Errors   DataError for a level that is not between 0 and 1.
inline double normal_quantile(double level) {
  detail::check_level(level);
  return -detail::normal_point((1 - level) / 2);
}

/// The same for Student's t with whole degrees of freedom: 12.7 for 0.95 and 1 degree, 1.96 for many.
/// Cost     about 30 times the degrees of freedom, at most 10000; then a series in their inverse.
/// Errors   DataError for a level that is not between 0 and 1, or fewer than one degree of freedom.
/// Source   Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5 (the series).
inline double t_quantile(double level, std::ptrdiff_t degrees) {
  detail::check_level(level);
  check(degrees >= 1, "expected at least one degree of freedom", degrees);
  if (degrees <= 10000) {
    const int n = static_cast<int>(degrees);
    const auto within = [n](double angle) { return detail::within_t(angle, n); };
    return std::sqrt(n) * std::tan(detail::where(level, std::numbers::pi / 2, within));
  }
  const double n = static_cast<double>(degrees), z = normal_quantile(level), z2 = z * z;
  return z * (1 + ((z2 + 1) / 4 + ((5 * z2 + 16) * z2 + 3) / (96 * n)) / n);
}

struct Interval {
  double low = 0, high = 0;
};

/// The t interval that holds the mean of independent, roughly normal values with confidence `level`: mean +-
/// t s / sqrt(n); NaN of fewer than two values. Scores of the folds of one cross-validation share training
/// rows, so that the interval is somewhat too narrow for them.
/// Errors   DataError for a level that is not between 0 and 1.
/// Source   Bengio and Grandvalet, No unbiased estimator of the variance of k-fold cross-validation (JMLR 5,
///          2004).
inline Interval confidence_interval(std::span<const double> values, double level = 0.95) {
  detail::check_level(level);
  const double error = standard_error(values);  // NaN of too few values
  const double half = std::isnan(error) ? error : t_quantile(level, std::ssize(values) - 1) * error;
  return {mean(values) - half, mean(values) + half};
}

}  // namespace tutti
