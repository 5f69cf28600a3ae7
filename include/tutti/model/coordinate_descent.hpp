// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti {

/// l1 |w|_1 + l2 / 2 |w|^2
struct ElasticPenalty {
  double l1 = 0, l2 = 0;
};

struct DescentOptions {
  int sweeps = 1000;
  double tolerance = 1e-4;  // of the duality gap, in units of |y|^2
  double step = 1e-4;       // of the last sweep's steps, in units of the largest w
};

struct Descent {
  int sweeps = 0;
  double gap = 0;
  bool converged = false;
};

/// 1/2 |y - X w|^2 seen through G = X^T X, q = X^T y and |y|^2: a step costs `width`, however many rows there are.
/// Shapes   G (n, n), all of it, which must outlive this; w, q, slopes (n).
struct GramResidual {
  std::ptrdiff_t n = 0;
  const double* G = nullptr;
  Buffer<double> q{}, slopes{};  // slopes = X^T (y - X w)
  double target_square = 0;

  double square(std::ptrdiff_t j) const noexcept { return G[j * n + j]; }
  double slope(std::ptrdiff_t j) const noexcept { return slopes[static_cast<std::size_t>(j)]; }
  void move(std::ptrdiff_t j, double step) noexcept { kernel::axpy(n, -step, G + j * n, slopes.data()); }
  double move(std::ptrdiff_t j, double step, std::ptrdiff_t next) noexcept {
    move(j, step);
    return slope(next);
  }
  const Buffer<double>& all_slopes() noexcept { return slopes; }
  double residual_square(const Buffer<double>& w) const noexcept {
    return std::max(0.0, residual_target(w) - kernel::sum_of_products(n, slopes.data(), w.data()));
  }
  double residual_target(const Buffer<double>& w) const noexcept {  // (y - X w)^T y
    return target_square - kernel::sum_of_products(n, q.data(), w.data());
  }
};

/// The same through X itself, by columns: a step costs `rows`.
/// Shapes   X (n, rows): one column after the other, squares (n): both must outlive this; y, residual (rows).
struct ColumnResidual {
  std::ptrdiff_t n = 0, rows = 0;
  const double *X = nullptr, *squares = nullptr;
  Buffer<double> y{}, residual{}, slopes{};
  double target_square = 0;

  const double* column(std::ptrdiff_t j) const noexcept { return X + j * rows; }
  double square(std::ptrdiff_t j) const noexcept { return squares[j]; }
  double slope(std::ptrdiff_t j) const noexcept { return kernel::sum_of_products(rows, column(j), residual.data()); }
  void move(std::ptrdiff_t j, double step) noexcept { kernel::axpy(rows, -step, column(j), residual.data()); }
  /// The same, and then the slope of the next column: one pass over the residual.
  double move(std::ptrdiff_t j, double step, std::ptrdiff_t next) noexcept {
    constexpr std::ptrdiff_t w = kernel::lanes<double>;
    const double *const own = column(j), *const other = column(next);
    double* const r = residual.data();
    const kernel::Batch<double> by(-step);
    kernel::Batch<double> sum[2] = {kernel::Batch<double>(0.0), kernel::Batch<double>(0.0)};
    std::ptrdiff_t i = 0;
    for (; i + 2 * w <= rows; i += 2 * w)
#pragma GCC unroll 2
      for (std::size_t k = 0; k < 2; ++k) {
        const std::ptrdiff_t at = i + static_cast<std::ptrdiff_t>(k) * w;
        const auto left = kernel::multiply_add<double>(by, kernel::load<double>(own + at), kernel::load<double>(r + at));
        kernel::store<double>(left, r + at);
        sum[k] = kernel::multiply_add<double>(left, kernel::load<double>(other + at), sum[k]);
      }
    for (; i < rows; i += w) {
      const std::ptrdiff_t count = std::min(w, rows - i);
      const auto left = kernel::multiply_add<double>(by, kernel::load_count<double>(own + i, count), kernel::load_count<double>(r + i, count));
      kernel::store_count<double>(left, r + i, count);
      sum[0] = kernel::multiply_add<double>(left, kernel::load_count<double>(other + i, count), sum[0]);
    }
    return kernel::lane_sum<double>(sum[0] + sum[1]);
  }
  const Buffer<double>& all_slopes() {
    slopes.resize(static_cast<std::size_t>(n));
    parallel::for_each(n, std::max<std::ptrdiff_t>(1, 65536 / (rows + 1)), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t j = begin; j < end; ++j) slopes[static_cast<std::size_t>(j)] = slope(j);
    });
    return slopes;
  }
  double residual_square(const Buffer<double>&) const noexcept { return kernel::sum_of_squares(rows, residual.data()); }
  double residual_target(const Buffer<double>&) const noexcept {
    return kernel::sum_of_products(rows, residual.data(), y.data());
  }
};

namespace detail {

/// How far the objective at w is from its minimum at most: the gap to the dual point that the residual scales to.
template <class Residual>
double duality_gap(const Residual& r, const Buffer<double>& slopes, ElasticPenalty penalty, const Buffer<double>& w) {
  double steepest = 0, squares = 0, w_square = 0, w_sum = 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    const double slope = slopes[j] - penalty.l2 * w[j];
    steepest = std::max(steepest, std::abs(slope));
    squares += slope * slope;
    w_square += w[j] * w[j];
    w_sum += std::abs(w[j]);
  }
  if (penalty.l1 == 0) return penalty.l2 > 0 ? squares / (2 * penalty.l2) : squares;
  const double to_dual = steepest > penalty.l1 ? penalty.l1 / steepest : 1.0, square = r.residual_square(w);
  return (1 + to_dual * to_dual) / 2 * (square + penalty.l2 * w_square) + penalty.l1 * w_sum - to_dual * r.residual_target(w);
}

/// One sweep over the active coordinates, each to its minimum. Gives the largest step and the largest w.
template <class Residual>
std::pair<double, double> sweep(Residual& r, ElasticPenalty penalty, const Buffer<std::ptrdiff_t>& active, Buffer<double>& w) {
  double step = 0, largest = 0, slope = 0;
  bool known = false;  // the slope of j
  for (std::size_t i = 0; i < active.size(); ++i) {
    const std::ptrdiff_t j = active[i];
    double& own = w[static_cast<std::size_t>(j)];
    const double square = r.square(j), free = (known ? slope : r.slope(j)) + square * own;
    const double shrunk = std::max(std::abs(free) - penalty.l1, 0.0);
    const double next = std::copysign(shrunk / (square + penalty.l2), free);
    known = next != own && i + 1 < active.size();
    if (next != own) {
      if (known) slope = r.move(j, next - own, active[i + 1]);
      else r.move(j, next - own);
      step = std::max(step, std::abs(next - own));
      own = next;
    }
    largest = std::max(largest, std::abs(own));
  }
  return {step, largest};
}

}  // namespace detail

/// Minimises 1/2 |y - X w|^2 + l1 |w|_1 + l2 / 2 |w|^2 from w on, which `r` knows, by cyclic coordinate descent on those
/// columns alone that are not 0 or whose slope exceeds `strong` (2 l1 - the l1 of the step before on a path: the sequential
/// strong rule); others join when their slope exceeds l1. A column of zeros keeps its w.
/// Ends when the last sweep's steps and the duality gap over all columns are within the tolerance, or after so many sweeps.
/// Source   Friedman, Hastie, Tibshirani, Regularization paths for generalized linear models via coordinate descent,
///          J. Stat. Software 33 (2010); the rule: Tibshirani et al., Strong rules for discarding predictors in lasso-type
///          problems, J. R. Stat. Soc. B 74 (2012).
template <class Residual>
Descent coordinate_descent(Residual& r, ElasticPenalty penalty, const DescentOptions& options, Buffer<double>& w, double strong = 0) {
  Buffer<std::ptrdiff_t> active;
  Buffer<bool> is_active(w.size());
  const auto enlarge = [&](const Buffer<double>& slopes, double bound) {
    for (std::ptrdiff_t j = 0; j < r.n; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (is_active[at] || !(r.square(j) > 0)) continue;
      if (w[at] == 0 && std::abs(slopes[at]) <= bound) continue;
      is_active[at] = true;
      active.push_back(j);
    }
  };
  enlarge(r.all_slopes(), strong);
  Descent d;
  for (double inner = options.step; d.sweeps < options.sweeps; inner /= 4) {  // never the same sweeps again
    for (bool settled = false; !settled && d.sweeps < options.sweeps; ++d.sweeps) {
      const auto [step, largest] = detail::sweep(r, penalty, active, w);
      settled = step <= inner * largest;
    }
    const Buffer<double>& slopes = r.all_slopes();
    d.gap = detail::duality_gap(r, slopes, penalty, w);
    d.converged = d.gap <= options.tolerance * r.target_square;
    if (d.converged) break;
    enlarge(slopes, penalty.l1);
  }
  return d;
}

}  // namespace tutti
