// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/histogram.hpp>
#include <tutti/model/column_rules.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

/// What the grower sums over rows and how it judges a split: the only thing in which a classification tree, a
/// regression tree and a tree of gradient boosting differ. Statistics have
///   sums()                     doubles in a cell, the number of rows first
///   at(row), add(cell, it)     what a row carries, adding it
///   score(left, whole)         how good it is to part `whole` into `left` and the rest; higher is better
///   score(whole)               the same for the undivided node: the difference is the gain
///   allows(left, whole)        whether both sides are heavy enough
///   pure(whole, rows, n)       true when the rows are alike: there is nothing to part
///   weight(cell)               how heavy a cell is: the heavier child takes a NaN that training never saw
/// and those whose columns may have rules (ColumnRules)
///   step(cell, limits)         the best value of a leaf that is held within limits
///   score(cell, value)         how good it is that a cell's rows get this value
///   order(cell, smooth)        by what categories are sorted
///   smoothed(lambda)           the same statistics, regularised by so much more
namespace tutti {

/// Weighted class counts, judged by the decrease of Gini impurity or of entropy.
/// Source   Breiman et al., Classification and Regression Trees, 1984.
struct ClassStatistics {
  const std::int32_t* label;
  const float* class_weight;
  int classes;
  bool entropy;

  struct Carried {
    std::int32_t label;
    float weight;
  };
  std::ptrdiff_t sums() const noexcept { return classes + 1; }
  Carried at(std::uint32_t row) const noexcept { return {label[row], class_weight[row]}; }
  static void add(double* cell, Carried c) noexcept {
    cell[0] += 1;
    cell[1 + c.label] += static_cast<double>(c.weight);
  }

  double score(const double* left, const double* whole) const noexcept {
    double a = 0, b = 0, wa = 0, wb = 0;
    if (entropy) {
      for (int k = 1; k <= classes; ++k) {
        const double l = left[k], r = whole[k] - l;
        wa += l;
        wb += r;
        a += plogp(l);
        b += plogp(r);
      }
      return a - plogp(wa) + (b - plogp(wb));
    }
    for (int k = 1; k <= classes; ++k) {
      const double l = left[k], r = whole[k] - l;
      wa += l;
      wb += r;
      a += l * l;
      b += r * r;
    }
    return (wa > 0 ? a / wa : 0) + (wb > 0 ? b / wb : 0);
  }
  double score(const double* whole) const noexcept {
    double a = 0;
    const double w = weight(whole);
    for (int k = 1; k <= classes; ++k) a += entropy ? plogp(whole[k]) : whole[k] * whole[k];
    return entropy ? a - plogp(w) : a / w;
  }
  static bool allows(const double*, const double*) noexcept { return true; }
  bool pure(const double* whole, const std::uint32_t*, std::ptrdiff_t) const noexcept {
    int present = 0;
    for (int k = 1; k <= classes; ++k) present += whole[k] > 0;
    return present <= 1;
  }
  double weight(const double* cell) const noexcept {
    double w = 0;
    for (int k = 1; k <= classes; ++k) w += cell[k];
    return w;
  }

 private:
  static double plogp(double p) noexcept { return p > 0 ? p * std::log(p) : 0; }
};

/// Sums of first and second derivatives. A leaf that adds the value v changes the loss by G v + (H + lambda) v^2 / 2,
/// at best by -G^2 / (H + lambda) / 2, so G^2 / (H + lambda) is its score; with an L1 penalty alpha |v| besides, |G| is
/// less by alpha, and 0 at least. With G = sum w (m - y), H = sum w and
/// lambda = 0 that is the decrease of the squared error: a regression tree.
/// Source   Chen and Guestrin, XGBoost: a scalable tree boosting system, KDD 2016.
struct GradientStatistics {
  const kernel::GradientPair* pair;
  double lambda = 0, min_hessian = 0;
  double alpha = 0;
  const float* target = nullptr;  // of a regression tree: rows of equal targets are not parted any further

  static constexpr std::ptrdiff_t sums() noexcept { return 3; }
  kernel::GradientPair at(std::uint32_t row) const noexcept { return pair[row]; }
  static void add(double* cell, kernel::GradientPair p) noexcept {
    cell[0] += 1;
    cell[1] += static_cast<double>(p.gradient);
    cell[2] += static_cast<double>(p.hessian);
  }

  double score(const double* left, const double* whole) const noexcept {
    return part(left[1], left[2]) + part(whole[1] - left[1], whole[2] - left[2]);
  }
  double score(const double* whole) const noexcept { return part(whole[1], whole[2]); }
  bool allows(const double* left, const double* whole) const noexcept {
    return left[2] >= min_hessian && whole[2] - left[2] >= min_hessian;
  }
  bool pure(const double*, const std::uint32_t* rows, std::ptrdiff_t n) const noexcept {
    if (target == nullptr) return false;
    for (std::ptrdiff_t i = 1; i < n; ++i)
      if (target[rows[i]] != target[rows[0]]) return false;
    return true;
  }
  static double weight(const double* cell) noexcept { return cell[2]; }
  double step(const double* cell, const LeafLimits& limits) const noexcept {
    return std::clamp(step(cell[1], cell[2]), limits.low, limits.high);
  }
  double score(const double* cell, double value) const noexcept {
    return -(2 * cell[1] * value + (cell[2] + lambda) * value * value + 2 * alpha * std::fabs(value));
  }
  static double order(const double* cell, double smooth) noexcept {
    return cell[2] + smooth > 0 ? cell[1] / (cell[2] + smooth) : 0;
  }
  GradientStatistics smoothed(double more) const noexcept {
    GradientStatistics s = *this;
    s.lambda += more;
    return s;
  }
  /// The best value of a leaf with these sums.
  double step(double g, double h) const noexcept {
    return h + lambda > 0 ? -std::copysign(drawn(g), g) / (h + lambda) : 0;
  }

 private:
  double drawn(double g) const noexcept { return std::max(std::fabs(g) - alpha, 0.0); }
  double part(double g, double h) const noexcept {
    const double t = drawn(g);
    return h + lambda > 0 ? t * t / (h + lambda) : 0;
  }
};

}  // namespace tutti
