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

/// All sizes of gemm for one scalar.
template <class T> struct Block {
  static constexpr RegisterTile tile = register_tile(sizeof(Batch<T>), registers);
  static constexpr std::ptrdiff_t rows = tile.rows;
  static constexpr std::ptrdiff_t vectors = tile.vectors;
  static constexpr std::ptrdiff_t columns = tile.vectors * lanes<T>;
  /// A panel of B, depth x columns, lies in the first cache; a part of A, height x depth, in the second.
  static constexpr std::ptrdiff_t depth = sizeof(Batch<T>) == 64 ? 128 : 256;
  static constexpr std::ptrdiff_t height = 120;

  static_assert(depth * columns * static_cast<std::ptrdiff_t>(sizeof(T)) <= 32 * 1024,
                "the panel lies on the stack");
  static_assert(height % rows == 0);
};

}  // namespace tutti::kernel
