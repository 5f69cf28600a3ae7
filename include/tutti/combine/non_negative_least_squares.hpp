// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti::detail {

/// Solves A x = b for the chosen unknowns, A symmetric with ones in its diagonal; false where they depend on each other.
/// Shapes   A (n, n), b (n); x (chosen).
template <class = void>
[[gnu::cold]] bool solve_chosen(const Buffer<double>& A, const Buffer<double>& b, const Buffer<std::size_t>& chosen, Buffer<double>& x) {
  const std::size_t n = b.size(), k = chosen.size();
  Buffer<double> L(k * k);
  x.resize(k);
  for (std::size_t r = 0; r < k; ++r) {
    double y = b[chosen[r]];
    for (std::size_t c = 0; c <= r; ++c) {
      double rest = A[chosen[r] * n + chosen[c]];
      for (std::size_t j = 0; j < c; ++j) rest -= L[r * k + j] * L[c * k + j];
      if (c == r && !(rest > 1e-11)) return false;
      L[r * k + c] = c == r ? std::sqrt(rest) : rest / L[c * k + c];
      if (c < r) y -= L[r * k + c] * x[c];
    }
    x[r] = y / L[r * k + r];
  }
  for (std::size_t r = k; r-- > 0;) {
    for (std::size_t j = r + 1; j < k; ++j) x[r] -= L[j * k + r] * x[j];
    x[r] /= L[r * k + r];
  }
  return true;
}

/// Moves x towards the solution for the active unknowns and leaves out those that would fall below 0, until none does.
/// False, with all as it was, where the newest one, the last, depends on the others or does not grow.
template <class = void>
[[gnu::cold]] bool settle(const Buffer<double>& A, const Buffer<double>& b, Buffer<std::size_t>& active, Buffer<double>& x) {
  Buffer<double> solved;
  if (!solve_chosen(A, b, active, solved) || !(solved.back() > 0)) {
    active.pop_back();
    return false;
  }
  for (;;) {
    double step = 1;
    std::size_t bound = active.size();
    for (std::size_t r = 0; r < active.size(); ++r) {
      const double now = x[active[r]];
      if (solved[r] > 0 || now / (now - solved[r]) >= step) continue;
      step = now / (now - solved[r]);
      bound = r;
    }
    for (std::size_t r = 0; r < active.size(); ++r) x[active[r]] += step * (solved[r] - x[active[r]]);
    if (bound == active.size()) return true;
    x[active[bound]] = 0;
    active.erase(active.begin() + bound);
    if (active.empty() || !solve_chosen(A, b, active, solved)) return true;
  }
}

}  // namespace tutti::detail

namespace tutti {

/// The x >= 0 that minimises x^T G x / 2 - q^T x: with G = P^T P and q = P^T y, the one that minimises |P x - y|. By active
/// sets: the unknown with the steepest slope joins, those that would fall below 0 leave. It ends where no slope is above
/// 1e-10 of the largest q, columns brought to length 1; an unknown whose column depends on those of the others stays 0.
/// Shapes   G (n, n), q (n).
/// Cost     about n solutions of at most n equations.
/// Source   Lawson and Hanson, Solving least squares problems (1974), chapter 23.
template <class = void>
[[gnu::cold]] Buffer<double> non_negative_least_squares(const Buffer<double>& G, const Buffer<double>& q) {
  const std::size_t n = q.size();
  Buffer<double> A(n * n), b(n), scale(n), x(n);
  double steepest = 0;
  for (std::size_t j = 0; j < n; ++j) scale[j] = G[j * n + j] > 0 ? 1 / std::sqrt(G[j * n + j]) : 0;
  for (std::size_t j = 0; j < n; ++j) {
    b[j] = q[j] * scale[j];
    steepest = std::max(steepest, std::abs(b[j]));
    for (std::size_t k = 0; k < n; ++k) A[j * n + k] = j == k ? 1 : G[j * n + k] * scale[j] * scale[k];
  }
  Buffer<std::size_t> active;
  Buffer<bool> stays_out(n);
  for (std::size_t tries = 0; tries < 100 * n; ++tries) {
    std::size_t next = n;
    double most = 1e-10 * steepest;
    for (std::size_t j = 0; j < n; ++j) {
      if (scale[j] == 0 || stays_out[j] || std::find(active.begin(), active.end(), j) != active.end()) continue;
      double slope = b[j];
      for (std::size_t k = 0; k < n; ++k) slope -= A[j * n + k] * x[k];
      if (slope > most) {
        most = slope;
        next = j;
      }
    }
    if (next == n) break;
    active.push_back(next);
    if (detail::settle(A, b, active, x)) stays_out.assign(n, false);
    else stays_out[next] = true;
  }
  for (std::size_t j = 0; j < n; ++j) x[j] *= scale[j];
  return x;
}

/// The w >= 0 with sum 1 that minimises w^T H w: with H the products of the members' residuals, the convex combination with
/// the least squared error. For the least |R v|^2 + (sum v - 1)^2 with v = s w, s >= 0, the best s leaves h / (1 + h) of h =
/// w^T H w, which grows with h: the w of non-negative least squares is the one looked for.
/// Shapes   H (n, n).
template <class = void>
[[gnu::cold]] Buffer<double> least_on_simplex(const Buffer<double>& H, std::size_t n) {
  double largest = 0, sum = 0;
  for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, H[j * n + j]);
  Buffer<double> G(n * n, 1.0);
  if (largest > 0)
    for (std::size_t j = 0; j < n * n; ++j) G[j] += H[j] / largest;
  Buffer<double> w = non_negative_least_squares(G, Buffer<double>(n, 1.0));
  for (const double v : w) sum += v;
  for (double& v : w) v /= sum;
  return w;
}

}  // namespace tutti
