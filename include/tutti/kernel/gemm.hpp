// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_tile.hpp>
#include <tutti/kernel/gemv.hpp>
#include <tutti/kernel/transpose.hpp>

#include <type_traits>

namespace tutti::kernel {
namespace detail {

/// C = then(start + A B) over one block of depth.
template <class T> struct GemmBlock {
  std::ptrdiff_t rows, columns, depth;
  Operand<T> A, B;
  const T* start;  // element (i, j) at i start_row + j; null: zeros
  std::ptrdiff_t start_row;
  T* c;
  std::ptrdiff_t c_row;
  const T* row_start = nullptr;  // element (i, j) at i, in place of start

  /// The task of the tile at (i, j), whose last register has so many columns; B is read at b.
  TileTask<T> tile(std::ptrdiff_t i, std::ptrdiff_t j, std::ptrdiff_t last, const T* b, std::ptrdiff_t b_row) const noexcept {
    return {depth, A.from(i, 0), b, b_row, start == nullptr ? start : start + i * start_row + j, start_row, c + i * c_row + j, c_row, last,
            nullptr, row_start == nullptr ? row_start : row_start + i};
  }
};

/// Tiles below each other, columns j to j + n; rows are split evenly, since thin tiles are slow ones.
template <int Vectors, class T, class Then>
void tiles_below(const GemmBlock<T>& m, std::ptrdiff_t j, std::ptrdiff_t n, const T* b, std::ptrdiff_t b_row, const Then& then) noexcept {
  constexpr std::ptrdiff_t most = Block<T>::tile_rows(Vectors);
  constexpr std::ptrdiff_t line = 64 / sizeof(T);
  const bool follows = b == m.B.at(0, j) && j + Vectors * lanes<T> < m.columns;
  std::ptrdiff_t i = 0, tile = 0;
  for (std::ptrdiff_t left = (m.rows + most - 1) / most; left > 0; --left, ++tile) {
    const std::ptrdiff_t rows = (m.rows - i + left - 1) / left;
    TileTask<T> task = m.tile(i, j, n - (Vectors - 1) * lanes<T>, b, b_row);
    if (follows && tile * line < Vectors * lanes<T>) task.ahead = b + Vectors * lanes<T> + tile * line;
    gemm_tile_of<Vectors, T, Then>(rows)(task, then);
    i += rows;
  }
}

/// Wide tiles beside each other where one holds all rows; returns the first column that is left.
template <int Rows = 1, class T, class Then>
std::ptrdiff_t tiles_across(const GemmBlock<T>& m, const Then& then) noexcept {
  constexpr int vectors = Block<T>::wide_vectors(Rows);
  std::ptrdiff_t j = 0;
  if (m.rows != Rows) {
    if constexpr (Rows < Block<T>::most_wide_rows) return tiles_across<Rows + 1>(m, then);
  } else if constexpr (vectors > 0) {
    for (; j + vectors * lanes<T> <= m.columns; j += vectors * lanes<T>)
      gemm_tile<Rows, vectors>(m.tile(0, j, lanes<T>, m.B.at(0, j), m.B.row), then);
  }
  return j;
}

/// B(0..depth, 0..n) in rows of whole tiles, zeros behind n.
template <class T>
void pack(Operand<T> B, std::ptrdiff_t depth, std::ptrdiff_t n, T* packed) noexcept {
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  if (n < columns) std::fill(packed, packed + depth * columns, T(0));
  if (B.column != 1) transpose<T>(n, depth, B.data, B.column, packed, columns);
  else
    for (std::ptrdiff_t k = 0; k < depth; ++k) std::copy_n(B.at(k, 0), n, packed + k * columns);
}

/// Few rows with a transposed B: C^T = B^T A^T, where B^T is read as it lies, square by square.
/// Needs    no more rows than a register has lanes.
template <class T, class Then>
void multiply_turned(const GemmBlock<T>& m, T* packed, const Then& then) noexcept {
  constexpr std::ptrdiff_t n = lanes<T>, rows = n < Block<T>::tile_rows(1) ? n : n / 2;
  if (m.rows < n) std::fill(packed, packed + m.depth * n, T(0));
  if (m.A.column == 1) transpose<T>(m.rows, m.depth, m.A.data, m.A.row, packed, n);
  else
    for (std::ptrdiff_t k = 0; k < m.depth; ++k) std::copy_n(m.A.at(0, k), m.rows, packed + k * n);
  for (std::ptrdiff_t j = 0; j < m.columns; j += n) {
    const std::ptrdiff_t width = std::min(n, m.columns - j);
    Batch<T> square[static_cast<std::size_t>(n)];
    alignas(64) T sums[static_cast<std::size_t>(n * n)];
    for (std::ptrdiff_t i = 0; i < n; ++i)
      square[i] = i >= m.rows                ? Batch<T>(T(0))
                  : m.row_start != nullptr ? Batch<T>(m.row_start[i])
                  : m.start != nullptr     ? load_part<T>(m.start + i * m.start_row + j, width)
                                           : Batch<T>(T(0));
    transpose<T>(square);
    for (std::ptrdiff_t i = 0; i < n; ++i) store<T>(square[i], sums + i * n);
    for (std::ptrdiff_t r = 0; r < width; r += rows) {
      const Operand<T> turned{m.B.at(0, j + r), m.B.column, m.B.row};
      gemm_tile_of<1, T, AsItIs>(std::min(rows, width - r))({m.depth, turned, packed, n, sums + r * n, n, sums + r * n, n, n}, AsItIs{});
    }
    for (std::ptrdiff_t i = 0; i < n; ++i) square[i] = load<T>(sums + i * n);
    transpose<T>(square);
    for (std::ptrdiff_t i = 0; i < m.rows; ++i) store_part<T>(then(square[i]), m.c + i * m.c_row + j, width);
  }
}

template <class T, class Then>
void multiply(const GemmBlock<T>& m, const Then& then) noexcept {
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  constexpr int most = static_cast<int>(Block<T>::vectors);
  alignas(64) T packed[static_cast<std::size_t>(Block<T>::depth * columns)];
  if (m.B.column != 1 && m.rows <= lanes<T>) return multiply_turned(m, packed, then);
  for (std::ptrdiff_t j = m.B.column == 1 ? tiles_across(m, then) : 0; j < m.columns; j += columns) {
    const std::ptrdiff_t n = std::min(columns, m.columns - j);
    const T* b = m.B.at(0, j);
    std::ptrdiff_t b_row = m.B.row;
    const bool aliases = m.B.row * static_cast<std::ptrdiff_t>(sizeof(T)) % 4096 == 0 && m.rows >= 256;  // all rows in one set of the cache
    if (m.B.column != 1 || aliases || (!masked<T> && n % lanes<T> != 0)) {
      pack(m.B.from(0, j), m.depth, n, packed);
      b = packed;
      b_row = columns;
    }
    const auto vectors = static_cast<int>((n + lanes<T> - 1) / lanes<T>);
    [&]<int... V>(std::integer_sequence<int, V...>) {
      (void)((vectors == V + 1 && (tiles_below<V + 1>(m, j, n, b, b_row, then), true)) || ...);
    }(std::make_integer_sequence<int, most>{});
  }
}

}  // namespace detail

/// C = then(start + A B) for A (M, K) and B (K, N), each as matrix() or transposed(), and C row-major. `start` is
/// overwrite, accumulate, add_bias(b) or add_row_bias(b); `then` a function of registers.
/// Shapes   A (M, K), B (K, N), C (M, N) with rows `c_row` apart; any of them may be 0 (K = 0: the sum is 0).
/// Needs    C overlaps neither A nor B. No alignment, no heap, 128 KiB of stack, the calling thread only.
/// Cost     2 M N K flops. Row i of C has the same bits whatever M is: a batch predicts as single rows do.
/// Source   Goto, van de Geijn: Anatomy of high-performance matrix multiplication, ACM TOMS 34 (2008).
template <class T, class Start = Overwrite, class Then = AsItIs>
void gemm(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, Operand<T> A, Operand<T> B, T* C,
          std::ptrdiff_t c_row, const Start& start = {}, const Then& then = {}) noexcept {
  if (M == 1 && B.column == 1 && A.column == 1 && N > Block<T>::longest_row) {
    if constexpr (std::is_same_v<Start, AddBias<T>>) std::copy_n(start.b, N, C);
    else if constexpr (std::is_same_v<Start, AddRowBias<T>>) std::fill_n(C, N, start.b == nullptr ? T(0) : *start.b);
    else if constexpr (!std::is_same_v<Start, Accumulate>) std::fill_n(C, N, T(0));
    detail::sweep(N, K, A.data, B.data, B.row, C);
    if constexpr (!std::is_same_v<Then, AsItIs>) transform<T>(N, C, then, C);
    return;
  }
  std::ptrdiff_t k = 0;
  do {  // once for K = 0: what follows is due
    const std::ptrdiff_t depth = std::min(Block<T>::depth, K - k);
    detail::GemmBlock<T> block{M, N, depth, A.from(0, k), B.from(k, 0), nullptr, 0, C, c_row};
    if (k > 0 || std::is_same_v<Start, Accumulate>) {
      block.start = C;
      block.start_row = c_row;
    } else if constexpr (std::is_same_v<Start, AddBias<T>>) {
      block.start = start.b;
    } else if constexpr (std::is_same_v<Start, AddRowBias<T>>) {
      block.row_start = start.b;
    }
    if (std::is_same_v<Then, AsItIs> || k + depth == K) detail::multiply(block, then);
    else detail::multiply(block, AsItIs{});
    k += depth;
  } while (k < K);
}

/// y = then(start + x B): one row; the same bits as that row in gemm.
/// Shapes   x (K), B (K, N), y (N).   Cost   2 N K flops, one pass over B.
template <class T, class Start = Overwrite, class Then = AsItIs>
void gemv(std::ptrdiff_t N, std::ptrdiff_t K, const T* x, Operand<T> B, T* y, const Start& start = {}, const Then& then = {}) noexcept {
  gemm(1, N, K, matrix(x, K), B, y, N, start, then);
}

}  // namespace tutti::kernel
