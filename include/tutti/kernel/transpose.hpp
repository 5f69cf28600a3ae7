// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>

namespace tutti::kernel {

/// Registers as the rows of a matrix (N, lanes), transposed to (lanes, N) row after row. Riffling the two halves of the rows
/// log2(N) times does it.
/// Needs    N a power of two.
template <class T, std::size_t N> [[gnu::always_inline]] inline void transpose(Batch<T> (&row)[N]) noexcept {
  static_assert((N & (N - 1)) == 0);
#pragma GCC unroll 4
  for (std::size_t round = 1; round < N; round *= 2) {
    Batch<T> next[N];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < N / 2; ++i) {
      next[2 * i]     = in_turn<false>(row[i], row[i + N / 2]);
      next[2 * i + 1] = in_turn<true>(row[i], row[i + N / 2]);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < N; ++i) row[i] = next[i];
  }
}

/// to[c][r] = from[r][c] for a matrix of rows x columns, whose rows begin `from_row` apart, those of the result `to_row`.
/// Cost     one read and one write; squares of registers where there are such.
template <class T>
void transpose(std::ptrdiff_t rows, std::ptrdiff_t columns, const T* from, std::ptrdiff_t from_row, T* to, std::ptrdiff_t to_row) noexcept {
  constexpr std::ptrdiff_t n = lanes<T>;
  for (std::ptrdiff_t r = 0; r < rows; r += n)
    for (std::ptrdiff_t c = 0; c < columns; c += n) {
      const std::ptrdiff_t height = std::min(n, rows - r), width = std::min(n, columns - c);
      const T* const source = from + r * from_row + c;
      T* const target = to + c * to_row + r;
      if (height == n && width == n) {
        Batch<T> square[static_cast<std::size_t>(n)];
#pragma GCC unroll 16
        for (std::ptrdiff_t i = 0; i < n; ++i) square[i] = load<T>(source + i * from_row);
        transpose<T>(square);
#pragma GCC unroll 16
        for (std::ptrdiff_t j = 0; j < n; ++j) store<T>(square[j], target + j * to_row);
      } else if (height < n && !masked<T>) {  // a few numbers: not worth a square
        for (std::ptrdiff_t i = 0; i < height; ++i)
          for (std::ptrdiff_t j = 0; j < width; ++j) target[j * to_row + i] = source[i * from_row + j];
      } else {
        Batch<T> square[static_cast<std::size_t>(n)];
        for (std::ptrdiff_t i = 0; i < n; ++i) square[i] = i < height ? load_part<T>(source + i * from_row, width) : Batch<T>(T(0));
        transpose<T>(square);
        for (std::ptrdiff_t j = 0; j < width; ++j) store_part<T>(square[j], target + j * to_row, height);
      }
    }
}

}  // namespace tutti::kernel
