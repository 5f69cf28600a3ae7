// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/non_negative_least_squares.hpp>
#include <tutti/core/rows.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace tutti {

/// Weights of the parts of a mixture, and how far their mean log-likelihood is from the best at most, in nats.
struct MixtureWeights {
  Buffer<double> weights{};
  double gap = 0;
  int steps = 0;
};

namespace detail {

/// f(v) = sum v - 1 - mean log sum_m q_m v_m, its slopes 1 - g and the curvature A.
template <class = void>
[[gnu::cold]] double mixture_cost(Rows<const double> q, std::span<const double> weight, double total, const Buffer<double>& v) {
  double cost = -1;
  for (const double w : v) cost += w;
  for (std::ptrdiff_t i = 0; i < q.rows(); ++i) {
    double p = 0;
    for (std::size_t m = 0; m < v.size(); ++m) p += q(i, static_cast<std::ptrdiff_t>(m)) * v[m];
    cost -= weight[static_cast<std::size_t>(i)] / total * std::log(p);
  }
  return cost;
}
template <class = void>
[[gnu::cold]] void mixture_slopes(Rows<const double> q, std::span<const double> weight, double total, const Buffer<double>& v, Buffer<double>& g, Buffer<double>& A) {
  const std::size_t n = v.size();
  g.assign(n, 0.0);
  A.assign(n * n, 0.0);
  Buffer<double> share(n);
  for (std::ptrdiff_t i = 0; i < q.rows(); ++i) {
    double p = 0;
    for (std::size_t m = 0; m < n; ++m) p += q(i, static_cast<std::ptrdiff_t>(m)) * v[m];
    const double w = weight[static_cast<std::size_t>(i)] / total;
    for (std::size_t m = 0; m < n; ++m) {
      share[m] = q(i, static_cast<std::ptrdiff_t>(m)) / p;
      g[m] += w * share[m];
      for (std::size_t k = 0; k <= m; ++k) A[m * n + k] += w * share[m] * share[k];
    }
  }
  for (std::size_t m = 0; m < n; ++m)
    for (std::size_t k = m + 1; k < n; ++k) A[m * n + k] = A[k * n + m];
}

}  // namespace detail

/// The weights >= 0 with sum 1 that maximise the mean of log sum_m q_m v_m: a convex problem. By sequential quadratic
/// programming: each step minimises the parabola of f(v) = sum v - 1 - mean log (q v) over v >= 0, whose minimum has sum 1,
/// and goes there as far as f falls. At v the mean is at most max_m g_m - 1 below the best, g = mean q / (q v): it ends where
/// that is 1e-8 nats or less, or after 100 steps.
/// Shapes   q (N, n), all above 0; weight (N), those of rows.
/// Cost     N n^2 a step; about ten steps.
/// Source   Kim, Carbonetto, Stephens, Anitescu, A fast algorithm for maximum likelihood estimation of mixture proportions
///          using sequential quadratic programming, J. Comput. Graph. Stat. 29 (2020).
template <class = void>
[[gnu::cold]] MixtureWeights likeliest_mixture(Rows<const double> q, std::span<const double> weight) {
  const std::size_t n = static_cast<std::size_t>(q.width());
  double total = 0;
  for (const double w : weight) total += w;
  MixtureWeights best{Buffer<double>(n, 1.0 / static_cast<double>(n))};
  Buffer<double>& v = best.weights;
  Buffer<double> g, A, slope(n), next(n);
  for (;; ++best.steps) {
    double sum = 0;
    for (const double w : v) sum += w;
    for (double& w : v) w /= sum;  // f is no greater there
    detail::mixture_slopes(q, weight, total, v, g, A);
    best.gap = *std::max_element(g.begin(), g.end()) - 1;
    if (best.gap <= 1e-8 || best.steps == 100) return best;

    for (std::size_t m = 0; m < n; ++m) slope[m] = 2 * g[m] - 1;  // the parabola is u^T A u / 2 - (2 g - 1)^T u, for A v = g
    const Buffer<double> to = non_negative_least_squares(A, slope);
    double fall = 0;
    for (std::size_t m = 0; m < n; ++m) fall += (g[m] - 1) * (to[m] - v[m]);
    const double now = detail::mixture_cost(q, weight, total, v);
    double step = 1;
    for (; step > 1e-9; step /= 2) {
      for (std::size_t m = 0; m < n; ++m) next[m] = v[m] + step * (to[m] - v[m]);
      if (detail::mixture_cost(q, weight, total, next) <= now - 0.01 * step * fall) break;
    }
    if (!(step > 1e-9) || !(fall > 0)) return best;  // rounding is all that is left
    v.swap(next);
  }
}

}  // namespace tutti
