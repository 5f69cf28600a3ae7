// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_epilogue.hpp>
#include <tutti/kernel/gemm_tile.hpp>

namespace tutti::kernel {
namespace detail {

/// A horizontal strip of C within one block of depth.
template <class T> struct GemmStrip {
  std::ptrdiff_t rows, columns, depth;
  Operand<T> A, B;
  T* c;
  std::ptrdiff_t c_row;
  std::ptrdiff_t i;  // C's row where the strip begins
  bool add, last;    // c holds a part already; the sum becomes complete
};

/// Stores the sums of the tile at (r, j) by way of the epilogue, n columns of it.
template <class T, class Epilogue>
void finish(const GemmStrip<T>& s, std::ptrdiff_t r, std::ptrdiff_t rows, std::ptrdiff_t j, std::ptrdiff_t n,
            std::ptrdiff_t columns, const T* sums, const Epilogue& epilogue) noexcept {
  for (const std::ptrdiff_t end = r + rows; r < end; ++r, sums += columns)
    for (std::ptrdiff_t v = 0; v < n; v += lanes<T>) {
      T* const place = s.c + r * s.c_row + j + v;
      const std::ptrdiff_t count = std::min(lanes<T>, n - v);
      Batch<T> sum = Batch<T>::load_aligned(sums + v);
      if (count == lanes<T>) {
        if (s.add) sum = load<T>(place) + sum;
        store<T>(s.last ? epilogue(sum, s.i + r, j + v, count) : sum, place);
      } else {
        if (s.add) sum = load_part<T>(place, count) + sum;
        store_part<T>(s.last ? epilogue(sum, s.i + r, j + v, count) : sum, place, count);
      }
    }
}

/// Tiles below each other, n columns from j on; rows are split evenly, since thin tiles are slow ones.
template <int Vectors, class T, class Epilogue>
void tiles(const GemmStrip<T>& s, std::ptrdiff_t j, std::ptrdiff_t n, const T* b, std::ptrdiff_t b_row,
           const Epilogue& epilogue) noexcept {
  constexpr std::ptrdiff_t most = Block<T>::rows, columns = Vectors * lanes<T>;
  alignas(64) T sums[static_cast<std::size_t>(most * columns)];
  std::ptrdiff_t r = 0;
  for (std::ptrdiff_t left = (s.rows + most - 1) / most; left > 0; --left) {
    const std::ptrdiff_t rows = (s.rows - r + left - 1) / left;
    gemm_tile_of<Vectors, T>(rows)(s.depth, s.A.from(r, 0), b, b_row, sums);
    finish(s, r, rows, j, n, columns, sums, epilogue);
    r += rows;
  }
}

/// A strip of one tile's height uses B once, so B is read where it lies, but for the last n < lanes columns.
/// Returns the first column that is left.
template <class T, class Epilogue>
std::ptrdiff_t in_place(const GemmStrip<T>& s, const Epilogue& epilogue) noexcept {
  std::ptrdiff_t j = 0;
  if (s.rows == 1) {  // one row needs many columns to hide the latency
    alignas(64) T sums[static_cast<std::size_t>(widest_tile<T>)];
    for (; j + widest_tile<T> <= s.columns; j += widest_tile<T>) {
      gemm_tile<1, 8, T>(s.depth, s.A, s.B.at(0, j), s.B.row, sums);
      finish(s, 0, 1, j, widest_tile<T>, widest_tile<T>, sums, epilogue);
    }
  }
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  for (; j + columns <= s.columns; j += columns)
    tiles<static_cast<int>(Block<T>::vectors)>(s, j, columns, s.B.at(0, j), s.B.row, epilogue);
  for (; j + lanes<T> <= s.columns; j += lanes<T>) tiles<1>(s, j, lanes<T>, s.B.at(0, j), s.B.row, epilogue);
  return j;
}

template <class T, class Epilogue>
void strip(const GemmStrip<T>& s, T* panel, const Epilogue& epilogue) noexcept {
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  std::ptrdiff_t j = s.B.column == 1 && s.rows <= Block<T>::rows ? in_place(s, epilogue) : 0;
  for (; j < s.columns; j += columns) {
    const std::ptrdiff_t n = std::min(columns, s.columns - j);
    const std::ptrdiff_t w = n <= lanes<T> ? lanes<T> : columns;
    pack(s.B.from(0, j), s.depth, n, w, panel);
    if (w == columns) tiles<static_cast<int>(Block<T>::vectors)>(s, j, n, panel, w, epilogue);
    else tiles<1>(s, j, n, panel, w, epilogue);
  }
}

}  // namespace detail

/// C = epilogue(A B) for A (M, K) and B (K, N), each as matrix() or transposed(), and C row-major.
/// Shapes   A (M, K), B (K, N), C (M, N) with rows `c_row` apart; any of them may be 0 (K = 0: the sum is 0).
/// Needs    C overlaps neither A nor B. No alignment, no heap, 36 KiB of stack, the calling thread only.
/// Cost     2 M N K flops. Row i of C has the same bits whatever M is: a batch predicts as single rows do.
/// Source   Goto, van de Geijn: Anatomy of high-performance matrix multiplication, ACM TOMS 34 (2008).
template <class T, class Epilogue = Overwrite>
void gemm(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, Operand<T> A, Operand<T> B, T* C,
          std::ptrdiff_t c_row, const Epilogue& epilogue = {}) noexcept {
  using Sizes = Block<T>;
  alignas(64) T panel[static_cast<std::size_t>(Sizes::depth * Sizes::columns)];
  std::ptrdiff_t i = 0;
  for (std::ptrdiff_t left = (M + Sizes::height - 1) / Sizes::height; left > 0; --left) {
    const std::ptrdiff_t rows = (M - i + left - 1) / left;
    std::ptrdiff_t k = 0;
    do {  // once for K = 0: the epilogue is due
      const std::ptrdiff_t depth = std::min(Sizes::depth, K - k);
      const bool add = k > 0 || Epilogue::keeps, last = k + depth == K;
      detail::strip<T>({rows, N, depth, A.from(i, k), B.from(k, 0), C + i * c_row, c_row, i, add, last},
                       panel, epilogue);
      k += depth;
    } while (k < K);
    i += rows;
  }
}

/// y = epilogue(x B): one row; the same bits as that row in gemm.
/// Shapes   x (K), B (K, N), y (N).   Cost   2 N K flops, one pass over B.
template <class T, class Epilogue = Overwrite>
void gemv(std::ptrdiff_t N, std::ptrdiff_t K, const T* x, Operand<T> B, T* y,
          const Epilogue& epilogue = {}) noexcept {
  gemm(1, N, K, matrix(x, K), B, y, N, epilogue);
}

}  // namespace tutti::kernel
