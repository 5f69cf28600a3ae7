// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/tree_bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace tutti::kernel;

namespace {
/// A tree of that many splits, each of them below one that was drawn, or a chain; leaves in the order of their numbers.
ByteTree random_tree(int splits, bool chain, numbers::Stream& random) {
  ByteTree tree{};
  std::vector<std::uint8_t*> ends;
  for (int n = 0; n < splits; ++n) {
    if (n > 0) {
      const auto at = ends.begin() + (chain ? std::ssize(ends) - 1 - static_cast<std::ptrdiff_t>(random.next() % 2)
                                            : static_cast<std::ptrdiff_t>(random.next() % ends.size()));
      **at = static_cast<std::uint8_t>(n);
      ends.erase(at);
    }
    tree.column[n] = static_cast<std::uint8_t>(random.next() % byte_columns);
    tree.threshold[n] = static_cast<std::int8_t>(random.next() % 255 - 128);
    ends.push_back(tree.left + n);
    ends.push_back(tree.right + n);
  }
  if (splits == 0) tree.left[0] = tree.right[0] = byte_leaves;
  std::uint8_t leaf = byte_leaves;
  for (std::uint8_t* end : ends) *end = leaf++;
  return tree;
}
}  // namespace

TEST_CASE("a row of bytes finds the leaf that a walk finds, in trees of any size and depth") {
  numbers::Stream random(3);
  for (int splits = 0; splits < byte_leaves; ++splits)
    for (const bool chain : {false, true}) {
      CAPTURE(splits);
      CAPTURE(chain);
      const ByteTree tree = random_tree(splits, chain, random);
      for (std::uint32_t i = 0; i < 40; ++i) {
        const auto row = numbers::bytes<std::int8_t>(byte_columns, 100 * i + static_cast<std::uint32_t>(splits));
        int at = 0, steps = 0;
        for (; at < byte_leaves; ++steps) at = row[tree.column[at]] > tree.threshold[at] ? tree.right[at] : tree.left[at];
        int doublings = 0;
        while (1 << doublings < steps) ++doublings;
        CHECK(byte_leaf(tree, row.data(), doublings) == at - byte_leaves);
        CHECK(byte_leaf(tree, row.data(), 6) == at - byte_leaves);
      }
    }
}
