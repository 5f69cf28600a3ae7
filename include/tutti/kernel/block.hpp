// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

namespace tutti::kernel {

/// The register tile of gemm on one kind of machine: rows x vectors accumulators, plus one row of B and one
/// number of A, must fit the registers.
struct RegisterTile {
  int register_bytes;
  int registers;
  int rows;
  int vectors;
};

/// Few rows and many columns: A is read where it lies, and rows far apart share sets of the first cache.
inline constexpr RegisterTile register_tiles[] = {
    {16, 16, 6, 2},  // SSE2
    {16, 32, 6, 4},  // NEON
    {32, 16, 6, 2},  // AVX, AVX2
    {64, 32, 6, 4},  // AVX-512
};

#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int registers = 32;
#else
inline constexpr int registers = 16;
#endif

/// The tile for registers of that size; an unknown machine gets the first.
constexpr RegisterTile register_tile(std::size_t bytes, int count) noexcept {
  for (const RegisterTile& tile : register_tiles)
    if (static_cast<std::size_t>(tile.register_bytes) == bytes && tile.registers == count) return tile;
  return register_tiles[0];
}
static_assert(register_tile(32, 16).rows == 6 && register_tile(64, 32).vectors == 4);

/// When a panel of B is copied before tiles of so many rows read it: rows of B so many bytes apart share sets of the first
/// cache, and a register across two of its lines takes two reads. Where two products of 64 bytes are made a cycle, tiles wait for
/// either; AMD's machines make one.
struct PanelCopies {
  std::ptrdiff_t bytes_apart, rows;
  std::ptrdiff_t rows_if_torn;  // 0: never for that
};
#if defined(__AVX512F__) && !defined(__SSE4A__)
inline constexpr PanelCopies panel_copies{2048, 128, 48};
#else
inline constexpr PanelCopies panel_copies{4096, 256, 0};
#endif

/// All sizes of gemm for one scalar.
template <class T> struct Block {
  static constexpr RegisterTile tile = register_tile(sizeof(Batch<T>), registers);
  static constexpr std::ptrdiff_t rows = tile.rows;
  static constexpr std::ptrdiff_t vectors = tile.vectors;
  static constexpr std::ptrdiff_t columns = tile.vectors * lanes<T>;
  /// The most rows of a tile with fewer vectors: as many accumulators, while A's numbers for a step stay few.
  static constexpr std::ptrdiff_t tile_rows(std::ptrdiff_t width) noexcept {
    return width >= vectors ? rows : width == 1 ? 2 * rows : rows + (registers == 32 ? 2 : 0);
  }
  /// The vectors of a tile that holds all of so few rows: more columns hide the latency. 0: there is no such tile.
  static constexpr int wide_vectors(std::ptrdiff_t few) noexcept {
    constexpr int accumulators = registers == 32 ? 24 : 12;
    return few == 1 ? accumulators * 2 / 3 : few <= 4 ? accumulators / static_cast<int>(few) : few == 8 ? accumulators / 8 : 0;
  }
  static constexpr std::ptrdiff_t most_wide_rows = 8;
  /// A single row beyond this sweeps over B a few rows at a time: its parts would jump through memory.
  static constexpr std::ptrdiff_t longest_row = 2 * wide_vectors(1) * lanes<T>;
  /// A packed panel of B, depth x columns, comes from the second cache.
  static constexpr std::ptrdiff_t depth = 512;
};

/// Rows in tiles of at most `most` of them, as even as they go, since thin tiles are slow ones: those of one height by
/// f(first row, number of tiles, height).
template <class F> [[gnu::always_inline]] inline void each_height(std::ptrdiff_t rows, std::ptrdiff_t most, const F& f) {
  const std::ptrdiff_t tiles = (rows + most - 1) / most, height = tiles == 0 ? 0 : rows / tiles, higher = rows - height * tiles;
  if (higher > 0) f(0, higher, height + 1);
  if (higher < tiles) f(higher * (height + 1), tiles - higher, height);
}

}  // namespace tutti::kernel
