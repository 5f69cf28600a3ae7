// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/tridiagonal.hpp>

namespace tutti {

/// The largest eigenvalues of a symmetric matrix, in falling order, each with its vector of length 1.
/// Shapes   values (n), vectors (wanted, n): one after the other.
struct SymmetricEigen {
  Buffer<double> values{}, vectors{};
};

namespace detail {

/// Plane rotations of neighbouring rows of Z, kept until there are many: then columns of Z are turned side by side.
struct Rotations {
  struct Rotation {
    std::ptrdiff_t row;
    double c, s;
  };
  std::ptrdiff_t n = 0;
  Buffer<double> Z{};  // (n, n), begins as the identity
  Buffer<Rotation> waiting{};

  void apply() {
    parallel::for_each(n, 64, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (const Rotation& r : waiting) {
        double* const upper = Z.data() + r.row * n;
        double* const lower = upper + n;
        const kernel::Batch<double> c(r.c), s(r.s);
        for (std::ptrdiff_t j = begin; j < end; j += kernel::lanes<double>) {
          const std::ptrdiff_t count = std::min(kernel::lanes<double>, end - j);
          const auto u = kernel::load_count<double>(upper + j, count), v = kernel::load_count<double>(lower + j, count);
          kernel::store_count<double>(c * u - s * v, upper + j, count);
          kernel::store_count<double>(s * u + c * v, lower + j, count);
        }
      }
    });
    waiting.clear();
  }
};

/// One implicit QL step with Wilkinson's shift on the unreduced rows [l, m] of T; says each rotation.
template <class Rotate>
void ql_step(Buffer<double>& d, Buffer<double>& e, std::size_t l, std::size_t m, const Rotate& rotate) {
  double g = (d[l + 1] - d[l]) / (2 * e[l]), r = std::hypot(g, 1.0);
  g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));
  double s = 1, c = 1, p = 0;
  for (std::size_t i = m; i-- > l;) {
    const double f = s * e[i], b = c * e[i];
    const double square = f * f + g * g;
    r = square > 1e-280 && square < 1e280 ? std::sqrt(square) : std::hypot(f, g);  // which is slow
    e[i + 1] = r;
    if (r == 0) {  // the block falls apart
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    rotate(i, c, s);
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

/// T to its eigenvalues, in d; gives false when one is not found, which only numbers that are not finite lead to.
template <class Rotate> bool diagonalise(Buffer<double>& d, Buffer<double>& e, const Rotate& rotate) {
  constexpr double eps = std::numeric_limits<double>::epsilon();
  for (std::size_t l = 0; l < d.size(); ++l)
    for (int steps = 0;; ++steps) {
      std::size_t m = l;
      const double floor = steps < 30 ? 0 : eps;  // among eigenvalues that are 0 but for rounding, size says nothing; |A| is about 1
      while (m + 1 < d.size() && std::abs(e[m]) > eps * (std::abs(d[m]) + std::abs(d[m + 1])) + floor) ++m;
      if (m == l) break;
      if (steps == 60) return false;
      ql_step(d, e, l, m, rotate);
    }
  return true;
}

/// Where the eigenvalues stand, the largest first; equal ones as they come.
[[gnu::cold]] inline Buffer<std::size_t> falling(const Buffer<double>& d) {
  Buffer<std::size_t> order;
  for (std::size_t i = 0; i < d.size(); ++i) {
    std::size_t at = i;
    order.push_back(i);
    for (; at > 0 && d[order[at - 1]] < d[i]; --at) order[at] = order[at - 1];
    order[at] = i;
  }
  return order;
}

}  // namespace detail

/// Eigenvalues and `wanted` eigenvectors of a symmetric A (n, n), which is used up. Not Eigen's, which takes a second
/// and more of every program's compile time. A's eigenvalues are right to about n eps |A|.
/// Cost     4 n^3 / 3 flops for the tridiagonal form, 3 n^3 for its vectors, 2 wanted n^2 to bring them back; on all
///          threads, with the same bits on any number of them.
/// Errors   gives no values at all when A holds a number that is not finite.
/// Source   Golub, Van Loan, Matrix Computations, 4th ed., §8.3; QL: Bowdler, Martin, Reinsch, Wilkinson, The QR and
///          QL algorithms for symmetric matrices, Numerische Mathematik 11 (1968).
template <class Numbers>  // a template, so that only programs that call it compile it
SymmetricEigen symmetric_eigen(Numbers A, std::ptrdiff_t n, std::ptrdiff_t wanted) {
  const auto size = static_cast<std::size_t>(n);
  Tridiagonal t = tridiagonal(std::move(A), n);
  if (std::ssize(t.d) != n) return {};

  detail::Rotations turned{n, Buffer<double>(size * size), {}};
  for (std::size_t i = 0; i < size; ++i) turned.Z[i * size + i] = 1;
  const bool found = detail::diagonalise(t.d, t.e, [&](std::size_t row, double c, double s) {
    turned.waiting.push_back({static_cast<std::ptrdiff_t>(row), c, s});
    if (turned.waiting.size() == 32768) turned.apply();
  });
  turned.apply();
  if (!found) return {};

  SymmetricEigen result{Buffer<double>(size), Buffer<double>(static_cast<std::size_t>(wanted) * size)};
  const Buffer<std::size_t> order = detail::falling(t.d);
  for (std::size_t i = 0; i < size; ++i) result.values[i] = t.d[order[i]] * t.scale;
  parallel::for_each(wanted, 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      double* const x = result.vectors.data() + i * n;
      std::copy_n(turned.Z.data() + order[static_cast<std::size_t>(i)] * size, n, x);
      t.turn(x, n - 1);
    }
  });
  return result;
}

}  // namespace tutti
