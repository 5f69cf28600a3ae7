// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/chosen_rows.hpp>
#include <tutti/model/normal_equations.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti {

/// A linear support vector machine with squared loss: the w that minimises
///   |w|^2 / 2 + sum_i C_i loss_i^2,   loss = max(0, 1 - z f) for labels z = +-1, max(0, |z - f| - epsilon) for numbers, f = x w.
/// Shapes   z, C (rows of x).
struct FiniteNewtonProblem {
  RowSource x{};  // of positive weights, which count for nothing
  Buffer<double> z{}, C{};
  bool labels = true;
  double epsilon = 0, tolerance = 1e-4;
  int iterations = 1000;

  /// What f would be where the loss ends; f itself where there is none.
  double aim(std::size_t i, double f) const noexcept {
    if (labels) return z[i] * f < 1 ? z[i] : f;
    return f < z[i] - epsilon ? z[i] - epsilon : f > z[i] + epsilon ? z[i] + epsilon : f;
  }
};
struct FiniteNewtonSolution {
  Buffer<double> w{};
  int iterations = 0;
  bool converged = false;
};

namespace detail {

/// The ridge regression of the rows that have a loss: what w would be if the others never came to have one.
template <class Problem> Buffer<double> ridge_of_losses(const Problem& p, const Buffer<double>& f) {
  ChosenRows losing{&p.x, {}};
  CentredRows rows;
  for (std::size_t i = 0; i < f.size(); ++i)
    if (const double aim = p.aim(i, f[i]); aim != f[i]) {
      losing.row.push_back(static_cast<std::ptrdiff_t>(i));
      rows.root.push_back(std::sqrt(2 * p.C[i]));
      rows.y.push_back(rows.root.back() * aim);
    }
  rows.x = losing.source();
  rows.mean.resize(static_cast<std::size_t>(p.x.width));
  rows.outputs = 1;
  SymmetricSystem s = normal_equations(rows);
  for (std::ptrdiff_t j = 0; j < s.n; ++j) s(j, j) += 1;
  factorise(s, 1.0);  // no pivot is lost: each is at least 1
  return substitute(s);
}
/// X w, on all threads.
template <class Problem> Buffer<double> products(const Problem& p, const Buffer<double>& w) {
  Buffer<double> f(p.z.size());
  parallel::for_each(p.x.rows, std::max<std::ptrdiff_t>(1, 65536 / (p.x.width + 8)), [&](std::ptrdiff_t i, std::ptrdiff_t end) {
    Buffer<float> row(w.size());
    Buffer<double> wide(w.size());
    for (; i < end; ++i) {
      p.x.read(i, row.data());
      for (std::size_t j = 0; j < w.size(); ++j) wide[j] = static_cast<double>(row[j]);
      f[static_cast<std::size_t>(i)] = kernel::sum_of_products(p.x.width, wide.data(), w.data());
    }
  });
  return f;
}

}  // namespace detail

/// Newton's steps: each solves for the rows that have a loss, and goes as far as the objective falls. Ends when a whole step
/// changes no f by more than `tolerance`; it does so after finitely many.
/// Cost     rows width^2 + width^3 / 3 flops a step, on all threads, with the same bits on any number of them; about ten steps.
/// Source   Keerthi, DeCoste, A modified finite Newton method for fast solution of large scale linear SVMs, JMLR 6 (2005).
template <class Problem>  // a template, so that only programs that call it compile it
FiniteNewtonSolution finite_newton(const Problem& p) {
  FiniteNewtonSolution s;
  const auto width = static_cast<std::size_t>(p.x.width), rows = p.z.size();
  Buffer<double> f(rows), d(width);
  s.w.resize(width);
  for (; s.iterations < p.iterations && !s.converged; ++s.iterations) {
    const Buffer<double> wanted = detail::ridge_of_losses(p, f);
    for (std::size_t j = 0; j < width; ++j) d[j] = wanted[j] - s.w[j];
    const Buffer<double> df = detail::products(p, d);
    double most = 0, slope = 0;
    for (std::size_t j = 0; j < width; ++j) slope += s.w[j] * d[j];
    for (std::size_t i = 0; i < rows; ++i) {
      most = std::max(most, std::abs(df[i]));
      slope -= 2 * p.C[i] * (p.aim(i, f[i]) - f[i]) * df[i];
    }
    const auto objective = [&](double size) {
      double sum = 0;
      for (std::size_t j = 0; j < width; ++j) sum += (s.w[j] + size * d[j]) * (s.w[j] + size * d[j]) / 2;
      for (std::size_t i = 0; i < rows; ++i) {
        const double at = f[i] + size * df[i], loss = p.aim(i, at) - at;
        sum += p.C[i] * loss * loss;
      }
      return sum;
    };
    const double now = objective(0);
    double size = 1;
    s.converged = most <= p.tolerance;
    while (!s.converged && size > 1e-10 && !(objective(size) <= now + 1e-4 * size * slope)) size /= 2;
    for (std::size_t j = 0; j < width; ++j) s.w[j] = size == 1 ? wanted[j] : s.w[j] + size * d[j];
    for (std::size_t i = 0; i < rows; ++i) f[i] += size * df[i];
    if (size <= 1e-10) s.converged = true;  // rounding is all that is left
  }
  return s;
}

}  // namespace tutti
