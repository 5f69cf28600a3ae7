// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>
#include <tutti/kernel/int8_epilogue.hpp>

#include <array>
#include <utility>

namespace tutti::kernel::detail {

/// The tile of products of bytes: rows of bytes by columns of weights, as many sums as registers hold beside a row of
/// weights and what the multiplication needs without VNNI.
inline constexpr int int8_rows = registers == 32 ? 8 : 4;
inline constexpr int int8_vectors = 2;
inline constexpr std::ptrdiff_t int8_columns = int8_vectors * quad_lanes;

/// Columns in memory: whole registers of them.
constexpr std::ptrdiff_t padded_columns(std::ptrdiff_t n) noexcept { return (n + quad_lanes - 1) / quad_lanes * quad_lanes; }

/// The bytes that a row of a tile sums: `rows` times `taps` runs of `quads` times four. A product of matrices has one run,
/// a convolution one for each row of its kernel, or for each tap where taps do not lie side by side.
struct Runs {
  std::ptrdiff_t rows = 1, row = 0;  // how many, and from one to the next
  std::ptrdiff_t taps = 1, tap = 0;
  std::ptrdiff_t quads;
  std::size_t rest = 0;  // bytes of one quad more, of which nothing beyond may be read; for a single run

  constexpr std::ptrdiff_t row_quads() const noexcept { return taps * (quads + (rest > 0)); }
};

/// Writes weights of one run (depth, n) into quads of `columns`, zeros beyond; at(k, j) is a weight.
template <class At>
std::int8_t* pack_run(std::ptrdiff_t depth, std::ptrdiff_t n, std::ptrdiff_t columns, const At& at, std::int8_t* to) noexcept {
  for (std::ptrdiff_t k = 0; k < depth; k += 4)
    for (std::ptrdiff_t j = 0; j < columns; ++j)
      for (std::ptrdiff_t i = k; i < k + 4; ++i) *to++ = i < depth && j < n ? at(i, j) : std::int8_t{0};
  return to;
}

/// A panel of packed weights, and what becomes of its sums.
template <int Vectors, class Epilogue>
struct Int8Panel {
  static constexpr std::ptrdiff_t columns = Vectors * quad_lanes;
  const std::int8_t* weights;
  std::ptrdiff_t n;  // columns that exist
  typename Epilogue::Columns end[std::size_t{Vectors}];
  alignas(64) std::int32_t bias[static_cast<std::size_t>(columns)];

  Int8Panel(const Epilogue& epilogue, const std::int8_t* packed, std::ptrdiff_t j, std::ptrdiff_t count) noexcept
      : weights(packed), n(count) {
    for (std::ptrdiff_t v = 0; v < Vectors; ++v) {
      const std::ptrdiff_t at = v * quad_lanes;
      end[v] = epilogue.columns(j + at, n - at);
      load_columns(epilogue.bias, j + at, n - at).store_aligned(bias + at);
    }
  }
};

/// f(j, panel) for the panels of n columns, `quads` deep; the epilogue counts columns from `first` on.
template <class Epilogue, class F>
void each_panel(std::ptrdiff_t n, std::ptrdiff_t quads, const std::int8_t* packed, const Epilogue& epilogue, std::ptrdiff_t first,
                const F& f) noexcept {
  for (std::ptrdiff_t j = 0; j < n; j += int8_columns) {
    const std::int8_t* const weights = packed + j * quads * 4;
    const std::ptrdiff_t count = std::min(int8_columns, n - j);
    if (count > quad_lanes) f(j, Int8Panel<int8_vectors, Epilogue>(epilogue, weights, first + j, count));
    else f(j, Int8Panel<1, Epilogue>(epilogue, weights, first + j, count));
  }
}

template <int Rows, int Vectors, class Load>
[[gnu::always_inline]] inline void add_quad(Quads (&sum)[std::size_t{Rows}][std::size_t{Vectors}], const Load& x, const std::int8_t* w) noexcept {
  Quads weights[std::size_t{Vectors}];
#pragma GCC unroll 8
  for (int v = 0; v < Vectors; ++v) weights[v] = load_quads(w + v * register_bytes);
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r) {
    const Quads bytes = x(r);
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) sum[r][v] = dot4(sum[r][v], bytes, weights[v]);
  }
}

/// sums (Rows, Vectors, lanes) = bias + the products of the runs of each row with the weights, the loop in which products
/// of bytes spend their time. Few rows have more chains of sums, or else they would wait for each other.
template <int Rows, int Vectors>
void int8_tile(const std::uint8_t* a, std::ptrdiff_t a_row, const Runs& runs, const std::int8_t* w, const std::int32_t* bias,
               std::int32_t* sums) noexcept {
  constexpr int chains = Rows == 1 ? 4 : Rows < 4 ? 2 : 1;
  constexpr std::ptrdiff_t step = Vectors * register_bytes;
  Quads sum[std::size_t{chains}][std::size_t{Rows}][std::size_t{Vectors}];
#pragma GCC unroll 8
  for (int c = 0; c < chains; ++c)
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sum[c][r][v] = c == 0 ? Quads::load_aligned(bias + v * quad_lanes) : Quads(0);
  for (std::ptrdiff_t i = 0; i < runs.rows; ++i)
    for (std::ptrdiff_t t = 0; t < runs.taps; ++t) {
      const std::uint8_t* x = a + i * runs.row + t * runs.tap;
      std::ptrdiff_t q = 0;
      for (; q + chains <= runs.quads; q += chains)
#pragma GCC unroll 8
        for (int c = 0; c < chains; ++c, x += 4, w += step)
          add_quad<Rows, Vectors>(sum[c], [&](int r) { return broadcast_quad(x + r * a_row); }, w);
      if constexpr (chains > 1)
        for (; q < runs.quads; ++q, x += 4, w += step)
          add_quad<Rows, Vectors>(sum[0], [&](int r) { return broadcast_quad(x + r * a_row); }, w);
      if (runs.rest > 0) add_quad<Rows, Vectors>(sum[0], [&](int r) { return broadcast_part(x + r * a_row, runs.rest); }, w);
    }
#pragma GCC unroll 8
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
#pragma GCC unroll 8
      for (int c = 1; c < chains; ++c) sum[0][r][v] = sum[0][r][v] + sum[c][r][v];
      sum[0][r][v].store_aligned(sums + (r * Vectors + v) * quad_lanes);
    }
}

/// The tile of 1 to int8_rows rows.
template <int Vectors>
auto int8_tile_of(std::ptrdiff_t rows) noexcept {
  static constexpr auto tiles = []<int... R>(std::integer_sequence<int, R...>) {
    return std::array{&int8_tile<R + 1, Vectors>...};
  }(std::make_integer_sequence<int, int8_rows>{});
  return tiles[static_cast<std::size_t>(rows - 1)];
}

/// c(i, ..) = epilogue(bias + the runs from a + i a_row on, times the panel) for M rows, split evenly into tiles.
template <int Vectors, class Epilogue>
void int8_strip(std::ptrdiff_t M, const std::uint8_t* a, std::ptrdiff_t a_row, const Runs& runs, const std::int8_t* weights,
                const Int8Panel<Vectors, Epilogue>& panel, typename Epilogue::Output* c, std::ptrdiff_t c_row) noexcept {
  alignas(64) std::int32_t sums[static_cast<std::size_t>(int8_rows * panel.columns)];
  for (std::ptrdiff_t left = (M + int8_rows - 1) / int8_rows; left > 0; --left) {
    const std::ptrdiff_t rows = (M + left - 1) / left;
    int8_tile_of<Vectors>(rows)(a, a_row, runs, weights, panel.bias, sums);
    for (std::ptrdiff_t r = 0; r < rows; ++r, c += c_row)
#pragma GCC unroll 8
      for (std::ptrdiff_t v = 0; v < Vectors; ++v)
        store_columns(panel.end[v](Quads::load_aligned(sums + (r * Vectors + v) * quad_lanes)), c + v * quad_lanes, panel.n - v * quad_lanes);
    a += rows * a_row;
    M -= rows;
  }
}

}  // namespace tutti::kernel::detail
