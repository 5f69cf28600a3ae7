// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_memory.hpp>
#include <tutti/kernel/gemm_tile.hpp>
#include <tutti/kernel/transpose.hpp>

#include <algorithm>
#include <cstdint>

/// One block of depth of a product: the loops around the register tile.
namespace tutti::kernel::detail {

/// C = then(end(start + A B)) over one block of depth.
template <class T> struct GemmBlock {
  std::ptrdiff_t rows, columns, depth;
  Operand<T> A, B;
  const T* start;  // element (i, j) at i start_row + j; null: zeros
  std::ptrdiff_t start_row;
  T* c;
  std::ptrdiff_t c_row;
  const T* row_start = nullptr;  // element (i, j) at i, in place of start
  const T* tiles = nullptr;      // A in tiles of Block<T>::rows rows, one behind the other, in place of A
  const ChannelEpilogue<T>* end = nullptr;  // what becomes of the sums of each row
  std::ptrdiff_t first_row = 0;  // in C

  GemmBlock part(std::ptrdiff_t i, std::ptrdiff_t j, std::ptrdiff_t height, std::ptrdiff_t width) const noexcept {
    return {height, width, depth, A.from(i, 0), B.from(0, j), start == nullptr ? start : start + i * start_row + j, start_row, c + i * c_row + j,
            c_row, row_start == nullptr ? row_start : row_start + i, nullptr, end, first_row + i};
  }
  /// The task of the tile at (i, j), whose last register has so many columns; B is read at b.
  TileTask<T> tile(std::ptrdiff_t i, std::ptrdiff_t j, std::ptrdiff_t last, const T* b, std::ptrdiff_t b_row) const noexcept {
    return {depth, A.from(i, 0), b, b_row, start == nullptr ? start : start + i * start_row + j, start_row, c + i * c_row + j, c_row, last,
            nullptr, row_start == nullptr ? row_start : row_start + i, end, first_row + i};
  }
};

/// Columns j to j + n of C, with B's at b.
template <int Vectors, class T, class Then>
void tiles_below(const GemmBlock<T>& m, std::ptrdiff_t j, std::ptrdiff_t n, const T* b, std::ptrdiff_t b_row, const Then& then) noexcept {
  const bool follows = b == m.B.at(0, j) && j + Vectors * lanes<T> < m.columns;
  const T* tiles_of_A = m.tiles;
  each_height(m.rows, m.tiles == nullptr ? Block<T>::tile_rows(Vectors) : Block<T>::rows, [&](std::ptrdiff_t i, std::ptrdiff_t tiles, std::ptrdiff_t height) {
    TileTask<T> task = m.tile(i, j, n - (Vectors - 1) * lanes<T>, b, b_row);
    std::ptrdiff_t step = height * m.A.row;
    if (m.tiles != nullptr) {
      step = GemmMemory<T>::tile(m.depth);
      task.A = {tiles_of_A, 1, Block<T>::rows};
      tiles_of_A += tiles * step;
    }
    if (follows && i == 0) task.ahead = b + Vectors * lanes<T>;
    gemm_tiles_of<Vectors, T, Then>(height)(task, tiles, step, then);
  });
}
template <class T, class Then>
void tiles_below(const GemmBlock<T>& m, std::ptrdiff_t j, std::ptrdiff_t n, const T* b, std::ptrdiff_t b_row, const Then& then) noexcept {
  const auto vectors = static_cast<int>((n + lanes<T> - 1) / lanes<T>);
  [&]<int... V>(std::integer_sequence<int, V...>) {
    (void)((vectors == V + 1 && (tiles_below<V + 1>(m, j, n, b, b_row, then), true)) || ...);
  }(std::make_integer_sequence<int, static_cast<int>(Block<T>::vectors)>{});
}

/// Wide tiles beside each other where one holds all rows; returns the first column that is left.
template <int Rows = 1, class T, class Then>
std::ptrdiff_t tiles_across(const GemmBlock<T>& m, const Then& then) noexcept {
  constexpr int vectors = Block<T>::wide_vectors(Rows);
  std::ptrdiff_t j = 0;
  if (m.rows != Rows) {
    if constexpr (Rows < Block<T>::most_wide_rows) return tiles_across<Rows + 1>(m, then);
  } else if constexpr (vectors > 0) {
    const auto as_far_as_it_goes = [&]<int Vectors>(std::integral_constant<int, Vectors>) {
      for (; j + Vectors * lanes<T> <= m.columns; j += Vectors * lanes<T>)
        gemm_tile<Rows, Vectors>(m.tile(0, j, lanes<T>, m.B.at(0, j), m.B.row), then);
    };
    as_far_as_it_goes(std::integral_constant<int, vectors>{});
    if constexpr (vectors / 2 > Block<T>::vectors) as_far_as_it_goes(std::integral_constant<int, vectors / 2>{});
  }
  return j;
}

template <class T> [[gnu::always_inline]] inline void copy_panel_row(const T* from, T* to) noexcept {
#pragma GCC unroll 8
  for (std::ptrdiff_t j = 0; j < Block<T>::columns; j += lanes<T>) store<T>(load<T>(from + j), to + j);
}

/// B(0..depth, 0..n) in rows of whole tiles, zeros behind n.
template <class T>
void pack(Operand<T> B, std::ptrdiff_t depth, std::ptrdiff_t n, T* packed) noexcept {
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  if (n < columns) std::fill(packed, packed + depth * columns, T(0));
  if (B.column != 1) return transpose<T>(n, depth, B.data, B.column, packed, columns);
  for (std::ptrdiff_t k = 0; k < depth; ++k) {
    if (n == columns) copy_panel_row(B.at(k, 0), packed + k * columns);
    else std::copy_n(B.at(k, 0), n, packed + k * columns);
  }
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
      gemm_tiles_of<1, T, AsItIs>(std::min(rows, width - r))({m.depth, turned, packed, n, sums + r * n, n, sums + r * n, n, n}, 1, 0, AsItIs{});
    }
    for (std::ptrdiff_t i = 0; i < n; ++i) square[i] = load<T>(sums + i * n);
    transpose<T>(square);
    for (std::ptrdiff_t i = 0; i < m.rows; ++i) store_part<T>(then(m.end == nullptr ? square[i] : (*m.end)(square[i], m.first_row + i)), m.c + i * m.c_row + j, width);
  }
}

/// A tile of A as it is read: to[k][r] = A(r, k).
template <class T> void pack_tile(Operand<T> A, std::ptrdiff_t rows, std::ptrdiff_t depth, T* to) noexcept {
  constexpr std::ptrdiff_t n = lanes<T>, most = Block<T>::rows, square = 8;
  for (std::ptrdiff_t k = 0; k < depth; k += n) {
    Batch<T> part[std::size_t{square}];
#pragma GCC unroll 8
    for (std::ptrdiff_t r = 0; r < square; ++r)
      part[r] = r >= rows ? Batch<T>(T(0)) : k + n <= depth ? load<T>(A.at(r, k)) : load_part<T>(A.at(r, k), depth - k);
    transpose<T>(part);
#pragma GCC unroll 8
    for (std::ptrdiff_t at = 0; at < square * n; at += n) {  // what is too much of a step is written over by the next one
      store<T>(part[at / n], to + (k + at / square) * most + at % square);
      if constexpr (n > square) store<T>(upper(part[at / n]), to + (k + at / square + 1) * most);
    }
  }
}

/// Copies rows of A into tiles, or the lines of a transposed A close together: read where they lie, each step of a tile would
/// be on a page of its own.
template <class T> void copy_rows(GemmBlock<T>& m, T* to) noexcept {
  if (m.A.column == 1) {
    T* tile = to;
    each_height(m.rows, Block<T>::rows, [&](std::ptrdiff_t i, std::ptrdiff_t tiles, std::ptrdiff_t height) {
      for (; tiles > 0; --tiles, i += height, tile += GemmMemory<T>::tile(m.depth)) pack_tile(m.A.from(i, 0), height, m.depth, tile);
    });
    m.tiles = to;
  } else {
    const std::ptrdiff_t line = m.rows + GemmMemory<T>::gap;
    for (std::ptrdiff_t k = 0; k < m.depth; ++k) std::copy_n(m.A.at(0, k), m.rows, to + k * line);
    m.A = {to, 1, line};
  }
}

/// Copies whole rows of B into its panels.
template <class T> void pack_columns(Operand<T> B, std::ptrdiff_t depth, std::ptrdiff_t n, T* panels) noexcept {
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  const std::ptrdiff_t whole = B.column == 1 ? n / columns : 0;
  for (std::ptrdiff_t k = 0; k < (whole > 0 ? depth : 0); ++k)
    for (std::ptrdiff_t panel = 0; panel < whole; ++panel) copy_panel_row(B.at(k, panel * columns), panels + (panel * depth + k) * columns);
  for (std::ptrdiff_t j = whole * columns; j < n; j += columns) pack(B.from(0, j), depth, std::min(columns, n - j), panels + j * depth);
}

/// Whether tiles of so many rows would wait for B where it lies.
template <class T> bool waits_for(const T* b, std::ptrdiff_t b_row, std::ptrdiff_t rows) noexcept {
  constexpr PanelCopies copies = panel_copies;
  const std::ptrdiff_t apart = b_row * static_cast<std::ptrdiff_t>(sizeof(T));
  if (apart % copies.bytes_apart == 0 && rows >= copies.rows) return true;
  if constexpr (copies.rows_if_torn == 0) return false;
  else return rows >= copies.rows_if_torn && (apart | static_cast<std::ptrdiff_t>(reinterpret_cast<std::intptr_t>(b))) % 64 != 0;
}

template <class T, class Then>
void multiply_in_place(const GemmBlock<T>& m, const Then& then) noexcept {
  constexpr std::ptrdiff_t columns = Block<T>::columns;
  alignas(64) T packed[static_cast<std::size_t>(Block<T>::depth * columns)];
  if (m.B.column != 1 && m.rows <= lanes<T>) return multiply_turned(m, packed, then);
  for (std::ptrdiff_t j = m.B.column == 1 ? tiles_across(m, then) : 0; j < m.columns; j += columns) {
    const std::ptrdiff_t n = std::min(columns, m.columns - j);
    const T* b = m.B.at(0, j);
    std::ptrdiff_t b_row = m.B.row;
    if (m.B.column != 1 || waits_for(b, b_row, m.rows) || (!masked<T> && n % lanes<T> != 0)) {
      pack(m.B.from(0, j), m.depth, n, packed);
      b = packed;
      b_row = columns;
    }
    tiles_below(m, j, n, b, b_row, then);
  }
}

/// Operands are copied first.
template <class T, class Then>
[[gnu::noinline]] void multiply_copied(const GemmBlock<T>& whole, T* rows, T* columns, const Then& then) noexcept {
  using Memory = GemmMemory<T>;
  const std::ptrdiff_t width = columns != nullptr ? Memory::most_columns : whole.columns;
  for (std::ptrdiff_t j0 = 0; j0 < whole.columns; j0 += width) {
    const std::ptrdiff_t n = std::min(width, whole.columns - j0);
    if (columns != nullptr) pack_columns(whole.B.from(0, j0), whole.depth, n, columns);
    for (std::ptrdiff_t i = 0; i < whole.rows; i += Memory::most_rows) {
      GemmBlock<T> m = whole.part(i, j0, std::min(Memory::most_rows, whole.rows - i), n);
      copy_rows(m, rows);
      if (columns == nullptr) multiply_in_place(m, then);
      else
        for (std::ptrdiff_t j = 0; j < n; j += Block<T>::columns)
          tiles_below(m, j, std::min(Block<T>::columns, n - j), columns + j * m.depth, Block<T>::columns, then);
    }
  }
}

/// Both operands are copied where A leaves the second cache before it is used again, a transposed A of distant lines always.
template <class T, class Then> void multiply(const GemmBlock<T>& m, const Then& then) noexcept {
  constexpr auto bytes = static_cast<std::ptrdiff_t>(sizeof(T));
  const bool large = m.rows * m.depth * bytes > (2 << 20) && m.columns >= 512 && m.depth >= 256;
  if (large || (m.A.column * bytes >= 2048 && m.rows >= 32)) {
    T* const rows = GemmMemory<T>::rows();
    T* const columns = large ? GemmMemory<T>::columns() : nullptr;
    if (rows != nullptr && (columns != nullptr || !large)) return multiply_copied(m, rows, columns, then);
  }
  multiply_in_place(m, then);
}

}  // namespace tutti::kernel::detail
