// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

/// What a tree of classes or of numbers sums over the rows on either side of a split, and how it judges the split. Sums have
///   Item                        a row as the grower carries it: its number and what it adds
///   has_cells, cell()           doubles in a cell of a histogram, the number of rows first
///   add(cell, item)
///   start(items)                the node that is to be parted
///   clear()                     nothing is on the left
///   take(item), take_cell(c)    moves rows from right to left
///   take_upto(items, code, last, also)  the same for all items of codes up to `last`, and of the code `also`, from clear()
///   score()                     how good the parting is; higher is better
///   whole_score()               the same of the undivided node: the difference is the gain
///   left_rows(), left_weight(), weight()
///   pure(items)                 rows are alike: there is nothing to part
///   risk(items)                 the weighted impurity of the node
///   outputs(), values(items, out)   what the node says as a leaf
/// and may have
///   has_lanes                   true where there are
///   take_eight(items, code, last)   take_upto for eight columns at once,
///   lane(k)                     what follows for column k: rows(), weight() and score() of the left
namespace tutti::detail {

/// The weight or 0, without a branch: which of them cannot be foreseen.
inline double weight_if(bool counts, float weight) noexcept {
  return static_cast<double>(std::bit_cast<float>(std::bit_cast<std::uint32_t>(weight) & (0u - std::uint32_t{counts})));
}

/// A number for each of eight columns that are looked at together.
using EightCodes [[gnu::vector_size(32)]] = std::uint32_t;
using EightSigns [[gnu::vector_size(32)]] = std::int32_t;  // -1 is true
using EightLongs [[gnu::vector_size(64)]] = std::int64_t;
using EightDoubles [[gnu::vector_size(64)]] = double;

/// f(i, turn) for i below n, turn alternating between the constants 0 and 1: sums in turn, so that a row does not wait for the one
/// before it.
template <class F> [[gnu::always_inline]] inline void in_turn(std::size_t n, const F& f) {
  using std::integral_constant;
  std::size_t i = 0;
  for (; i + 1 < n; i += 2) {
    f(i, integral_constant<std::size_t, 0>{});
    f(i + 1, integral_constant<std::size_t, 1>{});
  }
  if (i < n) f(i, integral_constant<std::size_t, 0>{});
}

/// In which of eight columns a row goes left: what it adds is added there.
class GoesLeft {
 public:
#ifdef __AVX512VL__  // g++ 12 makes ten instructions of what are two
  [[gnu::always_inline]] GoesLeft(const EightCodes& code, const EightCodes& last) noexcept
      : mask_(_mm256_cmple_epu32_mask(reinterpret_cast<__m256i>(code), reinterpret_cast<__m256i>(last))) {}
  [[gnu::always_inline]] void add(double v, EightDoubles& sums) const noexcept { sums = _mm512_mask_add_pd(sums, mask_, sums, _mm512_set1_pd(v)); }
  [[gnu::always_inline]] void count(EightSigns& rows) const noexcept {
    const auto old = reinterpret_cast<__m256i>(rows);
    rows = reinterpret_cast<EightSigns>(_mm256_mask_sub_epi32(old, mask_, old, _mm256_set1_epi32(-1)));
  }
  [[gnu::always_inline]] void add(std::int32_t n, EightSigns& sums) const noexcept {
    const auto old = reinterpret_cast<__m256i>(sums);
    sums = reinterpret_cast<EightSigns>(_mm256_mask_add_epi32(old, mask_, old, _mm256_set1_epi32(n)));
  }

 private:
  __mmask8 mask_;
#else
  [[gnu::always_inline]] GoesLeft(const EightCodes& code, const EightCodes& last) noexcept : signs_(code <= last) {}
  [[gnu::always_inline]] void add(double v, EightDoubles& sums) const noexcept {
    sums += reinterpret_cast<EightDoubles>(__builtin_convertvector(signs_, EightLongs) & std::bit_cast<std::int64_t>(v));
  }
  [[gnu::always_inline]] void count(EightSigns& rows) const noexcept { rows -= signs_; }
  [[gnu::always_inline]] void add(std::int32_t n, EightSigns& sums) const noexcept { sums += signs_ & n; }

 private:
  EightSigns signs_;
#endif
};

/// What follows from eight columns, each parted on its own.
struct LeftOfLanes {
  EightSigns rows;
  EightDoubles weight, score;  // the score where both sides have rows
};
struct LeftOfLane {
  const LeftOfLanes& lanes;
  std::size_t k;
  double rows() const noexcept { return static_cast<double>(lanes.rows[k]); }
  double weight() const noexcept { return lanes.weight[k]; }
  double score() const noexcept { return lanes.score[k]; }
};

}  // namespace tutti::detail
