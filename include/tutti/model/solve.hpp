// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/gram.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tutti {

/// A symmetric positive definite system A X = B of n equations with K right sides, as one matrix [A | B] of T.
/// Only A's part on and right of the diagonal is read. Rows are padded for kernel::add_gram.
/// Not Eigen's: its LLT of a Map takes each program that fits a Ridge four more seconds to compile.
template <class T> struct SymmetricSystemOf {
  using Number = T;
  std::ptrdiff_t n = 0, right_sides = 0, stride = 0;
  Buffer<T> numbers{};

  SymmetricSystemOf() = default;
  SymmetricSystemOf(std::ptrdiff_t equations, std::ptrdiff_t k)
      : n(equations),
        right_sides(k),
        stride(kernel::gram_stride<T>(equations + k)),
        numbers(static_cast<std::size_t>(stride * stride)) {}

  T* row(std::ptrdiff_t i) noexcept { return numbers.data() + i * stride; }
  T& operator()(std::ptrdiff_t i, std::ptrdiff_t j) noexcept {
    return numbers[static_cast<std::size_t>(i * stride + j)];
  }

  SymmetricSystemOf& operator+=(const SymmetricSystemOf& other) noexcept {
    kernel::axpy(static_cast<std::ptrdiff_t>(numbers.size()), T(1), other.numbers.data(), numbers.data());
    return *this;
  }
  /// A = A + P^T P for a packed P (depth, n + right_sides): B is part of P, as its last columns. `columns`: of P, whole
  /// panels, where it has fewer.
  void add(std::ptrdiff_t depth, const T* p, T sign = 1, std::ptrdiff_t from = 0, std::ptrdiff_t columns = -1) {
    if (columns < 0) columns = stride;
    const std::ptrdiff_t panel = kernel::gram_panel<T>, first = from / panel, panels = columns / panel;
    const std::ptrdiff_t grain = panels < 16 ? panels : 1;  // small ones are not worth a second thread
    parallel::for_each(panels - first, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      kernel::add_gram(depth, columns, p, sign, numbers.data(), stride, first + begin, first + end);
    });
  }
};
using SymmetricSystem = SymmetricSystemOf<double>;

namespace detail {

/// A, both sides of its diagonal.
/// Shapes   -> (n, n).
template <class System> Buffer<double> whole_matrix(System& s) {
  const auto n = static_cast<std::size_t>(s.n);
  Buffer<double> all(n * n);
  for (std::ptrdiff_t i = 0; i < s.n; ++i)
    for (std::ptrdiff_t j = i; j < s.n; ++j)
      all[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)] =
          all[static_cast<std::size_t>(j) * n + static_cast<std::size_t>(i)] = s(i, j);
  return all;
}

inline constexpr std::ptrdiff_t cholesky_block = 32;  // a multiple of every panel

/// Row k of U for the columns [begin, end), given the rows [first, k) of its block.
template <class System>
void eliminate(System& s, std::ptrdiff_t first, std::ptrdiff_t k, std::ptrdiff_t begin, std::ptrdiff_t end) noexcept {
  for (std::ptrdiff_t m = first; m < k; ++m)
    kernel::axpy(end - begin, -s(m, k), s.row(m) + begin, s.row(k) + begin);
}

}  // namespace detail

/// Turns [A | B] into [U | Z] with A = U^T U and U^T Z = B; gives n, or the first equation whose pivot is
/// lost: there A is singular to working precision. A pivot below `least` counts as `least`: for A = G + l I
/// no true one is below l, so with least = l > 0 none is ever lost.
/// Cost     n^2 (n / 3 + right_sides) flops, on all threads; the same bits on any number of them.
/// Source   Golub, Van Loan, Matrix Computations, 4th ed., §4.2.
template <class System>  // a template, so that only programs that call it compile it
std::ptrdiff_t factorise(System& s, typename System::Number least = 0) {
  using T = typename System::Number;
  constexpr std::ptrdiff_t block = detail::cholesky_block;
  static_assert(block % kernel::gram_panel<T> == 0);
  const std::ptrdiff_t columns = s.n + s.right_sides;
  const T lost = 16 * static_cast<T>(s.n) * std::numeric_limits<T>::epsilon();
  Buffer<T> diagonal(static_cast<std::size_t>(s.n)), packed(static_cast<std::size_t>(block * s.stride));
  for (std::ptrdiff_t i = 0; i < s.n; ++i) diagonal[static_cast<std::size_t>(i)] = s(i, i);
  for (std::ptrdiff_t first = 0; first < s.n; first += block) {
    const std::ptrdiff_t last = std::min(first + block, s.n);
    for (std::ptrdiff_t k = first; k < last; ++k) {
      detail::eliminate(s, first, k, k, last);
      T pivot = s(k, k);
      if (least > 0 && pivot < least) pivot = least;
      if (!(pivot > 0) || !std::isfinite(pivot) ||
          (least <= 0 && pivot <= lost * diagonal[static_cast<std::size_t>(k)]))
        return k;
      s(k, k) = std::sqrt(pivot);
      for (std::ptrdiff_t j = k + 1; j < last; ++j) s(k, j) /= s(k, k);
    }
    parallel::for_each(columns - last, 256, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t k = first; k < last; ++k) {
        detail::eliminate(s, first, k, last + begin, last + end);
        for (std::ptrdiff_t j = last + begin; j < last + end; ++j) s(k, j) /= s(k, k);
      }
    });
    if (last == s.n) break;  // what stands behind is no part of U or Z
    const std::ptrdiff_t depth = last - first;
    for (std::ptrdiff_t k = 0; k < depth; ++k)
      for (std::ptrdiff_t j = last; j < s.stride; ++j)
        packed[static_cast<std::size_t>(kernel::gram_place<T>(depth, k, j))] =
            j < columns ? s(first + k, j) : T(0);
    s.add(depth, packed.data(), -1, last);
  }
  return s.n;
}

/// X of [U | Z]: U X = Z.
/// Shapes   x (right_sides, n): one solution after the other.
template <class System> Buffer<double> substitute(System& s) {
  Buffer<double> x(static_cast<std::size_t>(s.right_sides * s.n));
  for (std::ptrdiff_t c = 0; c < s.right_sides; ++c) {
    double* const solution = x.data() + c * s.n;
    for (std::ptrdiff_t k = s.n; k-- > 0;)
      solution[k] =
          (s(k, s.n + c) - kernel::sum_of_products(s.n - k - 1, s.row(k) + k + 1, solution + k + 1)) /
          s(k, k);
  }
  return x;
}

}  // namespace tutti
