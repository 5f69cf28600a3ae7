// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/pool_windows.hpp>
#include <tutti/kernel/strided.hpp>

namespace tutti::kernel {

namespace detail {

/// max_pool for windows of any kind, with `winner` or without.
template <bool Winners, class T> void max_pool_any(const PoolShape& s, const T* x, T* y, T* winner) noexcept {
  const Strided<T> every{s.stride_w, x + s.input_size()};
  const Places<T> places(s.stride_w);
  const PoolColumns columns = pool_columns(s);
  each_pool_row(s, [&](const PoolRow& row) __attribute__((always_inline)) {
    each_window<T>(
        s, columns, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          Batch<T> most(-std::numeric_limits<T>::infinity()), from = places.from(row.pixel + column * s.stride_w - s.padding_w);
          each_tap(s, row, column, [&](std::ptrdiff_t pixel) __attribute__((always_inline)) {
            keep_larger(most, from, every.read(x + pixel, count), Winners ? places.from(pixel) : from);
          });
          store_count<T>(most, y + row.out + column, count);
          if constexpr (Winners) store_count<T>(from, winner + row.out + column, count);
        },
        [&](int column, const PoolWindow& w) {
          const std::ptrdiff_t best = w.first + place_of_largest(x + w.first, w, s.width);
          y[row.out + column] = x[best];
          if constexpr (Winners) write_place(winner + row.out + column, best);
        });
  });
}

/// The largest of each two by two, with `winner`, or without where it is null.
template <bool Winners, class T> void largest_of_halves(const HalvedPlanes& planes, const T* x, T* y, T* winner) noexcept {
  planes.each_register<T>([&](std::ptrdiff_t in, std::ptrdiff_t out, std::ptrdiff_t count) __attribute__((always_inline)) {
    Batch<T> most, right, below, corner, from(T(0));
    load_pairs(x + in, count, most, right);
    load_pairs(x + in + planes.width, count, below, corner);
    if constexpr (Winners) {
      keep_larger(most, from, right, Batch<T>(T(1)));
      keep_larger(most, from, below, Batch<T>(T(2)));
      keep_larger(most, from, corner, Batch<T>(T(3)));
      store_part<T>(from, winner + out, count);
    } else {
      keep_larger(most, right);
      keep_larger(most, below);
      keep_larger(most, corner);
    }
    store_part<T>(most, y + out, count);
  });
}

}  // namespace detail

/// y = the largest pixel of each window; a NaN in the window is the largest, of equals the first wins, padding
/// never does.
/// Shapes   x (channels, height, width) -> y and winner (channels, out_height, out_width).
/// winner[i] is for max_pool_backward of the same shape, which pixel y[i] came from; it may be null where no gradient is wanted.
template <class T> void max_pool(const PoolShape& s, const T* x, T* y, T* winner) noexcept {
  if (detail::is_two_by_two(s)) {
    if (winner != nullptr) return detail::largest_of_halves<true>(detail::halved_planes(s), x, y, winner);
    return detail::largest_of_halves<false>(detail::halved_planes(s), x, y, winner);
  }
  if (winner != nullptr) detail::max_pool_any<true>(s, x, y, winner);
  else detail::max_pool_any<false>(s, x, y, winner);
}

/// dx = dy at the winners, 0 elsewhere; where windows overlap, the sum.
template <class T>
void max_pool_backward(const PoolShape& s, const T* dy, const T* winner, T* dx) noexcept {
  if (detail::is_two_by_two(s)) {
    if (s.height % 2 != 0 || s.width % 2 != 0) std::fill(dx, dx + s.input_size(), T(0));
    const auto halves = detail::halved_planes(s);
    return halves.each_register<T>([&](std::ptrdiff_t in, std::ptrdiff_t out, std::ptrdiff_t count) __attribute__((always_inline)) {
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
  const detail::Strided<T> every{s.stride_w, x + s.input_size()};
  const detail::PoolColumns columns = detail::pool_columns(s);
  detail::each_pool_row(s, [&](const detail::PoolRow& row) __attribute__((always_inline)) {
    detail::each_window<T>(
        s, columns, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          Batch<T> total(T(0));
          detail::each_tap(s, row, column, [&](std::ptrdiff_t pixel) __attribute__((always_inline)) {
            total += every.read(x + pixel, count);
          });
          store_count<T>(total / Batch<T>(size), y + row.out + column, count);
        },
        [&](int column, const detail::PoolWindow& w) { y[row.out + column] = detail::window_sum(s, w, x) / size; });
  });
}

/// Each dy is shared out evenly over its window; dx is overwritten.
template <class T> void average_pool_backward(const PoolShape& s, const T* dy, T* dx) noexcept {
  std::fill(dx, dx + s.input_size(), T(0));
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  const detail::Strided<T> every{s.stride_w, dx + s.input_size()};
  detail::PoolColumns columns = detail::pool_columns(s);
  if (s.stride_w < s.window_w && columns.end - columns.first <= lanes<T>)
    columns.first = columns.end = 0;  // masked reads of what was just written are slower than single numbers
  detail::each_pool_row(s, [&](const detail::PoolRow& row) __attribute__((always_inline)) {
    detail::each_window<T>(
        s, columns, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          const Batch<T> share = load_count<T>(dy + row.out + column, count) / Batch<T>(size);
          for (int j = 0; j < s.window_w;) {  // down the rows first: a read that overlaps what was just written waits for it
            const bool pair = s.stride_w == 2 && j + 1 < s.window_w;
            for (int i = 0; i < row.rows; ++i) {
              T* const to = dx + row.pixel + column * s.stride_w - s.padding_w + std::ptrdiff_t{i} * s.width + j;
              if (pair) detail::add_pairs<T>(share, to, count);
              else every.add(share, to, count);
            }
            j += pair ? 2 : 1;
          }
        },
        [&](int column, const detail::PoolWindow& w) {
          const T share = dy[row.out + column] / size;
          for (int i = 0; i < w.rows; ++i) {
            T* const to = dx + w.first + std::ptrdiff_t{i} * s.width;
            for (int j = 0; j < w.columns; ++j) to[j] += share;
          }
        });
  });
}

}  // namespace tutti::kernel
