// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/channels.hpp>

namespace tutti::kernel {

/// mean[c] = sum x / count, variance[c] = sum (x - mean)^2 / count over channel c; 0 where count is 0.
/// Shapes   x (rows, channels, plane) -> mean, variance (channels) in double.   Cost   two passes over x.
template <class T>
void channel_moments(const ChannelLayout& l, const T* x, double* mean, double* variance) noexcept {
  const double share = l.count() > 0 ? 1.0 / static_cast<double>(l.count()) : 0.0;
  detail::channel_sums<T>(
      l, mean, [](const auto&) { return [](const auto& v) { return v; }; }, x);
  for (std::ptrdiff_t c = 0; c < l.channels; ++c) mean[c] *= share;
  detail::channel_sums<T>(
      l, variance,
      [&](const auto& of) {
        const auto m = of([&](std::ptrdiff_t c) { return static_cast<T>(mean[c]); });
        return [m](const auto& v) { return (v - m) * (v - m); };
      },
      x);
  for (std::ptrdiff_t c = 0; c < l.channels; ++c) {
    const double rounding =
        mean[c] - static_cast<double>(static_cast<T>(mean[c]));  // T's mean was subtracted
    variance[c] = std::max(0.0, variance[c] * share - rounding * rounding);
  }
}

/// y = (x - mean[c]) inverse_deviation[c] gamma[c] + beta[c]; y may be x.
/// Shapes   x, y (rows, channels, plane), the others (channels).   Source   Ioffe, Szegedy 2015, algorithm 1.
template <class T>
void batch_norm_forward(const ChannelLayout& l, const T* x, const double* mean,
                        const double* inverse_deviation, const T* gamma, const T* beta, T* y) noexcept {
  detail::channel_map<T>(
      l, y,
      [&](const auto& of) {
        const auto m = of([&](std::ptrdiff_t c) { return static_cast<T>(mean[c]); });
        const auto b = of([&](std::ptrdiff_t c) { return beta[c]; });
        const auto a = of([&](std::ptrdiff_t c) { return static_cast<T>(inverse_deviation[c] * static_cast<double>(gamma[c])); });
        return [m, a, b](const auto& v) { return (v - m) * a + b; };
      },
      x);
}

/// dgamma[c] = sum dy (x - mean[c]) inverse_deviation[c], dbeta[c] = sum dy.
/// Shapes   x, dy (rows, channels, plane) -> dgamma, dbeta (channels) in double, overwritten.
template <class T>
void batch_norm_gradients(const ChannelLayout& l, const T* x, const T* dy, const double* mean,
                          const double* inverse_deviation, double* dgamma, double* dbeta) noexcept {
  const auto shift = [](const auto&) { return [](const auto& d) { return d; }; };
  const auto slope = [&](const auto& of) {
    const auto m = of([&](std::ptrdiff_t c) { return static_cast<T>(mean[c]); });
    return [m](const auto& v, const auto& d) __attribute__((always_inline)) { return (v - m) * d; };
  };
  if (l.plane == 1) {
    detail::channel_sums<T>(l, dbeta, shift, dy);
    detail::channel_sums<T>(l, dgamma, slope, x, dy);
  } else {
    std::fill(dgamma, dgamma + l.channels, 0.0);
    std::fill(dbeta, dbeta + l.channels, 0.0);
    for (std::ptrdiff_t n = 0; n < l.rows; ++n)
      for (std::ptrdiff_t c = 0; c < l.channels; ++c) {  // the second sum finds the plane in the cache
        const std::ptrdiff_t at = n * l.row_stride + c * l.plane;
        const detail::OneChannel of{c};
        dbeta[c] += detail::blocked_sum<T>(l.plane, shift(of), dy + at);
        dgamma[c] += detail::blocked_sum<T>(l.plane, slope(of), x + at, dy + at);
      }
  }
  for (std::ptrdiff_t c = 0; c < l.channels; ++c) dgamma[c] *= inverse_deviation[c];
}

/// dx = gamma[c] inverse_deviation[c] (dy - dbeta[c] / count - xhat dgamma[c] / count): the gradient where
/// mean and deviation are those of this very batch. dx may be dy.
/// Shapes   x, dy, dx (rows, channels, plane), the others (channels).
template <class T>
void batch_norm_backward(const ChannelLayout& l, const T* x, const T* dy, const double* mean,
                         const double* inverse_deviation, const T* gamma, const double* dgamma,
                         const double* dbeta, T* dx) noexcept {
  const double share = l.count() > 0 ? 1.0 / static_cast<double>(l.count()) : 0.0;
  detail::channel_map<T>(
      l, dx,
      [&](const auto& of) {
        const auto m = of([&](std::ptrdiff_t c) { return static_cast<T>(mean[c]); });
        const auto shift = of([&](std::ptrdiff_t c) { return static_cast<T>(dbeta[c] * share); });
        const auto slope = of([&](std::ptrdiff_t c) { return static_cast<T>(inverse_deviation[c] * dgamma[c] * share); });
        const auto a = of([&](std::ptrdiff_t c) { return static_cast<T>(inverse_deviation[c] * static_cast<double>(gamma[c])); });
        return [=](const auto& v, const auto& d) { return (d - shift - (v - m) * slope) * a; };
      },
      x, dy);
}

}  // namespace tutti::kernel
