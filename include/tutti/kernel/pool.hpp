// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tutti::kernel {

/// Pooling of one image, plane by plane; only windows that lie inside the image count (floor, no padding).
struct PoolShape {
  int channels = 1;
  int height = 1;
  int width = 1;
  int window_h = 2;
  int window_w = 2;
  int stride = 2;

  constexpr int out_height() const noexcept {
    return height < window_h ? 0 : (height - window_h) / stride + 1;
  }
  constexpr int out_width() const noexcept { return width < window_w ? 0 : (width - window_w) / stride + 1; }
  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t output_size() const noexcept {
    return std::ptrdiff_t{channels} * out_height() * out_width();
  }
};
static_assert(PoolShape{.channels = 2, .height = 7, .width = 6}.output_size() == 2 * 3 * 3);
static_assert(PoolShape{.height = 1, .width = 6}.output_size() == 0);

namespace detail {

/// f(output index, input index of the window's first pixel) for every window.
template <class F> void each_window(const PoolShape& s, const F& f) noexcept {
  const int rows = s.out_height(), columns = s.out_width();
  std::ptrdiff_t out = 0;
  for (int c = 0; c < s.channels; ++c)
    for (int y = 0; y < rows; ++y) {
      const std::ptrdiff_t row = (std::ptrdiff_t{c} * s.height + std::ptrdiff_t{y} * s.stride) * s.width;
      for (int x = 0; x < columns; ++x) f(out++, row + std::ptrdiff_t{x} * s.stride);
    }
}

}  // namespace detail

/// y = the largest pixel of each window; a NaN in the window is the largest, of equals the first wins.
/// Shapes   x (channels, height, width) -> y and argmax (channels, out_height, out_width).
/// argmax[i] is the offset in x of y[i]'s pixel; it may be null where no gradient is wanted.
template <class T> void max_pool(const PoolShape& s, const T* x, T* y, std::int32_t* argmax) noexcept {
  detail::each_window(s, [&](std::ptrdiff_t out, std::ptrdiff_t first) {
    std::ptrdiff_t best = first;
    T most = x[first];
    for (int i = 0; i < s.window_h; ++i)
      for (int j = 0; j < s.window_w; ++j) {
        const std::ptrdiff_t at = first + std::ptrdiff_t{i} * s.width + j;
        const T v = x[at];
        const bool wins = v > most || (v != v && most == most);
        most = wins ? v : most;
        best = wins ? at : best;
      }
    y[out] = most;
    if (argmax != nullptr) argmax[out] = static_cast<std::int32_t>(best);
  });
}

/// dx[argmax[i]] += dy[i], all other dx are 0.
template <class T>
void max_pool_backward(const PoolShape& s, const T* dy, const std::int32_t* argmax, T* dx) noexcept {
  std::fill(dx, dx + s.input_size(), T(0));
  const std::ptrdiff_t n = s.output_size();
  for (std::ptrdiff_t i = 0; i < n; ++i) dx[argmax[i]] += dy[i];
}

/// y = the mean of each window.
/// Shapes   x (channels, height, width) -> y (channels, out_height, out_width).
template <class T> void average_pool(const PoolShape& s, const T* x, T* y) noexcept {
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  detail::each_window(s, [&](std::ptrdiff_t out, std::ptrdiff_t first) {
    T sum = 0;
    for (int i = 0; i < s.window_h; ++i)
      for (int j = 0; j < s.window_w; ++j) sum += x[first + std::ptrdiff_t{i} * s.width + j];
    y[out] = sum / size;
  });
}

/// Each dy is shared out evenly over its window; dx is overwritten.
template <class T> void average_pool_backward(const PoolShape& s, const T* dy, T* dx) noexcept {
  std::fill(dx, dx + s.input_size(), T(0));
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  detail::each_window(s, [&](std::ptrdiff_t out, std::ptrdiff_t first) {
    const T share = dy[out] / size;
    for (int i = 0; i < s.window_h; ++i)
      for (int j = 0; j < s.window_w; ++j) dx[first + std::ptrdiff_t{i} * s.width + j] += share;
  });
}

}  // namespace tutti::kernel
