// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <cstdint>

/// Small trees for one row, without a walk: a register looks at all splits of a tree at once, and then doubles the steps that it
/// knows of all of them, so that no load, jump or address hangs on the one before.
namespace tutti::kernel {

/// Whether the instruction set chooses bytes of two registers by a third (AVX-512 VBMI): elsewhere a walk is faster.
#if defined(__AVX512VBMI__) && defined(__AVX512BW__)
inline constexpr bool has_byte_trees = true;
#else
inline constexpr bool has_byte_trees = false;
#endif

inline constexpr int byte_leaves = 64;    // of a tree at most
inline constexpr int byte_columns = 128;  // of a row at most

/// Split n goes to right[n] where byte column[n] of the row is above threshold[n], else to left[n]; 0 is the root, 64 + l is leaf l.
struct ByteTree {
  std::uint8_t column[byte_leaves];
  std::int8_t threshold[byte_leaves];
  std::uint8_t left[byte_leaves], right[byte_leaves];
};

/// The leaf of a row of byte_columns bytes.
/// Needs    no path of more than 2^doublings splits.
[[gnu::always_inline]] inline int byte_leaf(const ByteTree& tree, const std::int8_t* row, [[maybe_unused]] int doublings) noexcept {
#if defined(__AVX512VBMI__) && defined(__AVX512BW__)
  alignas(64) static constexpr std::uint8_t leaf[byte_leaves] = {
      64, 65, 66, 67, 68, 69, 70, 71, 72,  73,  74,  75,  76,  77,  78,  79,  80,  81,  82,  83,  84,  85,
      86, 87, 88, 89, 90, 91, 92, 93, 94,  95,  96,  97,  98,  99,  100, 101, 102, 103, 104, 105, 106, 107,
      108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127};
  const __m512i x = _mm512_permutex2var_epi8(_mm512_loadu_si512(row), _mm512_loadu_si512(tree.column), _mm512_loadu_si512(row + 64));
  const __mmask64 above = _mm512_cmpgt_epi8_mask(x, _mm512_loadu_si512(tree.threshold));
  __m512i next = _mm512_mask_loadu_epi8(_mm512_loadu_si512(tree.left), above, tree.right);
  const __m512i leaves = _mm512_load_si512(leaf);
  while (doublings-- > 0) next = _mm512_permutex2var_epi8(next, next, leaves);  // of a split, or of a leaf: it stays
  return static_cast<int>(next[0] & 127) - byte_leaves;  // a cast to 128 bits would do, but g++ 12 warns inside of it
#else
  int at = 0;
  while (at < byte_leaves) at = row[tree.column[at]] > tree.threshold[at] ? tree.right[at] : tree.left[at];
  return at - byte_leaves;
#endif
}

}  // namespace tutti::kernel
