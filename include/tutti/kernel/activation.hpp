// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/elementary.hpp>
#include <tutti/kernel/reduce.hpp>

#include <cmath>

namespace tutti::kernel {

namespace detail {

/// The limit where the largest entry is infinite or NaN: the entries equal to it share all, the others have
/// nothing. y[i] = equal(count of those) or other.
template <class T, class Equal>
void softmax_limit(std::ptrdiff_t n, const T* x, T most, T* y, const Equal& equal, T other) noexcept {
  std::ptrdiff_t count = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) count += x[i] == most;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (std::ptrdiff_t i = 0; i < n; ++i)
    y[i] = most != most ? nan : x[i] == most ? equal(static_cast<T>(count)) : other;
}

/// sum of exp(x[i] - most)
template <class T> T sum_of_exp(std::ptrdiff_t n, const T* x, T most) noexcept {
  const Batch<T> shift(most);
  return static_cast<T>(blocked_sum<T>(
      n, [&](const Batch<T>& v) __attribute__((always_inline)) { return kernel::exp<T>(v - shift); }, x));
}

}  // namespace detail

/// log sum_i exp(x[i]), without overflow. NaN if one is NaN, +infinity if one is, -infinity if all are.
template <class T> T logsumexp(std::ptrdiff_t n, const T* x) noexcept {
  const T most = max(n, x);
  return std::isfinite(most) ? most + std::log(detail::sum_of_exp(n, x, most)) : most;
}

namespace detail {

/// softmax of the n <= lanes numbers v at x, with -infinity behind them.
template <class T>
[[gnu::always_inline]] inline void softmax_of_register(std::ptrdiff_t n, const Batch<T>& v, const T* x, T* y) noexcept {
  const T most = xsimd::any(xsimd::isnan(v)) ? std::numeric_limits<T>::quiet_NaN() : lane_max<T>(v);
  if (!std::isfinite(most))
    return softmax_limit(
        n, x, most, y, [](T count) { return 1 / count; }, T(0));
  const Batch<T> e = kernel::exp<T>(v - Batch<T>(most));
  store_count<T>(e / Batch<T>(lane_sum<T>(e)), y, n);
}
template <class T> [[gnu::always_inline]] inline Batch<T> load_low(const T* x, std::ptrdiff_t n) noexcept {
  return n == lanes<T> ? load<T>(x) : load_part<T>(x, n, -std::numeric_limits<T>::infinity());
}

}  // namespace detail

/// y[i] = exp(x[i]) / sum_j exp(x[j]), without overflow; y may be x. A row with a NaN becomes NaN altogether;
/// entries that are +infinity share 1 evenly, as do all entries of a row of -infinity.
template <class T> void softmax(std::ptrdiff_t n, const T* x, T* y) noexcept {
  if (n <= lanes<T>) return detail::softmax_of_register<T>(n, detail::load_low<T>(x, n), x, y);
  const T most = max(n, x);
  if (!std::isfinite(most))
    return detail::softmax_limit(
        n, x, most, y, [](T count) { return 1 / count; }, T(0));
  const Batch<T> shift(most);
  transform<T>(
      n, y, [&](const Batch<T>& v) __attribute__((always_inline)) { return kernel::exp<T>(v - shift); }, x);
  scale(n, static_cast<T>(1 / sum(n, y)), y);
}

/// y[i] = x[i] - logsumexp(x); y may be x. NaN and infinities as in softmax: log(1 / count) or -infinity.
template <class T> void log_softmax(std::ptrdiff_t n, const T* x, T* y) noexcept {
  const T most = max(n, x);
  if (!std::isfinite(most))
    return detail::softmax_limit(
        n, x, most, y, [](T count) { return -std::log(count); }, -std::numeric_limits<T>::infinity());
  const Batch<T> shift(most), log_total(std::log(detail::sum_of_exp(n, x, most)));
  transform<T>(
      n, y, [&](const Batch<T>& v) { return (v - shift) - log_total; }, x);
}

/// softmax of each of `rows` rows of n, one behind the other.
template <class T> void softmax_rows(std::ptrdiff_t rows, std::ptrdiff_t n, const T* x, T* y) noexcept {
  if (n > lanes<T>) {
    for (std::ptrdiff_t r = 0; r < rows; ++r) softmax(n, x + r * n, y + r * n);
    return;
  }
  Batch<T> next(T(0));
  if (rows > 0) next = detail::load_low<T>(x, n);
  for (std::ptrdiff_t r = 0; r < rows; ++r) {
    const Batch<T> v = next;  // the next row is read first: a read that overlaps what was just written would wait for it
    if (r + 1 < rows) next = detail::load_low<T>(x + (r + 1) * n, n);
    detail::softmax_of_register<T>(n, v, x + r * n, y + r * n);
  }
}

namespace detail {

/// f(registers, first pixel, count) for strips of pixels: four registers, then single ones, of which the last has `count` pixels.
template <class T, class F> [[gnu::always_inline]] inline void each_strip(std::ptrdiff_t plane, const F& f) noexcept {
  std::ptrdiff_t p = 0;
  for (; p + 4 * lanes<T> <= plane; p += 4 * lanes<T>) f(std::integral_constant<int, 4>{}, p, lanes<T>);
  for (; p < plane; p += lanes<T>) f(std::integral_constant<int, 1>{}, p, std::min(lanes<T>, plane - p));
}
/// total[r] = the sum over c < channels of term(c, r); sums of a few channels are added up, so that many lose no digits.
template <int N, class T, class Term>
[[gnu::always_inline]] inline void sum_over_channels(std::ptrdiff_t channels, Batch<T> (&total)[N], const Term& term) noexcept {
  constexpr std::ptrdiff_t few = 32;
#pragma GCC unroll 4
  for (int r = 0; r < N; ++r) total[r] = Batch<T>(T(0));
  for (std::ptrdiff_t c = 0; c < channels;) {
    Batch<T> part[N];
#pragma GCC unroll 4
    for (int r = 0; r < N; ++r) part[r] = Batch<T>(T(0));
    for (const std::ptrdiff_t end = std::min(channels, c + few); c < end; ++c) {
#pragma GCC unroll 4
      for (int r = 0; r < N; ++r) part[r] += term(c, r);
    }
#pragma GCC unroll 4
    for (int r = 0; r < N; ++r) total[r] += part[r];
  }
}

/// softmax_planes for N registers of pixels.
template <int N, class T>
[[gnu::always_inline]] inline void softmax_strip(std::ptrdiff_t channels, std::ptrdiff_t plane, std::ptrdiff_t count, const T* x,
                                                 T* y) noexcept {
  Batch<T> most[N], total[N];
  const Batch<T> zero(T(0)), one(T(1));
#pragma GCC unroll 4
  for (int r = 0; r < N; ++r) most[r] = Batch<T>(-std::numeric_limits<T>::infinity());
  for (std::ptrdiff_t c = 0; c < channels; ++c) {
#pragma GCC unroll 4
    for (int r = 0; r < N; ++r) most[r] = xsimd::max(load_count<T>(x + c * plane + r * lanes<T>, count), most[r]);
  }
  sum_over_channels<N, T>(channels, total, [&](std::ptrdiff_t c, int r) __attribute__((always_inline)) {
    const std::ptrdiff_t at = c * plane + r * lanes<T>;
    const Batch<T> v = load_count<T>(x + at, count);
    const Batch<T> e = kernel::exp<T>(xsimd::select(v == most[r], zero, v - most[r]));  // infinities of one sign have no difference
    store_count<T>(e, y + at, count);
    return e;
  });
#pragma GCC unroll 4
  for (int r = 0; r < N; ++r) total[r] = one / total[r];
  for (std::ptrdiff_t c = 0; c < channels; ++c) {
#pragma GCC unroll 4
    for (int r = 0; r < N; ++r) {
      T* const to = y + c * plane + r * lanes<T>;
      store_count<T>(load_count<T>(to, count) * total[r], to, count);
    }
  }
}

}  // namespace detail

/// softmax over the channels of every pixel: y[c plane + p] for p < plane; y may be x. NaN and infinities as in softmax.
/// Shapes   x, y (channels, plane).
/// Cost     one exponential a number; a strip of pixels is read twice and written twice, all channels of it.
template <class T>
void softmax_planes(std::ptrdiff_t channels, std::ptrdiff_t plane, const T* x, T* y) noexcept {
  detail::each_strip<T>(plane, [&](auto n, std::ptrdiff_t p, std::ptrdiff_t count) __attribute__((always_inline)) {
    detail::softmax_strip<n(), T>(channels, plane, count, x + p, y + p);
  });
}

/// dx[c] = y[c] (dy[c] - sum over k of y[k] dy[k]) at every pixel, for y a softmax over channels; dx may be dy.
/// Shapes   y, dy, dx (channels, plane).
template <class T>
void softmax_backward(std::ptrdiff_t channels, std::ptrdiff_t plane, const T* y, const T* dy, T* dx) noexcept {
  if (plane == 1) {
    const Batch<T> mean(static_cast<T>(sum_of_products(channels, y, dy)));
    return transform<T>(
        channels, dx, [&](const Batch<T>& v, const Batch<T>& d) { return v * (d - mean); }, y, dy);
  }
  detail::each_strip<T>(plane, [&](auto n, std::ptrdiff_t p, std::ptrdiff_t count) __attribute__((always_inline)) {
    constexpr int N = n();
    Batch<T> mean[N];
    const auto at = [=](std::ptrdiff_t c, int r) { return c * plane + p + r * lanes<T>; };
    detail::sum_over_channels<N, T>(channels, mean, [&](std::ptrdiff_t c, int r) __attribute__((always_inline)) {
      return load_count<T>(y + at(c, r), count) * load_count<T>(dy + at(c, r), count);
    });
    for (std::ptrdiff_t c = 0; c < channels; ++c) {
#pragma GCC unroll 4
      for (int r = 0; r < N; ++r) {
        const Batch<T> v = load_count<T>(y + at(c, r), count), d = load_count<T>(dy + at(c, r), count);
        store_count<T>(v * (d - mean[r]), dx + at(c, r), count);
      }
    }
  });
}

/// log_softmax of each of `rows` rows of n, one behind the other.
template <class T> void log_softmax_rows(std::ptrdiff_t rows, std::ptrdiff_t n, const T* x, T* y) noexcept {
  for (std::ptrdiff_t r = 0; r < rows; ++r) log_softmax(n, x + r * n, y + r * n);
}

}  // namespace tutti::kernel
