// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// The dual of a linear support vector machine: the b that minimise
///   |w|^2 / 2 + sum_i (ridge_i b_i^2 / 2 - z_i b_i + epsilon |b_i|),   w = sum_i b_i x_i,   low_i <= b_i <= high_i.
/// Of labels z = +-1, epsilon = 0 and b from 0 to C z; losses that are squared have no bound there, but ridge = 1 / (2 C).
/// Shapes   x (rows, width), width a multiple of 8; ridge, z, low, high (rows).
struct DualDescentProblem {
  const float* x = nullptr;
  std::ptrdiff_t width = 0;
  Buffer<double> z{}, ridge{}, low{}, high{};
  double epsilon = 0, tolerance = 1e-4;
  int iterations = 1000;
};
struct DualDescentSolution {
  Buffer<double> w{};
  double objective = 0;  // of the dual
  int iterations = 0;
  bool converged = false;
};

namespace detail {

inline double product_of_eights(std::ptrdiff_t n, const float* x, const double* w) noexcept {
  double lane[8] = {};
  for (std::ptrdiff_t j = 0; j < n; j += 8)
    for (std::ptrdiff_t v = 0; v < 8; ++v) lane[v] += static_cast<double>(x[j + v]) * w[j + v];
  return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}
inline void add_eights(std::ptrdiff_t n, double factor, const float* x, double* w) noexcept {
  for (std::ptrdiff_t j = 0; j < n; j += 8)
    for (std::ptrdiff_t v = 0; v < 8; ++v) w[j + v] += factor * static_cast<double>(x[j + v]);
}

/// One variable: the derivative g of all but epsilon |b|, and how far it may go.
struct DualVariable {
  double b = 0, g = 0, low = 0, high = 0, epsilon = 0;

  double rising() const noexcept { return b < high ? g + (b >= 0 ? epsilon : -epsilon) : 0; }
  double falling() const noexcept { return b > low ? -g + (b <= 0 ? epsilon : -epsilon) : 0; }
  /// By how much it would gain, at most, per unit of its change.
  double violation() const noexcept { return std::max({0.0, -rising(), -falling()}); }
  /// It stands where it will stay while derivatives change by less than `margin`.
  bool stays(double margin) const noexcept {
    return (b >= high || rising() > margin) && (b <= low || falling() > margin) && (b >= high || b <= low || b == 0);
  }
  /// Where it is best, for a curvature h.
  double best(double h) const noexcept {
    const double free = b - g / h, shift = epsilon / h;
    const double shrunk = free > shift ? free - shift : free < -shift ? free + shift : 0;
    return std::min(std::max(shrunk, low), high);
  }
};

}  // namespace detail

/// Cost     4 rows width flops a pass, less where rows stay at an end. One thread; the order of rows is the stream's.
template <class Problem>  // a template, so that only programs that call it compile it
DualDescentSolution dual_descent(const Problem& p, Random random) {
  const std::size_t rows = p.z.size();
  DualDescentSolution s;
  s.w.resize(static_cast<std::size_t>(p.width));
  Buffer<double> b(rows), curvature(rows);
  Buffer<std::uint32_t> active;
  const auto all = [&] {
    active.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) active[i] = static_cast<std::uint32_t>(i);
  };
  const auto row = [&](std::size_t i) { return p.x + static_cast<std::ptrdiff_t>(i) * p.width; };
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::ptrdiff_t j = 0; j < p.width; ++j) curvature[i] += static_cast<double>(row(i)[j]) * static_cast<double>(row(i)[j]);
    curvature[i] += p.ridge[i];
  }
  all();
  double margin = std::numeric_limits<double>::infinity();  // of the pass before
  for (; s.iterations < p.iterations; ++s.iterations) {
    double most = 0;
    std::size_t kept = 0;
    shuffle(std::span<std::uint32_t>(active.data(), active.size()), random.stream(static_cast<std::uint64_t>(s.iterations)));
    for (std::size_t k = 0; k < active.size(); ++k) {
      const std::size_t i = active[k];
      const double g = detail::product_of_eights(p.width, row(i), s.w.data()) - p.z[i] + p.ridge[i] * b[i];
      const detail::DualVariable v{b[i], g, p.low[i], p.high[i], p.epsilon};
      if (v.stays(margin)) continue;
      active[kept++] = active[k];
      const double violation = v.violation();
      if (!(violation > 1e-14)) continue;
      most = std::max(most, violation);
      const double next = curvature[i] > 0 ? v.best(curvature[i]) : -g > 0 ? p.high[i] : p.low[i];
      detail::add_eights(p.width, next - b[i], row(i), s.w.data());
      b[i] = next;
    }
    const bool whole = active.size() == rows;
    active.resize(kept);
    margin = most > 0 ? most : std::numeric_limits<double>::infinity();
    if (most > p.tolerance) continue;
    if (whole) {
      s.converged = true;
      break;
    }
    all();  // once more with those that were put aside
    margin = std::numeric_limits<double>::infinity();
  }
  for (const double v : s.w) s.objective += v * v / 2;
  for (std::size_t i = 0; i < rows; ++i) s.objective += p.ridge[i] * b[i] * b[i] / 2 - p.z[i] * b[i] + p.epsilon * std::abs(b[i]);
  return s;
}

}  // namespace tutti
