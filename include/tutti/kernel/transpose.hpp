// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>

namespace tutti::kernel {

namespace detail {

// Of the blocks of Size lanes of a and b: in each part of 128 bits the lower or upper ones of both in turn; every second one.
template <bool Upper, int Size> constexpr int lane_of_turn(int i, int lanes, int part) noexcept {
  const int within = i % part, block = within / Size;
  return i - within + (Upper ? part / 2 : 0) + block / 2 * Size + within % Size + (block % 2 == 0 ? 0 : lanes);
}
template <bool Odd> constexpr int lane_of_second_part(int i, int, int part) noexcept {
  return 2 * (i / part) * part + (Odd ? part : 0) + i % part;
}
template <auto Lane, class V> [[gnu::always_inline]] inline V shuffled(const V& a, const V& b) noexcept {
  return [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
    constexpr int n = sizeof...(I), part = 16 / static_cast<int>(sizeof(typename V::value_type));
    return V(__builtin_shufflevector(a.data, b.data, Lane(I, n, part)...));
  }(std::make_integer_sequence<int, static_cast<int>(V::size)>{});
}

/// row[first + i step], i < 4 or 2, a square of parts of 128 bits: transposed.
template <class V, std::size_t N> [[gnu::always_inline]] inline void transpose_parts(V (&row)[N], std::size_t first, std::size_t step) noexcept {
  if constexpr (sizeof(V) == 32) {
    const V a = row[first], b = row[first + step];
    row[first]        = shuffled<lane_of_second_part<false>>(a, b);
    row[first + step] = shuffled<lane_of_second_part<true>>(a, b);
  } else if constexpr (sizeof(V) == 64) {
    const V a = shuffled<lane_of_second_part<false>>(row[first], row[first + step]),
            b = shuffled<lane_of_second_part<true>>(row[first], row[first + step]),
            c = shuffled<lane_of_second_part<false>>(row[first + 2 * step], row[first + 3 * step]),
            d = shuffled<lane_of_second_part<true>>(row[first + 2 * step], row[first + 3 * step]);
    row[first]            = shuffled<lane_of_second_part<false>>(a, c);
    row[first + step]     = shuffled<lane_of_second_part<false>>(b, d);
    row[first + 2 * step] = shuffled<lane_of_second_part<true>>(a, c);
    row[first + 3 * step] = shuffled<lane_of_second_part<true>>(b, d);
  }
}

/// A square matrix: first within parts of 128 bits, where a shuffle is cheapest, then the parts.
template <class T> [[gnu::always_inline]] inline void transpose_square(Batch<T> (&row)[static_cast<std::size_t>(lanes<T>)]) noexcept {
  constexpr std::size_t n = static_cast<std::size_t>(lanes<T>), part = 16 / sizeof(T);
#pragma GCC unroll 8
  for (std::size_t g = 0; g < n; g += part) {
    if constexpr (part == 2) {
      const Batch<T> a = row[g], b = row[g + 1];
      row[g]     = shuffled<lane_of_turn<false, 1>>(a, b);
      row[g + 1] = shuffled<lane_of_turn<true, 1>>(a, b);
    } else {
      const Batch<T> a = shuffled<lane_of_turn<false, 1>>(row[g], row[g + 1]), b = shuffled<lane_of_turn<true, 1>>(row[g], row[g + 1]),
                     c = shuffled<lane_of_turn<false, 1>>(row[g + 2], row[g + 3]), d = shuffled<lane_of_turn<true, 1>>(row[g + 2], row[g + 3]);
      row[g]     = shuffled<lane_of_turn<false, 2>>(a, c);
      row[g + 1] = shuffled<lane_of_turn<true, 2>>(a, c);
      row[g + 2] = shuffled<lane_of_turn<false, 2>>(b, d);
      row[g + 3] = shuffled<lane_of_turn<true, 2>>(b, d);
    }
  }
#pragma GCC unroll 4
  for (std::size_t j = 0; j < part; ++j) transpose_parts(row, j, part);
}

}  // namespace detail

/// Registers as the rows of a matrix (N, lanes), transposed to (lanes, N) row after row. Where it is no square, riffling the
/// two halves of the rows log2(N) times does it.
/// Needs    N a power of two.
template <class T, std::size_t N> [[gnu::always_inline]] inline void transpose(Batch<T> (&row)[N]) noexcept {
  static_assert((N & (N - 1)) == 0);
  if constexpr (N == static_cast<std::size_t>(lanes<T>)) return detail::transpose_square<T>(row);
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
        const T* row = source;
        T* line = target;
#pragma GCC unroll 16
        for (std::ptrdiff_t i = 0; i < n; ++i, row = next_row(row, from_row)) square[i] = load<T>(row);
        transpose<T>(square);
#pragma GCC unroll 16
        for (std::ptrdiff_t j = 0; j < n; ++j, line = next_row(line, to_row)) store<T>(square[j], line);
      } else if (height < n && !masked<T>) {  // a few numbers: not worth a square
        for (std::ptrdiff_t i = 0; i < height; ++i)
          for (std::ptrdiff_t j = 0; j < width; ++j) target[j * to_row + i] = source[i * from_row + j];
      } else {
        Batch<T> square[static_cast<std::size_t>(n)];
        const T* row = source;
        T* line = target;
#pragma GCC unroll 16
        for (std::ptrdiff_t i = 0; i < n; ++i, row = next_row(row, from_row)) square[i] = i < height ? load_part<T>(row, width) : Batch<T>(T(0));
        transpose<T>(square);
#pragma GCC unroll 16
        for (std::ptrdiff_t j = 0; j < n; ++j, line = next_row(line, to_row)) {
          if (j == width) break;
          store_part<T>(square[j], line, height);
        }
      }
    }
}

}  // namespace tutti::kernel
