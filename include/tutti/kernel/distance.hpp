// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

/// How far two rows are from each other, in double whatever they hold: a difference of floats is exact there. x and y
/// are pointers, or anything with numbers at [0, n). Sums run in eight lanes, in plain loops of constant length, in an
/// order that depends on n alone. NaN in either row gives NaN.
namespace tutti::kernel {
namespace detail {

/// join(join(term(|x_0 - y_0|), term(|x_1 - y_1|)), ...), from 0.
template <class A, class B, class Term, class Join>
double over_differences(std::ptrdiff_t n, const A& x, const B& y, const Term& term, const Join& join) noexcept {
  constexpr int lanes = 8;
  double lane[lanes] = {};
  std::ptrdiff_t j = 0;
  for (; j + lanes <= n; j += lanes)
    for (int v = 0; v < lanes; ++v)
      lane[v] = join(lane[v], term(static_cast<double>(x[j + v]) - static_cast<double>(y[j + v])));
  double rest = 0;
  for (; j < n; ++j) rest = join(rest, term(static_cast<double>(x[j]) - static_cast<double>(y[j])));
  return join(join(join(join(lane[0], lane[4]), join(lane[1], lane[5])),
                   join(join(lane[2], lane[6]), join(lane[3], lane[7]))),
              rest);
}

inline constexpr auto plus = [](double a, double b) { return a + b; };

}  // namespace detail

/// sum_j (x_j - y_j)^2
template <class A, class B> double squared_distance(std::ptrdiff_t n, const A& x, const B& y) noexcept {
  return detail::over_differences(n, x, y, [](double d) { return d * d; }, detail::plus);
}

/// How far apart the columns of `rows` rows are that squared_distances reads: whole registers.
constexpr std::ptrdiff_t columnwise_stride(std::ptrdiff_t rows) noexcept { return (rows + lanes<double> - 1) / lanes<double> * lanes<double>; }

/// One row against many whose columns lie one behind the other: take(first, count, d) for all of them, some at a time, with
/// d_k = sum_j (x_j - c_kj)^2 of row first + k, in the order of j.
/// Shapes   x (columns), c (columns, columnwise_stride(rows)).
template <class A, class Take>
void squared_distances(std::ptrdiff_t columns, const A& x, std::ptrdiff_t rows, const double* c, const Take& take) noexcept {
  const std::ptrdiff_t stride = columnwise_stride(rows);
  constexpr std::ptrdiff_t w = lanes<double>;
  double d[4 * w];
  const auto some = [&]<std::size_t n>(std::integral_constant<std::size_t, n>, std::ptrdiff_t first) {
    Batch<double> sum[n];
    for (auto& v : sum) v = Batch<double>(0.0);
    const double* from = c + first;
    for (std::ptrdiff_t j = 0; j < columns; ++j, from += stride) {
      const Batch<double> v(static_cast<double>(x[j]));
#pragma GCC unroll 4
      for (std::size_t k = 0; k < n; ++k) {
        const Batch<double> apart = v - load<double>(from + static_cast<std::ptrdiff_t>(k) * w);
        sum[k] = multiply_add<double>(apart, apart, sum[k]);
      }
    }
    for (std::size_t k = 0; k < n; ++k) store<double>(sum[k], d + static_cast<std::ptrdiff_t>(k) * w);
    take(first, std::min(static_cast<std::ptrdiff_t>(n) * w, rows - first), static_cast<const double*>(d));
  };
  std::ptrdiff_t first = 0;
  for (; first + 4 * w <= stride; first += 4 * w) some(std::integral_constant<std::size_t, 4>{}, first);
  const std::ptrdiff_t left = (stride - first) / w;
  if (left == 3) some(std::integral_constant<std::size_t, 3>{}, first);
  if (left == 2) some(std::integral_constant<std::size_t, 2>{}, first);
  if (left == 1) some(std::integral_constant<std::size_t, 1>{}, first);
}

/// sum_j |x_j - y_j|
template <class A, class B> double manhattan_distance(std::ptrdiff_t n, const A& x, const B& y) noexcept {
  return detail::over_differences(n, x, y, [](double d) { return std::abs(d); }, detail::plus);
}

/// max_j |x_j - y_j|
template <class A, class B> double chebyshev_distance(std::ptrdiff_t n, const A& x, const B& y) noexcept {
  return detail::over_differences(
      n, x, y, [](double d) { return std::abs(d); }, [](double a, double b) { return b > a || b != b ? b : a; });
}

/// sum_j |x_j - y_j|^p, the p-th power of Minkowski's distance.
template <class A, class B>
double minkowski_sum(std::ptrdiff_t n, const A& x, const B& y, double p) noexcept {
  return detail::over_differences(n, x, y, [p](double d) { return std::pow(std::abs(d), p); }, detail::plus);
}

/// 1 - x y / (|x| |y|), and 1 where one of them is zero.
template <class A, class B> double cosine_distance(std::ptrdiff_t n, const A& x, const B& y) noexcept {
  double xy = 0, xx = 0, yy = 0;
  for (std::ptrdiff_t j = 0; j < n; ++j) {
    const double u = static_cast<double>(x[j]), v = static_cast<double>(y[j]);
    xy += u * v;
    xx += u * u;
    yy += v * v;
  }
  return xx == 0 || yy == 0 ? 1 + 0 * xy : std::max(1 - xy / std::sqrt(xx * yy), 0.0);
}

}  // namespace tutti::kernel
