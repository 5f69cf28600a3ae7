// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/lead_rows.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

using namespace tutti;

namespace {

/// A tree of random splits of every kind: thresholds on borders of bins, inside bins, at infinity, sets of numbers.
TreeTable random_tree(const Binned& binned, int splits, Random random) {
  TreeTable tree(binned.width(), 1);
  std::vector<std::int32_t> leaves{tree.add_root()};
  while (splits-- > 0) {
    const std::size_t at = random.below(static_cast<std::uint32_t>(leaves.size()));
    const auto column = static_cast<int>(random.below(static_cast<std::uint32_t>(binned.width())));
    const bool missing_left = random.below(2) == 0;
    const int count = binned.bins.count(column);
    const auto bin = static_cast<int>(random.below(static_cast<std::uint32_t>(count)));
    const std::array<std::uint32_t, 2> set{static_cast<std::uint32_t>(random.below(1u << 30)), 5};
    const std::uint32_t kind = random.below(4);
    const std::int32_t left =
        kind == 0 ? tree.split_categories(leaves[at], column, 40, set, missing_left)
                  : tree.split(leaves[at], column,
                               kind == 1                    ? binned.bins.border(column, bin)  // infinite behind the last one
                               : kind == 2 && bin + 2 < count ? binned.bins.threshold(column, bin, bin + 2)
                                                              : binned.bins.low(column, bin),
                               missing_left);
    leaves[at] = left;
    leaves.push_back(left + 1);
  }
  for (const std::int32_t leaf : leaves) tree.set_leaf(leaf, tree.add_values(std::array{static_cast<float>(leaf)}));
  return tree;
}

}  // namespace

TEST_CASE("rows arrive at the leaves that their numbers lead to, each once, wherever thresholds lie, by codes of one byte or two") {
  for (const int most : {6, 255, 1024})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto data = tree_data::numbers<5>(900, seed, seed % 3 == 0 ? 0 : 0.2, seed % 2 == 0 ? 90 : 5000);
      const Binned binned = bin_rows(data, most);
      const TreeTable tree = random_tree(binned, 1 + static_cast<int>(seed) * 3, Random(seed));
      std::vector<std::uint32_t> rows(600);
      std::iota(rows.begin(), rows.end(), 150u);
      RowParter parter;
      parter.prepare(600);
      std::vector<std::uint32_t> arrived;
      int wrong = 0;
      lead_rows(binned, tree, tree.root(0), rows, parter, [&](std::uint32_t row, int column) { return data.x(row)[column]; },
                [&](std::span<const float> value, std::span<const std::uint32_t> of_leaf) {
                  for (const std::uint32_t r : of_leaf)
                    wrong += static_cast<float>(tree_data::leaf_of(tree, tree.root(0), data.x(r))) != value[0];
                  arrived.insert(arrived.end(), of_leaf.begin(), of_leaf.end());
                });
      CHECK(wrong == 0);
      std::sort(arrived.begin(), arrived.end());
      REQUIRE(arrived.size() == 600);
      for (std::uint32_t i = 0; i < 600; ++i) REQUIRE(arrived[i] == 150 + i);
    }
}

TEST_CASE("no rows arrive nowhere, and all of them at the only leaf") {
  const auto data = tree_data::numbers<2>(50, 1);
  const Binned binned = bin_rows(data);
  TreeTable tree(2, 1);
  tree.set_leaf(tree.add_root(), tree.add_values(std::array{2.0f}));
  std::vector<std::uint32_t> rows{4, 3};
  RowParter parter;
  parter.prepare(2);
  std::size_t calls = 0, arrived = 0;
  const auto lead = [&](std::span<std::uint32_t> some) {
    lead_rows(binned, tree, 0, some, parter, [](std::uint32_t, int) { return 0.0f; },
              [&](std::span<const float>, std::span<const std::uint32_t> of_leaf) {
                ++calls;
                arrived += of_leaf.size();
              });
  };
  lead(std::span(rows).first(0));
  CHECK(calls == 0);
  lead(rows);
  CHECK(calls == 1);
  CHECK(arrived == 2);
}
