// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/amx.hpp>
#include <tutti/kernel/int8_tile.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace tutti::kernel::detail {

/// How many quads of a run are multiplied at once: as even parts of it as there are, without many more of them, else 16.
constexpr std::ptrdiff_t amx_quads(std::ptrdiff_t quads) noexcept {
  const std::ptrdiff_t least = (quads + 15) / 16;
  if (least * 16 == quads) return 16;
  for (std::ptrdiff_t parts = least; parts <= least + least / 4 + 1; ++parts)
    if (quads % parts == 0) return quads / parts;
  return 16;
}
static_assert(amx_quads(48) == 16 && amx_quads(18) == 9 && amx_quads(196) == 14 && amx_quads(17) == 16);

/// Where rows of sums go: of every `width` the first `columns` to rows that are c_row apart, the others nowhere.
template <class Output>
struct RowsKept {
  Output* c;
  std::ptrdiff_t c_row, columns = std::numeric_limits<std::ptrdiff_t>::max(), width = columns;

  /// f(r, where it goes) for those of the `count` rows from `first` on that go anywhere; r counts from 0.
  template <class F>
  [[gnu::always_inline]] void each(std::ptrdiff_t first, std::ptrdiff_t count, const F& f) const noexcept {
    const std::ptrdiff_t whole = first < width ? 0 : first / width;
    std::ptrdiff_t column = first - whole * width;
    Output* to = c + (whole * columns + std::min(column, columns)) * c_row;
    for (std::ptrdiff_t r = 0; r < count; r += width - column, column = 0) {
      const std::ptrdiff_t end = columns - column < count - r ? columns : column + count - r;
      for (; column < end; ++column, ++r, to += c_row) f(r, to);
    }
  }
};

/// int8_tile for M rows by tiles of AMX, two of them at a time; the last ones sum some rows again. What is left of a run behind
/// its whole parts is copied, since nothing behind it may be read.
template <class Tiles, int Vectors, class Epilogue>
void amx_strip(Tiles& tiles, std::ptrdiff_t M, const Runs& runs, const std::int8_t* weights, const Int8Panel<Vectors, Epilogue>& panel,
               const RowsKept<typename Epilogue::Output>& to) noexcept {
  constexpr std::ptrdiff_t most = 16, step = Vectors * register_bytes;
  const std::ptrdiff_t height = std::min(M, most), quads = amx_quads(runs.quads), left = quads == 16 ? runs.quads % 16 : 0;
  alignas(64) std::int32_t sums[static_cast<std::size_t>(2 * most * Vectors * quad_lanes)];
  alignas(64) std::uint8_t rest[2 * most * 64];
  alignas(64) std::int8_t rest_weights[static_cast<std::size_t>(most * step)];
  const bool whole = panel.n == panel.columns;
  if (left > 0 || runs.rest > 0) std::fill_n(rest, sizeof rest, std::uint8_t{0});
  for (std::ptrdiff_t first = 0; first < M; first += 2 * most) {
    const std::ptrdiff_t pair = first + most < M ? 2 : 1, row[] = {std::min(first, M - height), std::min(first + most, M - height)};
    tiles.template begin<Vectors>(height, quads, panel.bias);
    const std::int8_t* w = weights;
    for (std::ptrdiff_t i = 0; i < runs.count; ++i) {
      const std::uint8_t* const run = runs.a + runs.offset[i];
      const std::uint8_t *x = run + row[0] * runs.a_row, *below = pair == 2 ? run + row[1] * runs.a_row : nullptr;
      for (std::ptrdiff_t q = quads; q <= runs.quads; q += quads, w += quads * step, x += 4 * quads) {
        tiles.template add<Vectors>(x, below, runs.a_row, w);
        if (pair == 2) below += 4 * quads;
      }
      const std::size_t bytes = static_cast<std::size_t>(left) * 4 + (i + 1 == runs.count ? runs.rest : 0);
      if (bytes > 0) {
        const std::ptrdiff_t some = (static_cast<std::ptrdiff_t>(bytes) + 3) / 4 * step;
        std::copy_n(w, some, rest_weights);
        std::fill(rest_weights + some, rest_weights + quads * step, std::int8_t{0});  // for what `rest` held before
        for (std::ptrdiff_t r = 0; r < height; ++r) {
          std::memcpy(rest + r * 64, x + r * runs.a_row, bytes);
          if (pair == 2) std::memcpy(rest + (most + r) * 64, below + r * runs.a_row, bytes);
        }
        tiles.template add<Vectors>(rest, pair == 2 ? rest + most * 64 : nullptr, 64, rest_weights);
      }
      w += (left + runs.unused) * step;
    }
    tiles.template store<Vectors>(sums);
    for (std::ptrdiff_t t = 0; t < pair; ++t)
      to.each(row[t], height, [&](std::ptrdiff_t r, typename Epilogue::Output* c) __attribute__((always_inline)) {
        const std::int32_t* const sum = sums + (t * most + r) * panel.columns;
        if (!whole) return store_first_columns(1, sum, panel, c, 0);
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) store_columns(panel.end[v](Quads::load_aligned(sum + v * quad_lanes)), c + v * quad_lanes, quad_lanes);
      });
  }
}

/// Whether tiles of AMX sum so many rows of such runs: not where they would be nearly empty.
inline bool amx_sums(std::ptrdiff_t M, const Runs& runs) noexcept {
  return AmxTiles::exist && M >= 4 && runs.quads >= 4 && AmxTiles::granted();
}

/// The tiles of M rows below each other, split evenly.
template <int Vectors, class Epilogue>
void int8_strip([[maybe_unused]] AmxTiles& amx, std::ptrdiff_t M, Runs runs, const std::int8_t* w, const Int8Panel<Vectors, Epilogue>& panel,
                typename Epilogue::Output* c, std::ptrdiff_t c_row) noexcept {
  if constexpr (AmxTiles::exist)
    if (amx_sums(M, runs)) return amx_strip(amx, M, runs, w, panel, {c, c_row});
  for (std::ptrdiff_t left = (M + int8_rows - 1) / int8_rows; left > 0; --left) {
    const std::ptrdiff_t rows = (M + left - 1) / left;
    int8_tile_of<Vectors, Epilogue>(rows)(runs, w, panel, c, c_row);
    runs.a += rows * runs.a_row;
    c += rows * c_row;
    M -= rows;
  }
}

}  // namespace tutti::kernel::detail
