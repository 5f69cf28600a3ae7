// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/dot2.hpp>
#include <tutti/kernel/gemm_tile.hpp>

#include <array>
#include <utility>

namespace tutti::kernel::detail {

/// Rows and columns of a tile of bf16 are those of floats: its sums are floats.
inline constexpr std::ptrdiff_t bf16_vectors = Block<float>::vectors, bf16_columns = Block<float>::columns;
/// Rows of x are rounded once for all columns, so many numbers at a time. A distance that the compiler knows makes all
/// addresses of a tile one; a line more than a power of two keeps the rows in different sets of the first cache.
inline constexpr std::ptrdiff_t bf16_depth = 1024;
template <class Number> inline constexpr std::ptrdiff_t bf16_row = bf16_depth + 64 / static_cast<std::ptrdiff_t>(sizeof(Number));

/// What a tile multiplies: C (rows, columns) = start + x w over so many pairs.
template <class Number> struct Bf16Task {
  const Number* x;         // rows bf16_row apart
  const Bf16* w;           // a panel: for each pair of rows of B its columns, two numbers each
  std::ptrdiff_t pairs;
  const float* start;      // as in TileTask
  std::ptrdiff_t start_row;
  float* c;
  std::ptrdiff_t c_row;
  std::ptrdiff_t last;
  const float* row_start = nullptr;
  std::ptrdiff_t panel = 0;  // from one panel to the next
};

/// The loop in which products of bf16 spend their time. As in multiply_tile an element is one sum over k in order: its bits do
/// not depend on the tile.
template <class Dot, int Rows, int Vectors, int Panels, class Then>
void bf16_tile(const Bf16Task<typename Dot::Number>& task, const Then& then) noexcept {
  constexpr std::ptrdiff_t n = lanes<float>;
  constexpr int all = Vectors * Panels;
  const Bf16Task<typename Dot::Number> t = task;
  Batch<float> sum[std::size_t{Rows}][std::size_t{all}];
  begin_sums(t, sum);
  const typename Dot::Number* x = t.x;
  const Bf16* w = t.w;
  const auto products = [&]<int Pass>(std::integral_constant<int, Pass>) __attribute__((always_inline)) {
    const auto weights = [&](int v) __attribute__((always_inline)) {
      return Dot::template weights<Pass>(w + v / Vectors * t.panel + v % Vectors * 2 * n);
    };
    if constexpr (Rows == 1) {  // weights have no second use: registers are for sums
      const auto factor = Dot::template broadcast<Pass>(x);
#pragma GCC unroll 16
      for (int v = 0; v < all; ++v) sum[0][v] = Dot::add(sum[0][v], factor, weights(v));
    } else {
      typename Dot::Register row[std::size_t{all}];
#pragma GCC unroll 16
      for (int v = 0; v < all; ++v) row[v] = weights(v);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        const auto factor = Dot::template broadcast<Pass>(x + r * bf16_row<typename Dot::Number>);
#pragma GCC unroll 16
        for (int v = 0; v < all; ++v) sum[r][v] = Dot::add(sum[r][v], factor, row[v]);
      }
    }
  };
  for (std::ptrdiff_t k = 0; k < t.pairs; ++k, x += 2, w += Vectors * 2 * n) {
    products(std::integral_constant<int, 0>{});
    if constexpr (Dot::passes > 1) {
#if defined(__x86_64__)
      asm volatile("" : "+r"(x), "+r"(w));  // see Dot2Floats::add
#endif
      products(std::integral_constant<int, 1>{});
    }
  }
  store_sums(t, sum, then);
}

/// The tile of 1 to Block<float>::tile_rows(Vectors) rows.
template <class Dot, int Vectors, class Then>
auto bf16_tile_of(std::ptrdiff_t rows) noexcept {
  static constexpr auto tiles = []<int... R>(std::integer_sequence<int, R...>) {
    return std::array{&bf16_tile<Dot, R + 1, Vectors, 1, Then>...};
  }(std::make_integer_sequence<int, static_cast<int>(Block<float>::tile_rows(Vectors))>{});
  return tiles[static_cast<std::size_t>(rows - 1)];
}

/// Tiles below each other over one panel.
template <class Dot, int Vectors, class Then>
void bf16_tiles(std::ptrdiff_t rows, Bf16Task<typename Dot::Number> t, const Then& then) noexcept {
  each_height(rows, Block<float>::tile_rows(Vectors), [&](std::ptrdiff_t, std::ptrdiff_t tiles, std::ptrdiff_t height) {
    for (; tiles > 0; --tiles) {
      bf16_tile_of<Dot, Vectors, Then>(height)(t, then);
      t.x += height * bf16_row<typename Dot::Number>;
      t.c += height * t.c_row;
      if (t.start != nullptr) t.start += height * t.start_row;
      if (t.row_start != nullptr) t.row_start += height;
    }
  });
}

}  // namespace tutti::kernel::detail
