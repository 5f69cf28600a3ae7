// SPDX-License-Identifier: Apache-2.0
#pragma once
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
      n, [&](const Batch<T>& v) { return xsimd::exp(v - shift); }, x));
}

}  // namespace detail

/// log sum_i exp(x[i]), without overflow. NaN if one is NaN, +infinity if one is, -infinity if all are.
template <class T> T logsumexp(std::ptrdiff_t n, const T* x) noexcept {
  const T most = max(n, x);
  return std::isfinite(most) ? most + std::log(detail::sum_of_exp(n, x, most)) : most;
}

/// y[i] = exp(x[i]) / sum_j exp(x[j]), without overflow; y may be x. A row with a NaN becomes NaN altogether;
/// entries that are +infinity share 1 evenly, as do all entries of a row of -infinity.
template <class T> void softmax(std::ptrdiff_t n, const T* x, T* y) noexcept {
  const T most = max(n, x);
  if (!std::isfinite(most))
    return detail::softmax_limit(
        n, x, most, y, [](T count) { return 1 / count; }, T(0));
  const Batch<T> shift(most);
  transform<T>(
      n, y, [&](const Batch<T>& v) { return xsimd::exp(v - shift); }, x);
  const Batch<T> total(static_cast<T>(sum(n, y)));
  transform<T>(
      n, y, [&](const Batch<T>& v) { return v / total; }, y);
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
  for (std::ptrdiff_t r = 0; r < rows; ++r) softmax(n, x + r * n, y + r * n);
}

/// softmax over the channels of every pixel: y[c plane + p] for p < plane; y may be x.
/// Shapes   x (channels, plane), scratch (channels) -> y (channels, plane).
template <class T>
void softmax_planes(std::ptrdiff_t channels, std::ptrdiff_t plane, const T* x, T* y, T* scratch) noexcept {
  for (std::ptrdiff_t p = 0; p < plane; ++p) {
    for (std::ptrdiff_t c = 0; c < channels; ++c) scratch[c] = x[c * plane + p];
    softmax(channels, scratch, scratch);
    for (std::ptrdiff_t c = 0; c < channels; ++c) y[c * plane + p] = scratch[c];
  }
}

/// dx[c] = y[c] (dy[c] - sum over k of y[k] dy[k]) at every pixel, for y a softmax over channels.
/// Shapes   y, dy, dx (channels, plane); dx may not be dy.
template <class T>
void softmax_backward(std::ptrdiff_t channels, std::ptrdiff_t plane, const T* y, const T* dy,
                      T* dx) noexcept {
  for (std::ptrdiff_t p = 0; p < plane; ++p) {
    double mean = 0;
    for (std::ptrdiff_t c = 0; c < channels; ++c)
      mean += static_cast<double>(y[c * plane + p]) * static_cast<double>(dy[c * plane + p]);
    for (std::ptrdiff_t c = 0; c < channels; ++c)
      dx[c * plane + p] = y[c * plane + p] * (dy[c * plane + p] - static_cast<T>(mean));
  }
}

/// log_softmax of each of `rows` rows of n, one behind the other.
template <class T> void log_softmax_rows(std::ptrdiff_t rows, std::ptrdiff_t n, const T* x, T* y) noexcept {
  for (std::ptrdiff_t r = 0; r < rows; ++r) log_softmax(n, x + r * n, y + r * n);
}

}  // namespace tutti::kernel
