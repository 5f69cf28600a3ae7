// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>
#include <tutti/kernel/gemm_epilogue.hpp>

#include <array>
#include <utility>

namespace tutti::kernel {

/// A matrix where it lies: element (i, k) is data[i row + k column]. Made by matrix() and transposed().
template <class T> struct Operand {
  const T* data;
  std::ptrdiff_t row;
  std::ptrdiff_t column;

  constexpr const T* at(std::ptrdiff_t i, std::ptrdiff_t k) const noexcept {
    return data + i * row + k * column;
  }
  constexpr Operand from(std::ptrdiff_t i, std::ptrdiff_t k) const noexcept {
    return {at(i, k), row, column};
  }
};

/// The row-major matrix whose rows begin `stride` scalars apart.
template <class T> constexpr Operand<T> matrix(const T* data, std::ptrdiff_t stride) noexcept {
  return {data, stride, 1};
}
/// The transpose of matrix(data, stride); nothing is copied.
template <class T> constexpr Operand<T> transposed(const T* data, std::ptrdiff_t stride) noexcept {
  return {data, 1, stride};
}

/// What a register tile multiplies: C(rows, columns) = start + A B over `depth`.
template <class T> struct TileTask {
  std::ptrdiff_t depth;
  Operand<T> A;
  const T* b;            // rows of B, whole registers of them unless `masked`
  std::ptrdiff_t b_row;
  const T* start;        // what the sums begin with; null: zeros
  std::ptrdiff_t start_row;
  T* c;
  std::ptrdiff_t c_row;
  std::ptrdiff_t last;   // columns of the last register, 1 to `lanes`
  const T* ahead = nullptr;      // what will be read after this tile, a line for each step; null: nothing
  const T* row_start = nullptr;  // what the sums of each row begin with, in place of `start`
  const ChannelEpilogue<T>* end = nullptr;  // what becomes of those of each row
  std::ptrdiff_t row = 0;        // of them the first
};

/// What the sums of a tile begin with: t.row_start, t.start, or zeros.
template <std::size_t Rows, std::size_t Vectors, class T>
[[gnu::always_inline]] inline void begin_sums(const auto& t, Batch<T> (&sum)[Rows][Vectors]) noexcept {
  constexpr int rows = Rows, vectors = Vectors;
  constexpr std::ptrdiff_t n = lanes<T>;
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; ++v) sum[r][v] = Batch<T>(T(0));
  if (t.start != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r) {
      const T* const start = t.start + r * t.start_row;
#pragma GCC unroll 16
      for (int v = 0; v + 1 < vectors; ++v) sum[r][v] = load<T>(start + v * n);
      sum[r][vectors - 1] = load_part<T>(start + (vectors - 1) * n, t.last);
    }
  }
  if (t.row_start != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; ++v) sum[r][v] = Batch<T>(t.row_start[r]);
  }
}
/// Stores then(sum) at t.c, of the last register t.last columns.
template <std::size_t Rows, std::size_t Vectors, class T, class Then>
[[gnu::always_inline]] inline void store_sums(const auto& t, const Batch<T> (&sum)[Rows][Vectors], const Then& then) noexcept {
  constexpr int rows = Rows, vectors = Vectors;
  constexpr std::ptrdiff_t n = lanes<T>;
  const bool whole = t.last == n;
#pragma GCC unroll 16
  for (int r = 0; r < rows; ++r) {
    T* const c = t.c + r * t.c_row;
#pragma GCC unroll 16
    for (int v = 0; v + 1 < vectors; ++v) store<T>(then(sum[r][v]), c + v * n);
    if (whole) store<T>(then(sum[r][vectors - 1]), c + (vectors - 1) * n);
    else store_part<T>(then(sum[r][vectors - 1]), c + (vectors - 1) * n, t.last);
  }
}

/// The loop in which gemm spends its time. An element is summed over k in order in one lane: its bits depend neither on
/// its place nor on the tile.
template <int Rows, int Vectors, class T, class Then = AsItIs>
[[gnu::always_inline]] inline void multiply_tile(const TileTask<T>& task, const Then& then = {}) noexcept {
  constexpr std::ptrdiff_t n = lanes<T>;
  const TileTask<T> t = task;  // what is stored is none of it
  Batch<T> sum[std::size_t{Rows}][std::size_t{Vectors}];  // unrolled, or else it would live in memory
  begin_sums(t, sum);
  if (t.depth >= 64) {  // the tile below begins with what is read here
#pragma GCC unroll 16
    for (int r = Rows; r < 2 * Rows; ++r) {
      __builtin_prefetch(t.A.data + r * t.A.row);
      __builtin_prefetch(t.A.data + r * t.A.row + 64 / sizeof(T));
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) __builtin_prefetch(t.c + r * t.c_row + v * n, 1);
    }
  }
  const T* a = t.A.data;
  const T* b = t.b;
  const T* ahead = t.ahead != nullptr ? t.ahead : b;
  for (std::ptrdiff_t k = 0; k < t.depth; ++k, a += t.A.column, b += t.b_row, ahead += t.b_row) {
    if constexpr (Rows > 3) __builtin_prefetch(ahead);
    const auto of_b = [&](int v) __attribute__((always_inline)) {
      return v + 1 < Vectors || !masked<T> ? load<T>(b + v * n) : load_part<T>(b + v * n, t.last);
    };
    if constexpr (Rows <= 3) {  // registers are for sums: one holds the part of B in turn
      Batch<T> x[std::size_t{Rows}];
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        Batch<T> factor(a[r * t.A.row]);
        if constexpr (Rows > 1) in_register<T>(factor);
        x[r] = factor;
      }
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) {
        Batch<T> part = of_b(v);
        if constexpr (Rows > 1) in_register<T>(part);
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) sum[r][v] = multiply_add<T>(x[r], part, sum[r][v]);
      }
    } else {
      Batch<T> row[std::size_t{Vectors}];
#pragma GCC unroll 12
      for (int v = 0; v < Vectors; ++v) row[v] = of_b(v);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        const Batch<T> x(a[r * t.A.row]);
#pragma GCC unroll 12
        for (int v = 0; v < Vectors; ++v) sum[r][v] = multiply_add<T>(x, row[v], sum[r][v]);
      }
    }
  }
  if (t.end != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) sum[r][v] = (*t.end)(sum[r][v], t.row + r);
  }
  store_sums(t, sum, then);
}

template <int Rows, int Vectors, class T, class Then>
void gemm_tile(const TileTask<T>& t, const Then& then) noexcept {
  multiply_tile<Rows, Vectors>(t, then);
}

/// Tiles below each other, each with the same columns of B; those of A begin `a_step` apart. What is read ahead is spread
/// over the first of them, a line of each row at a time.
template <int Rows, int Vectors, class T, class Then>
void gemm_tiles(const TileTask<T>& first, std::ptrdiff_t tiles, std::ptrdiff_t a_step, const Then& then) noexcept {
  TileTask<T> t = first;
  const T* const ahead_end = t.ahead == nullptr ? nullptr : t.ahead + Vectors * lanes<T>;
  for (; tiles > 0; --tiles) {
    multiply_tile<Rows, Vectors>(t, then);
    t.A.data += a_step;
    t.c += Rows * t.c_row;
    if (t.start != nullptr) t.start += Rows * t.start_row;
    if (t.row_start != nullptr) t.row_start += Rows;
    t.row += Rows;
    if (t.ahead != nullptr && (t.ahead += 64 / sizeof(T)) >= ahead_end) t.ahead = nullptr;
  }
}

/// gemm_tiles for 1 to Block<T>::tile_rows(Vectors) rows.
template <int Vectors, class T, class Then>
auto gemm_tiles_of(std::ptrdiff_t rows) noexcept {
  static constexpr auto tiles = []<int... R>(std::integer_sequence<int, R...>) {
    return std::array{&gemm_tiles<R + 1, Vectors, T, Then>...};
  }(std::make_integer_sequence<int, static_cast<int>(Block<T>::tile_rows(Vectors))>{});
  return tiles[static_cast<std::size_t>(rows - 1)];
}

}  // namespace tutti::kernel
