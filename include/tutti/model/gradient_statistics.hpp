// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_rules.hpp>

#include <algorithm>
#include <cmath>

namespace tutti {

/// How a tree of boosting judges a split: a cell of a histogram is {rows, G, H}, the sums of first and second derivatives. A
/// leaf that adds the value v changes the loss by G v + (H + lambda) v^2 / 2, at best by -G^2 / (H + lambda) / 2, so
/// G^2 / (H + lambda) is its score; with an L1 penalty alpha |v| besides, |G| is less by alpha, and 0 at least.
/// Source   Chen and Guestrin, XGBoost: a scalable tree boosting system, KDD 2016.
struct GradientStatistics {
  double lambda = 0, min_hessian = 0, alpha = 0;

  static constexpr int sums = 3;

  double score(const double* left, const double* whole) const noexcept {
    return part(left[1], left[2]) + part(whole[1] - left[1], whole[2] - left[2]);
  }
  /// The same for the undivided node: the difference is the gain.
  double score(const double* whole) const noexcept { return part(whole[1], whole[2]); }
  /// How good it is that a cell's rows get this value.
  double score(const double* cell, double value) const noexcept {
    return -(2 * cell[1] * value + (cell[2] + lambda) * value * value + 2 * alpha * std::fabs(value));
  }
  /// Whether both sides are heavy enough.
  bool allows(const double* left, const double* whole, double min_rows) const noexcept {
    return left[0] >= min_rows && whole[0] - left[0] >= min_rows && left[2] >= min_hessian && whole[2] - left[2] >= min_hessian;
  }
  /// Whether the left side takes a NaN that training never saw.
  static bool heavier(const double* left, const double* whole) noexcept { return 2 * left[2] >= whole[2]; }

  /// The best value of a leaf with these sums, and of one that is held within limits.
  double step(double g, double h) const noexcept {
    return h + lambda > 0 ? -std::copysign(drawn(g), g) / (h + lambda) : 0;
  }
  double step(const double* cell, const LeafLimits& limits) const noexcept {
    return std::clamp(step(cell[1], cell[2]), limits.low, limits.high);
  }
  /// By what categories are sorted.
  static double order(const double* cell, double smooth) noexcept {
    return cell[2] + smooth > 0 ? cell[1] / (cell[2] + smooth) : 0;
  }
  /// The same statistics, regularised by so much more.
  GradientStatistics smoothed(double more) const noexcept { return {lambda + more, min_hessian, alpha}; }

 private:
  double drawn(double g) const noexcept { return std::max(std::fabs(g) - alpha, 0.0); }
  double part(double g, double h) const noexcept {
    const double t = drawn(g);
    return h + lambda > 0 ? t * t / (h + lambda) : 0;
  }
};

}  // namespace tutti
