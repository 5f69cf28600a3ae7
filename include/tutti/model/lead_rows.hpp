// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/row_parter.hpp>
#include <tutti/model/tree_table.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

namespace detail {
/// How many of these rows go left at a node: they are in front then. number(row, column) is what a code stands for: a threshold
/// may lie inside a bin that had no rows when the node was split, whose rows the code alone does not part; nor are sets of codes.
template <class Number>
std::ptrdiff_t part_at(const Binned& binned, const TreeNode& node, std::span<std::uint32_t> rows, RowParter& parter, const Number& number) {
  const int column = node.column, missing = binned.bins.count(column);
  if (node.set != nullptr) return parter.by(rows, [&](std::uint32_t row) { return node.goes_left(number(row, column)); });
  const int last = binned.bins.code(column, node.threshold);
  if (binned.bins.border(column, last) <= node.threshold)
    return parter({binned.codes.bytes(), binned.width(), binned.rows, column, last, missing, node.missing_left, binned.codes.words()}, rows,
                  false);
  return parter.by(rows, [&](std::uint32_t row) {
    const int code = binned.code(row, column);
    if (code == last) return node.goes_left(number(row, column));
    return code < last || (code == missing && node.missing_left);
  });
}
}  // namespace detail

/// Leads rows (which are reordered) from the root of a tree to its leaves by their codes, as the rows go that it is grown on;
/// calls leaf(its numbers, its rows). They arrive where their numbers number(row, column) lead, to the bit.
/// Needs    bins from which the tree's thresholds come; the parter is prepared for so many rows.
/// Cost     a code for each row and level.
template <class Number, class Leaf>
void lead_rows(const Binned& binned, const TreeTable& trees, std::int32_t root, std::span<std::uint32_t> rows, RowParter& parter,
               const Number& number, const Leaf& leaf) {
  struct Part {
    std::int32_t node;
    std::span<std::uint32_t> rows;
  };
  Buffer<Part> open;
  open.push_back({root, rows});
  while (!open.empty()) {
    const Part part = open.back();
    open.pop_back();
    const TreeNode node = trees.node(part.node);
    if (part.rows.empty()) continue;
    if (node.column < 0) {
      leaf(node.values, std::span<const std::uint32_t>(part.rows));
      continue;
    }
    const auto left = static_cast<std::size_t>(detail::part_at(binned, node, part.rows, parter, number));
    open.push_back({node.left, part.rows.first(left)});
    open.push_back({node.right, part.rows.subspan(left)});
  }
}

}  // namespace tutti
