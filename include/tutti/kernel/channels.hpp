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

/// y = factor[c] x for every element of channel c; y may be x.
/// Shapes   x, y (rows, channels, plane), factor (channels).
template <class T> void scale_channels(const ChannelLayout& l, const T* x, const T* factor, T* y) noexcept {
  detail::channel_map<T>(
      l, y, [&](std::ptrdiff_t c) { return [a = factor[c]](const auto& v) { return v * a; }; }, x);
}

/// y = factor[c] x + shift[c] for every element of channel c; y may be x.
template <class T>
void scale_and_shift_channels(const ChannelLayout& l, const T* x, const T* factor, const T* shift, T* y) noexcept {
  detail::channel_map<T>(
      l, y, [&](std::ptrdiff_t c) { return [a = factor[c], b = shift[c]](const auto& v) { return v * a + b; }; }, x);
}

/// product[c] = the sum of x z over channel c.
/// Shapes   x, z (rows, channels, plane) -> product (channels).
template <class T> void channel_products(const ChannelLayout& l, const T* x, const T* z, T* product) noexcept {
  constexpr std::ptrdiff_t strip = 16;
  for (std::ptrdiff_t c = 0; c < l.channels; c += strip) {
    double total[strip];
    const ChannelLayout part{l.rows, std::min(strip, l.channels - c), l.plane, l.row_stride};
    detail::channel_sums<T>(
        part, total, [](std::ptrdiff_t) { return [](const auto& u, const auto& v) { return u * v; }; },
        x + c * l.plane, z + c * l.plane);
    for (std::ptrdiff_t k = 0; k < part.channels; ++k) product[c + k] = static_cast<T>(total[k]);
  }
}

}  // namespace tutti::kernel
