// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tutti {

/// A symmetric A = scale Q T Q^T with T tridiagonal. Q = H_0 H_1 ..., H_k = I - beta_k v_k v_k^T, where v_k stands in row k
/// of `reflectors` behind the diagonal.
/// Shapes   reflectors (n, n), beta, d, e (n); e[k] joins d[k] and d[k + 1].
struct Tridiagonal {
  std::ptrdiff_t n = 0;
  double scale = 1;  // that of the largest number of A: squares neither overflow nor vanish
  Buffer<double> reflectors{}, beta{}, d{}, e{};

  double* row(std::ptrdiff_t k) noexcept { return reflectors.data() + k * n; }

  /// x = H_0 ... H_(count - 1) x.
  void turn(double* x, std::ptrdiff_t count) noexcept {
    for (std::ptrdiff_t k = count; k-- > 0;) {
      const double* const v = row(k) + k + 1;
      const double of_v = beta[static_cast<std::size_t>(k)];
      if (of_v > 0) kernel::axpy(n - k - 1, -of_v * kernel::sum_of_products(n - k - 1, v, x + k + 1), v, x + k + 1);
    }
  }
};

namespace detail {

/// Takes step k: row and column k are zero behind the first number off the diagonal. w: scratch of n.
template <class T> void reflect(T& t, std::ptrdiff_t k, double* w) {
  const std::ptrdiff_t m = t.n - k - 1;
  double* const v = t.row(k) + k + 1;
  const double tail = kernel::sum_of_squares(m - 1, v + 1), length = std::sqrt(v[0] * v[0] + tail);
  const auto at = static_cast<std::size_t>(k);
  t.d[at] = t.row(k)[k];
  t.e[at] = v[0];
  if (!(tail > 0)) return;  // beta stays 0
  t.e[at] = v[0] > 0 ? -length : length;
  v[0] -= t.e[at];
  const double beta = t.beta[at] = 2 / (v[0] * v[0] + tail);
  const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(16, 65536 / (m + 1));  // a thread is worth 64 thousand products
  parallel::for_each(m, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i)
      w[i] = beta * kernel::sum_of_products(m, t.row(k + 1 + i) + k + 1, v);
  });
  kernel::axpy(m, -beta / 2 * kernel::sum_of_products(m, w, v), v, w);
  parallel::for_each(m, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      double* const row = t.row(k + 1 + i) + k + 1;
      kernel::axpy(m, -v[i], w, row);
      kernel::axpy(m, -w[i], v, row);
    }
  });
}

}  // namespace detail

/// The tridiagonal form of a symmetric A (n, n), which is used up.
/// Cost     4 n^3 / 3 flops, on all threads, with the same bits on any number of them.
/// Errors   gives no d at all when A holds a number that is not finite.
/// Source   Golub, Van Loan, Matrix Computations, 4th ed., §8.3.1.
template <class Numbers>  // a template, so that only programs that call it compile it
Tridiagonal tridiagonal(Numbers A, std::ptrdiff_t n) {
  const auto size = static_cast<std::size_t>(n);
  double scale = 0;
  for (const double v : A) scale = std::isfinite(v) ? std::max(scale, std::abs(v)) : std::numeric_limits<double>::infinity();
  if (!std::isfinite(scale)) return {};
  if (scale == 0) scale = 1;
  for (double& v : A) v /= scale;
  Tridiagonal t{n, scale, std::move(A), Buffer<double>(size), Buffer<double>(size), Buffer<double>(size)};
  Buffer<double> scratch(size);
  for (std::ptrdiff_t k = 0; k + 1 < n; ++k) detail::reflect(t, k, scratch.data());
  if (n > 0) t.d[size - 1] = t.row(n - 1)[n - 1];
  return t;
}

/// Q^T of a tridiagonal form.
/// Shapes   (n, n): row k is column k of Q.
/// Cost     4 n^3 / 3 flops, on all threads.
template <class T> Buffer<double> columns_of_turn(T& t) {
  Buffer<double> Q(static_cast<std::size_t>(t.n * t.n));
  parallel::for_each(t.n, 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t k = begin; k < end; ++k) {
      double* const x = Q.data() + k * t.n;
      x[k] = 1;
      t.turn(x, k);  // the others have nothing where it stands
    }
  });
  return Q;
}

}  // namespace tutti
