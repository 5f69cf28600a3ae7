// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/loss.hpp>

/// Losses of numbers that bear outliers or ask for another part of the distribution than its mean. They are metrics as
/// well, with the errors of checked_numbers and of their options, and NaN when an output is NaN. The mean absolute error is
/// MAE (measure/regression.hpp).
namespace tutti {

/// Quadratic near the target, linear beyond delta: e^2 / 2 where |e| = |z - y| <= delta, delta (|e| - delta / 2)
/// elsewhere, the weighted mean over all numbers. A Network counts delta in standard deviations of the target.
/// Shapes   z (N, K), numbers (N, K), dz (N, K) or empty; dz may be z.
/// Source   Huber, Robust estimation of a location parameter (1964), as PyTorch's HuberLoss.
struct Huber {
  static constexpr const char* name = "Huber";
  static constexpr bool higher_is_better = false, labels = false;

  double delta = 1;

  void check(int) const {
    tutti::check(delta > 0 && std::isfinite(delta), "delta: expected a positive number", delta);
  }
  double operator()(const Judged& j) const {
    check(1);
    return detail::judged_by(*this, j);
  }

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    return detail::mean_over_numbers<T>(z, t, dz, [d = delta](double a, double b) {
      const double e = a - b, size = std::abs(e);
      return size <= d ? detail::Slope{e * e / 2, e} : detail::Slope{d * (size - d / 2), e > 0 ? d : -d};
    });
  }
};

/// Pinball loss, lowest at the quantile of this level: level (y - z) where the target y is above z, (1 - level)
/// (z - y) where it is below, the weighted mean over all numbers. scikit-learn 1.2: mean_pinball_loss.
/// Shapes   z (N, K), numbers (N, K), dz (N, K) or empty; dz may be z.
/// Source   Koenker, Bassett, Regression quantiles (1978).
struct Quantile {
  static constexpr const char* name = "quantile";
  static constexpr bool higher_is_better = false, labels = false;

  double level = 0.5;

  void check(int) const { tutti::check(level > 0 && level < 1, "level: expected a number between 0 and 1", level); }
  double operator()(const Judged& j) const {
    check(1);
    return detail::judged_by(*this, j);
  }

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    return detail::mean_over_numbers<T>(z, t, dz, [q = level](double a, double b) {
      const double e = a - b, slope = e > 0 ? 1 - q : e < 0 ? -q : 0;
      return detail::Slope{e * (e > 0 ? 1 - q : -q), slope};
    });
  }
};

}  // namespace tutti
