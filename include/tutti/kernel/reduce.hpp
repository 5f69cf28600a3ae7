// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>
#include <limits>

namespace tutti::kernel {
namespace detail {

/// sum over i of term(x[i]...): registers over blocks of 1024 terms, double over the blocks, in an order that
/// depends on n alone. The tail is computed in a register too, its surplus lanes are dropped.
template <class T, class Term, class... X>
double blocked_sum(std::ptrdiff_t n, const Term& term, const X*... x) noexcept {
  constexpr std::ptrdiff_t w = lanes<T>, block = 1024;
  double total = 0;
  for (std::ptrdiff_t i = 0; i < n;) {
    const std::ptrdiff_t end = std::min(n, i + block);
    Batch<T> s0(T(0)), s1(T(0)), s2(T(0)), s3(T(0));  // four chains hide the latency of the addition
    for (; i + 4 * w <= end; i += 4 * w) {
      s0 += term(load<T>(x + i)...);
      s1 += term(load<T>(x + i + w)...);
      s2 += term(load<T>(x + i + 2 * w)...);
      s3 += term(load<T>(x + i + 3 * w)...);
    }
    for (; i + w <= end; i += w) s0 += term(load<T>(x + i)...);
    if (i < end) s1 += first_lanes<T>(term(load_part<T>(x + i, end - i)...), end - i);
    i = end;
    total += static_cast<double>(lane_sum<T>((s0 + s1) + (s2 + s3)));
  }
  return total;
}

}  // namespace detail

/// sum_i x[i].   Order of the additions depends on n and the machine's registers alone; the same holds for
/// sum_of_products and sum_of_squares. Compare with a tolerance of 256 eps sum |x|, however large n is.
template <class T> double sum(std::ptrdiff_t n, const T* x) noexcept {
  return detail::blocked_sum<T>(
      n, [](const Batch<T>& v) { return v; }, x);
}

/// sum_i x[i] y[i]; x and y may be the same.
template <class T> double sum_of_products(std::ptrdiff_t n, const T* x, const T* y) noexcept {
  return detail::blocked_sum<T>(
      n, [](const Batch<T>& u, const Batch<T>& v) { return u * v; }, x, y);
}

/// sum_i x[i]^2
template <class T> double sum_of_squares(std::ptrdiff_t n, const T* x) noexcept {
  return detail::blocked_sum<T>(
      n, [](const Batch<T>& v) { return v * v; }, x);
}

/// y += a x
template <class T> void axpy(std::ptrdiff_t n, T a, const T* x, T* y) noexcept {
  const Batch<T> factor(a);
  transform<T>(
      n, y, [&](const Batch<T>& u, const Batch<T>& v) { return multiply_add<T>(factor, u, v); }, x, y);
}

/// x *= a
template <class T> void scale(std::ptrdiff_t n, T a, T* x) noexcept {
  const Batch<T> factor(a);
  transform<T>(
      n, x, [&](const Batch<T>& v) { return factor * v; }, x);
}

/// The largest x; NaN if one is NaN, -infinity if there is none.
template <class T> T max(std::ptrdiff_t n, const T* x) noexcept {
  constexpr T lowest = -std::numeric_limits<T>::infinity();
  Batch<T> most(lowest);
  auto nan = xsimd::isnan(most);
  const auto take = [&](const Batch<T>& v) {
    most = xsimd::max(most, v);
    nan = nan | xsimd::isnan(v);
  };
  std::ptrdiff_t i = 0;
  for (; i + lanes<T> <= n; i += lanes<T>) take(load<T>(x + i));
  if (i < n) take(load_part<T>(x + i, n - i, lowest));
  return xsimd::any(nan) ? std::numeric_limits<T>::quiet_NaN() : lane_max<T>(most);
}

/// Where the largest x is: of equals the first, the first NaN if one is NaN, -1 if there is none.
template <class T> std::ptrdiff_t argmax(std::ptrdiff_t n, const T* x) noexcept {
  const T most = max(n, x);
  const auto is_it = [&](T v) { return v == most || (v != v && most != most); };
  std::ptrdiff_t i = 0;
  for (const Batch<T> wanted(most); i + lanes<T> <= n; i += lanes<T>) {
    const Batch<T> v = load<T>(x + i);
    if (xsimd::any(v == wanted) || (most != most && xsimd::any(xsimd::isnan(v)))) break;
  }
  while (i < n && !is_it(x[i])) ++i;
  return i < n ? i : -1;
}

}  // namespace tutti::kernel
