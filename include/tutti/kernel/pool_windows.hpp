// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/bits.hpp>
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

/// Windows beside each other in a row of outputs.
struct PoolRow {
  std::ptrdiff_t out;    // the first output of the row
  std::ptrdiff_t pixel;  // the first pixel of the image's first row that the windows reach
  int rows;              // rows of a window in the image
};

/// f(row) for every row of windows.
template <class F> [[gnu::always_inline]] inline void each_pool_row(const PoolShape& s, const F& f) noexcept {
  const int rows = s.out_height();
  const std::ptrdiff_t columns = s.out_width();
  for (std::ptrdiff_t c = 0; c < s.channels; ++c)
    for (int y = 0; y < rows; ++y) {
      const int top = y * s.stride_h - s.padding_h, first = std::max(top, 0);
      f(PoolRow{(c * rows + y) * columns, (c * s.height + first) * s.width, std::min(top + s.window_h, s.height) - first});
    }
}

/// All columns of windows. Those from first to end - 1 are taken a register at a time: no edge cuts them, and neighbours are near
/// enough.
struct PoolColumns {
  int first, end, all;
};
constexpr PoolColumns pool_columns(const PoolShape& s) noexcept {
  const int first = (s.padding_w + s.stride_w - 1) / s.stride_w, room = s.width - s.window_w + s.padding_w, all = s.out_width();
  const int end = room < 0 ? 0 : std::min(room / s.stride_w + 1, all);
  return s.stride_w > 2 || end - first < s.window_w ? PoolColumns{0, 0, all} : PoolColumns{first, end, all};
}

/// The part of a window that lies inside of the image.
struct PoolWindow {
  std::ptrdiff_t first;  // its first pixel
  int rows, columns;
};

/// many(column, count) for the registers of windows in a row, one(column, window) for the other ones.
template <class T, class Many, class One>
[[gnu::always_inline]] inline void each_window(const PoolShape& s, const PoolColumns& columns, const PoolRow& row, const Many& many,
                                               const One& one) noexcept {
  for (int x = columns.first; x < columns.end; x += static_cast<int>(lanes<T>))
    many(x, std::min<std::ptrdiff_t>(lanes<T>, columns.end - x));
  for (int x = columns.first == 0 ? columns.end : 0; x < columns.all; x = x + 1 == columns.first ? columns.end : x + 1) {
    const int left = x * s.stride_w - s.padding_w, first = std::max(left, 0);
    one(x, PoolWindow{row.pixel + first, row.rows, std::min(left + s.window_w, s.width) - first});
  }
}

/// f(first pixel) for each tap of the windows from column x on.
template <class F>
[[gnu::always_inline]] inline void each_tap(const PoolShape& s, const PoolRow& row, int x, const F& f) noexcept {
  const std::ptrdiff_t left = row.pixel + x * s.stride_w - s.padding_w;
  for (int i = 0; i < row.rows; ++i)
    for (int j = 0; j < s.window_w; ++j) f(left + std::ptrdiff_t{i} * s.width + j);
}

template <class T> T window_sum(const PoolShape& s, const PoolWindow& w, const T* x) noexcept {
  if (w.columns == s.width && w.rows > 1)  // rows one behind the other
    return static_cast<T>(sum<T>(std::ptrdiff_t{w.rows} * w.columns, x + w.first));
  T total = 0;
  for (int i = 0; i < w.rows; ++i)
    for (int j = 0; j < w.columns; ++j) total += x[w.first + std::ptrdiff_t{i} * s.width + j];
  return total;
}

/// Where the largest pixel of a window lies, from its first one on.
template <class T> std::ptrdiff_t place_of_largest(const T* x, const PoolWindow& w, std::ptrdiff_t width) noexcept {
  if (w.columns == width) return argmax<T>(std::ptrdiff_t{w.rows} * w.columns, x);
  std::ptrdiff_t best = 0;
  for (int i = 0; i < w.rows; ++i)
    for (int j = 0; j < w.columns; ++j) {
      const std::ptrdiff_t at = i * width + j;
      if (x[at] > x[best] || (x[at] != x[at] && x[best] == x[best])) best = at;
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
/// The same for a register of places `step` apart.
template <class T> struct Places {
  typename Bits<T>::Vector apart;

  [[gnu::always_inline]] explicit Places(int step) noexcept {
    [&]<std::size_t... i>(std::index_sequence<i...>) __attribute__((always_inline)) {
      apart = typename Bits<T>::Vector{static_cast<typename Bits<T>::Word>(i)...} * static_cast<typename Bits<T>::Word>(step);
    }(std::make_index_sequence<static_cast<std::size_t>(lanes<T>)>{});
  }
  [[gnu::always_inline]] Batch<T> from(std::ptrdiff_t first) const noexcept {
    return of_bits<T>(apart + static_cast<typename Bits<T>::Word>(first));
  }
};

/// Windows of 2 x 2 side by side, as most nets have them: a register of windows at a time.
constexpr bool is_two_by_two(const PoolShape& s) noexcept {
  return s.window_h == 2 && s.window_w == 2 && s.stride_h == 2 && s.stride_w == 2 && s.padding_h == 0 && s.padding_w == 0;
}

/// The larger of `most` and v, which comes later in its window.
template <class T> [[gnu::always_inline]] inline void keep_larger(Batch<T>& most, const Batch<T>& v) noexcept {
  most = xsimd::select(!(v <= most) && most == most, v, most);  // a NaN wins over all but one before it
}
/// The same; `from` becomes `its` where v wins.
template <class T>
[[gnu::always_inline]] inline void keep_larger(Batch<T>& most, Batch<T>& from, const Batch<T>& v, const Batch<T>& its) noexcept {
  const auto wins = !(v <= most) && most == most;
  most = xsimd::select(wins, v, most);
  from = xsimd::select(wins, its, from);
}

/// Planes whose numbers are halved in both directions, two by two of them to one.
struct HalvedPlanes {
  std::ptrdiff_t count, rows, columns;      // of the result
  std::ptrdiff_t width;                     // from row to row of what is halved
  std::ptrdiff_t from_plane, to_plane;      // from plane to plane

  /// f(first number, first result, count) for registers of results.
  template <class T, class F> [[gnu::always_inline]] void each_register(const F& f) const noexcept {
    for (std::ptrdiff_t c = 0; c < count; ++c)
      for (std::ptrdiff_t y = 0; y < rows; ++y)
        for (std::ptrdiff_t x = 0; x < columns; x += lanes<T>)
          f(c * from_plane + 2 * (y * width + x), c * to_plane + y * columns + x, std::min(lanes<T>, columns - x));
  }
};
constexpr HalvedPlanes halved_planes(const PoolShape& s) noexcept {
  const std::ptrdiff_t rows = s.out_height(), columns = s.out_width();
  return {s.channels, rows, columns, s.width, std::ptrdiff_t{s.height} * s.width, rows * columns};
}

}  // namespace detail

}  // namespace tutti::kernel
