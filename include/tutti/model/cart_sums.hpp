// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>

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
///   take_lane(k)                after which those of column k are on the left
namespace tutti::detail {

/// The weight or 0, without a branch: which of them cannot be foreseen.
inline double weight_if(bool counts, float weight) noexcept {
  return static_cast<double>(std::bit_cast<float>(std::bit_cast<std::uint32_t>(weight) & (0u - std::uint32_t{counts})));
}

/// A number for each of eight columns that are looked at together.
using EightCodes [[gnu::vector_size(32)]] = std::uint32_t;
using EightSigns [[gnu::vector_size(32)]] = std::int32_t;  // -1 is true
using EightFloats [[gnu::vector_size(32)]] = float;
using EightDoubles [[gnu::vector_size(64)]] = double;

/// The weight where it counts, 0 elsewhere. (Vectors are not returned: how differs between instruction sets.)
[[gnu::always_inline]] inline void weights_if(const EightSigns& counts, float weight, EightDoubles& weights) noexcept {
  weights = __builtin_convertvector(reinterpret_cast<EightFloats>(counts & std::bit_cast<std::int32_t>(weight)), EightDoubles);
}

}  // namespace tutti::detail
