// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

/// Small trees for many rows at once, without a walk: every split of a tree is looked at for 64 rows, a byte for each, from the
/// leaves up. That takes leaves / 64 short loops over bytes a row, whatever the depth, and no jump or address hangs on the data.
namespace tutti::kernel {

inline constexpr std::ptrdiff_t block_rows = 64;
inline constexpr int block_leaves = 256;  // of a tree at most: the number of a leaf is a byte
inline constexpr int block_slots = 10;    // results that wait for their sibling: the larger side comes first

/// A column of 64 rows as bytes: rank - first - 128 kept to -128 ... 127, where x has the rank r if r thresholds of its column
/// lie below it. So x > threshold[first + j] is byte > j - 128 for j = 0 ... 254. NaN is -128 or 127.
struct BlockColumn {
  std::int32_t first;
  bool missing_left;
};
inline constexpr std::int32_t block_thresholds = 255;  // that one column of bytes tells apart

/// out = byte > threshold ? right : left, for 64 rows. Rows of `results`: one for each number of a leaf, then the slots.
/// Where `by_set`, the next table of 16 bytes says who goes left: bit c % 8 of byte c / 8 for category c. Its column holds the
/// places c / 8, the one behind it the bits 1 << c % 8.
struct BlockNode {
  std::uint16_t column;
  std::int8_t threshold;
  bool by_set;
  std::uint16_t left, right, out;
};
inline constexpr std::uint32_t block_categories = 127;  // of a set at most; the one behind them is what is no category
inline constexpr std::ptrdiff_t block_table = 16;       // bytes

/// rank[i] = how many of `count` ascending thresholds lie below x[i], -1 for NaN, for 64 rows.
/// Needs    thresholds[count ...] up to the next power of two less 1: +infinity.
inline void block_ranks(const float* thresholds, std::int32_t count, const float* x, std::int32_t* rank) noexcept {
  int power = 0;
  while (count >> power != 0) ++power;
  std::int32_t at[block_rows] = {};
  while (power-- > 0)
    for (std::ptrdiff_t i = 0; i < block_rows; ++i)  // no branch: it could not be foreseen
      at[i] += static_cast<std::int32_t>(x[i] > thresholds[at[i] + (1 << power) - 1]) << power;
  for (std::ptrdiff_t i = 0; i < block_rows; ++i) rank[i] = x[i] != x[i] ? -1 : at[i];
}

inline void block_column(const BlockColumn& c, const std::int32_t* rank, std::int8_t* bytes) noexcept {
  const std::int8_t missing = c.missing_left ? -128 : 127;
  for (std::ptrdiff_t i = 0; i < block_rows; ++i) {
    const std::int32_t above = rank[i] - c.first - 128;
    const std::int32_t kept = above < -128 ? -128 : above > 127 ? 127 : above;
    bytes[i] = rank[i] < 0 ? missing : static_cast<std::int8_t>(kept);
  }
}

/// The two columns of bytes of a column of categories.
inline void block_codes(const float* x, std::int8_t* bytes) noexcept {
  for (std::ptrdiff_t i = 0; i < block_rows; ++i) {
    const bool inside = x[i] >= 0 && x[i] < static_cast<float>(block_categories);
    const auto code = static_cast<std::uint32_t>(inside ? x[i] : 0.0f);
    const std::uint32_t known = inside && static_cast<float>(code) == x[i] ? code : block_categories;
    bytes[i] = static_cast<std::int8_t>(known / 8);
    bytes[block_rows + i] = static_cast<std::int8_t>(1u << known % 8);
  }
}

/// The first rows of results: row l is the number of leaf l, 64 times.
inline void block_begin(int leaves, std::uint8_t* results) noexcept {
  for (int l = 0; l < leaves; ++l)
    for (std::ptrdiff_t i = 0; i < block_rows; ++i) results[l * block_rows + i] = static_cast<std::uint8_t>(l);
}

#if defined(__AVX512BW__)
inline constexpr std::ptrdiff_t block_register = 64;
#elif defined(__AVX2__)
inline constexpr std::ptrdiff_t block_register = 32;
#else
inline constexpr std::ptrdiff_t block_register = 16;
#endif
/// Bytes of a register, in the compilers' own words: both make a comparison and a choice of them on any machine.
using BlockBytes [[gnu::vector_size(block_register)]] = signed char;

template <class Byte> [[gnu::always_inline]] inline BlockBytes bytes_at(const Byte* p) noexcept {
  BlockBytes v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

/// table[place] for the places 0 ... 15 in a register.
[[gnu::always_inline]] inline BlockBytes bytes_of_table(const std::uint8_t* table, BlockBytes place) noexcept {
#if defined(__AVX512BW__)
  const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
  return (BlockBytes)_mm512_shuffle_epi8(_mm512_maskz_broadcast_i32x4(0xffff, all), (__m512i)place);  // unmasked, g++ 12 warns
#elif defined(__AVX2__)
  const __m128i all = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
  return (BlockBytes)_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(all), (__m256i)place);
#else
  for (std::ptrdiff_t i = 0; i < block_register; ++i) place[i] = static_cast<signed char>(table[place[i]]);
  return place;
#endif
}

/// The nodes of one tree, children first, and the tables of those that are by sets. Sets: whether there are any in these trees.
template <bool Sets>
inline void block_tree(const BlockNode* node, std::ptrdiff_t nodes, const std::int8_t* columns, const std::uint8_t* tables,
                       std::uint8_t* results) noexcept {
  for (const BlockNode* end = node + nodes; node != end; ++node) {
    const std::int8_t* x = columns + node->column * block_rows;
    const std::uint8_t* left = results + node->left * block_rows;
    const std::uint8_t* right = results + node->right * block_rows;
    std::uint8_t* out = results + node->out * block_rows;
    if (Sets && node->by_set) {
      for (std::ptrdiff_t i = 0; i < block_rows; i += block_register) {
        const BlockBytes goes_right = (bytes_of_table(tables, bytes_at(x + i)) & bytes_at(x + block_rows + i)) == 0;
        const BlockBytes chosen = (goes_right & bytes_at(right + i)) | (~goes_right & bytes_at(left + i));
        std::memcpy(out + i, &chosen, sizeof chosen);
      }
      tables += block_table;
      continue;
    }
    const BlockBytes threshold = node->threshold - BlockBytes{};
    for (std::ptrdiff_t i = 0; i < block_rows; i += block_register) {
      const BlockBytes above = bytes_at(x + i) > threshold;
      const BlockBytes chosen = (above & bytes_at(right + i)) | (~above & bytes_at(left + i));
      std::memcpy(out + i, &chosen, sizeof chosen);
    }
  }
}

}  // namespace tutti::kernel
