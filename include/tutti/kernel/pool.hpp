// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/pool_windows.hpp>
#include <tutti/kernel/strided.hpp>

namespace tutti::kernel {

/// y = the largest pixel of each window; a NaN in the window is the largest, of equals the first wins, padding
/// never does.
/// Shapes   x (channels, height, width) -> y and winner (channels, out_height, out_width).
/// Needs    windows of at most 2^24 pixels.
/// winner[i] is for max_pool_backward of the same shape: the number of y[i]'s pixel in its window; it may be null where no gradient
/// is wanted.
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
  const detail::Strided<T> every{s.stride_w, x + s.input_size()};
  detail::each_pool_row(s, [&](const detail::PoolRow& row) __attribute__((always_inline)) {
    detail::each_window<T>(
        s, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          Batch<T> most(-std::numeric_limits<T>::infinity()), from(static_cast<T>(row.above * s.window_w));
          detail::each_tap(s, row, column, [&](std::ptrdiff_t pixel, int tap) __attribute__((always_inline)) {
            detail::keep_larger(most, from, every.read(x + pixel, count), static_cast<T>(tap));
          });
          store_part<T>(most, y + row.out + column, count);
          if (winner != nullptr) store_part<T>(from, winner + row.out + column, count);
        },
        [&](int column, const detail::PoolWindow& w) {
          const std::ptrdiff_t best = detail::place_of_largest(x + w.first, w, s.width);
          y[row.out + column] = x[w.first + best];
          if (winner != nullptr)
            winner[row.out + column] = static_cast<T>((w.above + best / s.width) * s.window_w + w.before + best % s.width);
        });
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
  const detail::Strided<T> every{s.stride_w, dx + s.input_size()};
  detail::each_pool_row(s, [&](const detail::PoolRow& row) __attribute__((always_inline)) {
    detail::each_window<T>(
        s, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          const Batch<T> d = load_part<T>(dy + row.out + column, count), from = load_part<T>(winner + row.out + column, count), zero(T(0));
          detail::each_tap(s, row, column, [&](std::ptrdiff_t pixel, int tap) __attribute__((always_inline)) {
            every.add(xsimd::select(from == Batch<T>(static_cast<T>(tap)), d, zero), dx + pixel, count);
          });
        },
        [&](int column, const detail::PoolWindow& w) {
          const auto tap = static_cast<int>(winner[row.out + column]);
          const std::ptrdiff_t i = tap / s.window_w - w.above, j = tap % s.window_w - w.before;
          dx[w.first + i * s.width + j] += dy[row.out + column];
        });
  });
}

/// y = the mean of each window; padding counts as zeros.
/// Shapes   x (channels, height, width) -> y (channels, out_height, out_width).
template <class T> void average_pool(const PoolShape& s, const T* x, T* y) noexcept {
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  const detail::Strided<T> every{s.stride_w, x + s.input_size()};
  detail::each_pool_row(s, [&](const detail::PoolRow& row) __attribute__((always_inline)) {
    detail::each_window<T>(
        s, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          Batch<T> total(T(0));
          detail::each_tap(s, row, column, [&](std::ptrdiff_t pixel, int) __attribute__((always_inline)) {
            total += every.read(x + pixel, count);
          });
          store_part<T>(total / Batch<T>(size), y + row.out + column, count);
        },
        [&](int column, const detail::PoolWindow& w) { y[row.out + column] = detail::window_sum(s, w, x) / size; });
  });
}

/// Each dy is shared out evenly over its window; dx is overwritten.
template <class T> void average_pool_backward(const PoolShape& s, const T* dy, T* dx) noexcept {
  std::fill(dx, dx + s.input_size(), T(0));
  const T size = static_cast<T>(s.window_h) * static_cast<T>(s.window_w);
  const detail::Strided<T> every{s.stride_w, dx + s.input_size()};
  detail::each_pool_row(s, [&](const detail::PoolRow& row) __attribute__((always_inline)) {
    detail::each_window<T>(
        s, row,
        [&](int column, std::ptrdiff_t count) __attribute__((always_inline)) {
          const Batch<T> share = load_part<T>(dy + row.out + column, count) / Batch<T>(size);
          detail::each_tap(s, row, column, [&](std::ptrdiff_t pixel, int) __attribute__((always_inline)) {
            every.add(share, dx + pixel, count);
          });
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
