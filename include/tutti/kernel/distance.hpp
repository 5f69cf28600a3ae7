// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>

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
