// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/windows.hpp>

#include <cstdint>
#include <cstring>

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
/// A place in an image, in the memory of a number.
template <class T> void write_place(T* to, std::ptrdiff_t place) noexcept {
  const auto small = static_cast<std::int32_t>(place);
  std::memcpy(to, &small, sizeof(small));
}
template <class T> std::ptrdiff_t read_place(const T* from) noexcept {
  std::int32_t small;
  std::memcpy(&small, from, sizeof(small));
  return small;
}

/// Windows of 2 x 2 side by side, as most nets have them: a register of windows at a time.
constexpr bool is_two_by_two(const PoolShape& s) noexcept {
  return s.window_h == 2 && s.window_w == 2 && s.stride_h == 2 && s.stride_w == 2 && s.padding_h == 0 && s.padding_w == 0;
}

/// The larger of `most` and v, which comes later in its window; `from` becomes `its` where v wins.
template <class T>
[[gnu::always_inline]] inline void keep_larger(Batch<T>& most, Batch<T>& from, const Batch<T>& v, T its) noexcept {
  const auto wins = !(v <= most) && most == most;  // a NaN wins over all but one before it
  most = xsimd::select(wins, v, most);
  from = xsimd::select(wins, Batch<T>(its), from);
}

/// f(first pixel, first output, count) for the registers of windows of an image.
template <class T, class F>
[[gnu::always_inline]] inline void each_register_of_windows(const PoolShape& s, const F& f) noexcept {
  const std::ptrdiff_t rows = s.out_height(), columns = s.out_width();
  for (std::ptrdiff_t c = 0; c < s.channels; ++c)
    for (std::ptrdiff_t y = 0; y < rows; ++y)
      for (std::ptrdiff_t x = 0; x < columns; x += lanes<T>)
        f((c * s.height + 2 * y) * s.width + 2 * x, (c * rows + y) * columns + x, std::min(lanes<T>, columns - x));
}

/// Pixels 2 count of a row as even and odd ones.
template <class T>
[[gnu::always_inline]] inline void load_pairs(const T* p, std::ptrdiff_t count, Batch<T>& even, Batch<T>& odd) noexcept {
  const std::ptrdiff_t n = lanes<T>, behind = std::max<std::ptrdiff_t>(2 * count - n, 0);
  const Batch<T> a = 2 * count >= n ? load<T>(p) : load_part<T>(p, 2 * count), b = behind == n ? load<T>(p + n) : load_part<T>(behind > 0 ? p + n : p, behind);
  even = every_second<false, T>(a, b);
  odd = every_second<true, T>(a, b);
}
template <class T>
[[gnu::always_inline]] inline void store_pairs(const Batch<T>& even, const Batch<T>& odd, T* p, std::ptrdiff_t count) noexcept {
  const std::ptrdiff_t n = lanes<T>, behind = 2 * count - n;
  const Batch<T> a = in_turn<false>(even, odd), b = in_turn<true>(even, odd);
  if (behind >= 0) store<T>(a, p);
  else store_part<T>(a, p, 2 * count);
  if (behind == n) store<T>(b, p + n);
  else if (behind > 0) store_part<T>(b, p + n, behind);
}

}  // namespace detail

/// y = the largest pixel of each window; a NaN in the window is the largest, of equals the first wins, padding
/// never does.
/// Shapes   x (channels, height, width) -> y and winner (channels, out_height, out_width).
/// winner[i] is for max_pool_backward of the same shape, which pixel y[i] came from; it may be null where no gradient is wanted.
template <class T> void max_pool(const PoolShape& s, const T* x, T* y, T* winner) noexcept {
  if (detail::is_two_by_two(s))
    return detail::each_register_of_windows<T>(s, [&](std::ptrdiff_t in, std::ptrdiff_t out, std::ptrdiff_t count) {
      Batch<T> most, right, below, corner, from(T(0));
      detail::load_pairs(x + in, count, most, right);
      detail::load_pairs(x + in + s.width, count, below, corner);
      detail::keep_larger(most, from, right, T(1));
      detail::keep_larger(most, from, below, T(2));
      detail::keep_larger(most, from, corner, T(3));
      store_part<T>(most, y + out, count);
      if (winner != nullptr) store_part<T>(from, winner + out, count);
    });
  detail::each_window(s, [&](std::ptrdiff_t out, const detail::PoolWindow& w) {
    const std::ptrdiff_t best = detail::place_of_largest(x, w, s.width);
    y[out] = x[best];
    if (winner != nullptr) detail::write_place(winner + out, best);
  });
}

/// dx = dy at the winners, 0 elsewhere; where windows overlap, the sum.
template <class T>
void max_pool_backward(const PoolShape& s, const T* dy, const T* winner, T* dx) noexcept {
  if (detail::is_two_by_two(s)) {
    if (s.height % 2 != 0 || s.width % 2 != 0) std::fill(dx, dx + s.input_size(), T(0));
    return detail::each_register_of_windows<T>(s, [&](std::ptrdiff_t in, std::ptrdiff_t out, std::ptrdiff_t count) {
      const Batch<T> d = load_part<T>(dy + out, count), from = load_part<T>(winner + out, count), zero(T(0));
      const auto its = [&](T which) __attribute__((always_inline)) { return xsimd::select(from == Batch<T>(which), d, zero); };
      detail::store_pairs(its(T(0)), its(T(1)), dx + in, count);
      detail::store_pairs(its(T(2)), its(T(3)), dx + in + s.width, count);
    });
  }
  std::fill(dx, dx + s.input_size(), T(0));
  const std::ptrdiff_t n = s.output_size();
  for (std::ptrdiff_t i = 0; i < n; ++i) dx[detail::read_place(winner + i)] += dy[i];
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
