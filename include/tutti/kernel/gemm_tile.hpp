// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>

#include <algorithm>
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

/// The most columns that a tile has.
template <class T> inline constexpr std::ptrdiff_t widest_tile = 8 * lanes<T>;

/// sums (Rows, Vectors lanes) = A(0.., 0..depth) B(0..depth, 0..), the loop in which gemm spends its time;
/// B's rows begin `b_row` apart. An element is summed over k in order in one lane: its bits depend neither on
/// its place nor on the tile.
template <int Rows, int Vectors, class T>
void gemm_tile(std::ptrdiff_t depth, Operand<T> A, const T* b, std::ptrdiff_t b_row, T* sums) noexcept {
  Batch<T> sum[std::size_t{Rows}][std::size_t{Vectors}];  // unrolled, or else it would live in memory
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) sum[r][v] = Batch<T>(T(0));
  const T* a = A.data;
  for (std::ptrdiff_t k = 0; k < depth; ++k, a += A.column, b += b_row) {
    Batch<T> row[std::size_t{Vectors}];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) row[v] = load<T>(b + v * lanes<T>);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const Batch<T> x(a[r * A.row]);
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sum[r][v] = multiply_add<T>(x, row[v], sum[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) store<T>(sum[r][v], sums + (r * Vectors + v) * lanes<T>);
}

template <class T>
using GemmTile = void (*)(std::ptrdiff_t depth, Operand<T> A, const T* b, std::ptrdiff_t b_row,
                          T* sums) noexcept;

/// The tile of 1 to Block<T>::rows rows and so many vectors.
template <int Vectors, class T> GemmTile<T> gemm_tile_of(std::ptrdiff_t rows) noexcept {
  static constexpr auto tiles = []<int... R>(std::integer_sequence<int, R...>) {
    return std::array<GemmTile<T>, sizeof...(R)>{&gemm_tile<R + 1, Vectors, T>...};
  }
  (std::make_integer_sequence<int, static_cast<int>(Block<T>::rows)>{});
  return tiles[static_cast<std::size_t>(rows - 1)];
}

/// Copies B(0..depth, 0..n) into rows of `columns`, zeros behind n.
template <class T>
void pack(Operand<T> B, std::ptrdiff_t depth, std::ptrdiff_t n, std::ptrdiff_t columns, T* panel) noexcept {
  constexpr int vectors = static_cast<int>(Block<T>::vectors);
  if (B.column == 1 && n == vectors * lanes<T>) {  // of fixed size: GCC 12 -O3 spoils the general loop
    const T* row = B.data;
    for (std::ptrdiff_t k = 0; k < depth; ++k, row += B.row, panel += vectors * lanes<T>)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) store<T>(load<T>(row + v * lanes<T>), panel + v * lanes<T>);
    return;
  }
  if (n < columns) std::fill(panel, panel + depth * columns, T(0));
  if (B.column == 1) {
    for (std::ptrdiff_t k = 0; k < depth; ++k) std::copy_n(B.at(k, 0), n, panel + k * columns);
  } else {
    for (std::ptrdiff_t j = 0; j < n; ++j)
      for (std::ptrdiff_t k = 0; k < depth; ++k) panel[k * columns + j] = *B.at(k, j);
  }
}

}  // namespace tutti::kernel
