// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/windows.hpp>

#include <cstdint>

namespace tutti::kernel {

/// Pooling of one image, plane by plane; windows that do not fit wholly into image and padding are left out.
/// A sequence (steps, width) is one plane with windows of width 1.
struct PoolShape {
  int channels = 1;
  int height = 1;
  int width = 1;
  int window_h = 2;
  int window_w = 2;
  int stride_h = 2;
  int stride_w = 2;
  int padding_h = 0;  // on each side; at most half of the window
  int padding_w = 0;

  constexpr int out_height() const noexcept { return windows_on(height, window_h, stride_h, padding_h); }
  constexpr int out_width() const noexcept { return windows_on(width, window_w, stride_w, padding_w); }
  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t output_size() const noexcept {
    return std::ptrdiff_t{channels} * out_height() * out_width();
  }
};
static_assert(PoolShape{.channels = 2, .height = 7, .width = 6}.output_size() == 2 * 3 * 3);
static_assert(PoolShape{.height = 1, .width = 6}.output_size() == 0);
static_assert(PoolShape{.height = 7, .width = 7, .window_h = 3, .window_w = 3, .padding_h = 1, .padding_w = 1}
                  .output_size() == 4 * 4);

namespace detail {

/// The part of a window that lies inside the image.
struct PoolWindow {
  std::ptrdiff_t first;  // its first pixel
  int rows, columns;
};

/// f(output index, window) for every window.
template <class F> [[gnu::always_inline]] inline void each_window(const PoolShape& s, const F& f) noexcept {
  const int rows = s.out_height(), columns = s.out_width();
  std::ptrdiff_t out = 0;
  for (int c = 0; c < s.channels; ++c)
    for (int y = 0; y < rows; ++y) {
      const int top = y * s.stride_h - s.padding_h, above = std::max(top, 0);
      const int height = std::min(top + s.window_h, s.height) - above;
      const std::ptrdiff_t row = (std::ptrdiff_t{c} * s.height + above) * s.width;
      for (int x = 0; x < columns; ++x) {
        const int left = x * s.stride_w - s.padding_w, before = std::max(left, 0);
        f(out++, PoolWindow{row + before, height, std::min(left + s.window_w, s.width) - before});
      }
    }
}

template <class T> T window_sum(const PoolShape& s, const PoolWindow& w, const T* x) noexcept {
  if (w.columns == s.width && w.rows > 1)  // rows one behind the other
    return static_cast<T>(sum<T>(std::ptrdiff_t{w.rows} * w.columns, x + w.first));
  T total = 0;
  for (int i = 0; i < w.rows; ++i)
    for (int j = 0; j < w.columns; ++j) total += x[w.first + std::ptrdiff_t{i} * s.width + j];
  return total;
}

}  // namespace detail

namespace detail {

/// Where the largest pixel of a window lies.
template <class T> std::ptrdiff_t place_of_largest(const T* x, const PoolWindow& w, std::ptrdiff_t width) noexcept {
  std::ptrdiff_t best = w.first;
  for (int i = 0; i < w.rows; ++i)
    for (int j = 0; j < w.columns; ++j) {
      const std::ptrdiff_t at = w.first + i * width + j;
      const T v = x[at], most = x[best];
      if (v > most || (v != v && most == most)) best = at;
    }
  return best;
}
/// The same of 2 x 2 pixels, without a branch: nobody can foretell which one it is.
template <class T>
[[gnu::always_inline]] inline std::ptrdiff_t place_of_largest_of_four(const T* x, const PoolWindow& w, std::ptrdiff_t width) noexcept {
  const T* const p = x + w.first;
  const T a = p[0], b = p[1], c = p[width], d = p[width + 1];
  const std::ptrdiff_t right = b > a, below_right = d > c, below = (d > c ? d : c) > (b > a ? b : a);
  const T sum = (a + b) + (c + d);
  if (sum != sum) return place_of_largest(x, w, width);  // a NaN, or infinities of both signs
  return w.first + right + (-below & (width + below_right - right));
}

}  // namespace detail

/// y = the largest pixel of each window; a NaN in the window is the largest, of equals the first wins, padding
/// never does.
/// Shapes   x (channels, height, width) -> y and argmax (channels, out_height, out_width).
/// argmax[i] is the offset in x of y[i]'s pixel; it may be null where no gradient is wanted.
template <class T> void max_pool(const PoolShape& s, const T* x, T* y, std::int32_t* argmax) noexcept {
  const bool four = s.window_h == 2 && s.window_w == 2 && s.padding_h == 0 && s.padding_w == 0;
  detail::each_window(s, [&](std::ptrdiff_t out, const detail::PoolWindow& w) {
    const std::ptrdiff_t best = four ? detail::place_of_largest_of_four(x, w, s.width) : detail::place_of_largest(x, w, s.width);
    y[out] = x[best];
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

/// y = the mean of each window; padding counts as zeros.
/// Shapes   x (channels, height, width) -> y (channels, out_height, out_width).
template <class T> void average_pool(const PoolShape& s, const T* x, T* y) noexcept {
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  detail::each_window(s, [&](std::ptrdiff_t out, const detail::PoolWindow& w) {
    y[out] = detail::window_sum(s, w, x) / size;
  });
}

/// Each dy is shared out evenly over its window; dx is overwritten.
template <class T> void average_pool_backward(const PoolShape& s, const T* dy, T* dx) noexcept {
  std::fill(dx, dx + s.input_size(), T(0));
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  detail::each_window(s, [&](std::ptrdiff_t out, const detail::PoolWindow& w) {
    const T share = dy[out] / size;
    for (int i = 0; i < w.rows; ++i)
      for (int j = 0; j < w.columns; ++j) dx[w.first + std::ptrdiff_t{i} * s.width + j] += share;
  });
}

}  // namespace tutti::kernel
