// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>

namespace tutti::kernel {

/// Rows of channels of planes: element (n, c, p) lies at n row_stride + c plane + p. After a dense layer
/// plane = 1, after a convolution plane = height width. Channels are independent: a caller may hand them out
/// to threads in ranges.
struct ChannelLayout {
  std::ptrdiff_t rows = 0;
  std::ptrdiff_t channels = 1;
  std::ptrdiff_t plane = 1;
  std::ptrdiff_t row_stride = 0;

  constexpr std::ptrdiff_t count() const noexcept { return rows * plane; }  // elements of one channel
};

/// rows x (channels, plane), one behind the other.
constexpr ChannelLayout dense_channels(std::ptrdiff_t rows, std::ptrdiff_t channels,
                                       std::ptrdiff_t plane) noexcept {
  return {rows, channels, plane, channels * plane};
}

namespace detail {

/// total[c] += the sum of term(c)(x...) over channel c; `term(c)` takes scalars or registers.
template <class T, class Term, class... X>
void channel_sums(const ChannelLayout& l, double* total, const Term& term, const X*... x) noexcept {
  std::fill(total, total + l.channels, 0.0);
  for (std::ptrdiff_t n = 0; n < l.rows; ++n) {
    const std::ptrdiff_t row = n * l.row_stride;
    if (l.plane == 1) {
      for (std::ptrdiff_t c = 0; c < l.channels; ++c) total[c] += static_cast<double>(term(c)(x[row + c]...));
    } else {
      for (std::ptrdiff_t c = 0; c < l.channels; ++c)
        total[c] += blocked_sum<T>(l.plane, term(c), (x + row + c * l.plane)...);
    }
  }
}

/// y = map(c)(x...) for every element of channel c.
template <class T, class Map, class... X>
void channel_map(const ChannelLayout& l, T* y, const Map& map, const X*... x) noexcept {
  for (std::ptrdiff_t n = 0; n < l.rows; ++n) {
    const std::ptrdiff_t row = n * l.row_stride;
    if (l.plane == 1) {
      for (std::ptrdiff_t c = 0; c < l.channels; ++c) y[row + c] = map(c)(x[row + c]...);
    } else {
      for (std::ptrdiff_t c = 0; c < l.channels; ++c)
        transform<T>(l.plane, y + row + c * l.plane, map(c), (x + row + c * l.plane)...);
    }
  }
}

}  // namespace detail

/// mean[c] = sum x / count, variance[c] = sum (x - mean)^2 / count over channel c; 0 where count is 0.
/// Shapes   x (rows, channels, plane) -> mean, variance (channels) in double.   Cost   two passes over x.
template <class T>
void channel_moments(const ChannelLayout& l, const T* x, double* mean, double* variance) noexcept {
  const double share = l.count() > 0 ? 1.0 / static_cast<double>(l.count()) : 0.0;
  detail::channel_sums<T>(
      l, mean, [](std::ptrdiff_t) { return [](const auto& v) { return v; }; }, x);
  for (std::ptrdiff_t c = 0; c < l.channels; ++c) mean[c] *= share;
  detail::channel_sums<T>(
      l, variance,
      [&](std::ptrdiff_t c) {
        const T m = static_cast<T>(mean[c]);
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
      [&](std::ptrdiff_t c) {
        const T m = static_cast<T>(mean[c]), b = beta[c];
        const T a = static_cast<T>(inverse_deviation[c] * static_cast<double>(gamma[c]));
        return [m, a, b](const auto& v) { return (v - m) * a + b; };
      },
      x);
}

/// dgamma[c] = sum dy (x - mean[c]) inverse_deviation[c], dbeta[c] = sum dy.
/// Shapes   x, dy (rows, channels, plane) -> dgamma, dbeta (channels) in double, overwritten.
template <class T>
void batch_norm_gradients(const ChannelLayout& l, const T* x, const T* dy, const double* mean,
                          const double* inverse_deviation, double* dgamma, double* dbeta) noexcept {
  detail::channel_sums<T>(
      l, dbeta, [](std::ptrdiff_t) { return [](const auto& d) { return d; }; }, dy);
  detail::channel_sums<T>(
      l, dgamma,
      [&](std::ptrdiff_t c) {
        const T m = static_cast<T>(mean[c]);
        return [m](const auto& v, const auto& d) { return (v - m) * d; };
      },
      x, dy);
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
      [&](std::ptrdiff_t c) {
        const T m = static_cast<T>(mean[c]), shift = static_cast<T>(dbeta[c] * share);
        const T slope = static_cast<T>(inverse_deviation[c] * dgamma[c] * share);
        const T a = static_cast<T>(inverse_deviation[c] * static_cast<double>(gamma[c]));
        return [=](const auto& v, const auto& d) { return (d - shift - (v - m) * slope) * a; };
      },
      x, dy);
}

}  // namespace tutti::kernel
