// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/grow.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace tutti;

namespace {

struct Grown {
  TreeTable trees;
  std::vector<std::uint32_t> leaf_sizes, rows;
};

/// One tree on gradients that are whole numbers, so that histograms are exact however they are made.
template <class X> Grown grow(const Dataset<X, Real>& data, GrowOptions options, Random random = Random(1)) {
  const Binned binned = bin_rows(data);
  std::vector<kernel::GradientPair> pairs;
  std::vector<std::uint32_t> rows;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    pairs.push_back({5 - data.y(i).value, 1});
    rows.push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::int32_t> columns(static_cast<std::size_t>(data.width()));
  std::iota(columns.begin(), columns.end(), 0);
  Grown g{TreeTable(data.width(), 1), {}, {}};
  Grower<GradientStatistics> grower(binned, GradientStatistics{.pair = pairs.data()}, options);
  grower.grow(rows, columns, random, g.trees, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf) {
    g.leaf_sizes.push_back(static_cast<std::uint32_t>(of_leaf.size()));
    g.rows.insert(g.rows.end(), of_leaf.begin(), of_leaf.end());
    g.trees.set_leaf(node, g.trees.add_values(std::array{static_cast<float>(node)}));
  });
  return g;
}

int depth(const TreeTable& trees, std::int32_t node) {
  const auto n = trees.node(node);
  return n.column < 0 ? 0 : 1 + std::max(depth(trees, n.left), depth(trees, n.right));
}

}  // namespace

TEST_CASE("every row ends in one leaf, and in the one that its numbers lead to") {
  const auto data = tree_data::numbers<5>(300, 1, 0.1);
  const Binned binned = bin_rows(data);
  for (const bool subtract : {false, true}) {
    Grown g = grow(data, {.leaves = 20, .min_rows = 3, .min_gain = 1e-9, .subtract = subtract});
    CHECK_NOTHROW(g.trees.loaded());
    CHECK(g.trees.leaves(0) == 20);
    CHECK(std::accumulate(g.leaf_sizes.begin(), g.leaf_sizes.end(), 0u) == 300);
    CHECK(*std::min_element(g.leaf_sizes.begin(), g.leaf_sizes.end()) >= 3);
    std::size_t at = 0, leaf = 0;
    std::vector<std::int32_t> first(g.leaf_sizes.size());
    for (const std::uint32_t size : g.leaf_sizes) {
      for (std::uint32_t i = 0; i < size; ++i) {
        const std::int32_t node = tree_data::leaf_of(g.trees, 0, data.x(g.rows[at + i]));
        if (i == 0) first[leaf] = node;
        REQUIRE(node == first[leaf]);
      }
      at += size;
      ++leaf;
    }
    std::sort(first.begin(), first.end());
    CHECK(std::adjacent_find(first.begin(), first.end()) == first.end());
    std::sort(g.rows.begin(), g.rows.end());
    for (std::uint32_t i = 0; i < 300; ++i) REQUIRE(g.rows[i] == i);
  }
}

TEST_CASE("subtracted histograms grow the same tree as histograms of each node") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    const auto data = tree_data::numbers<20>(400, seed, 0.1);
    for (const GrowOptions o :
         {GrowOptions{.min_gain = 1e-9}, GrowOptions{.leaves = 13, .min_rows = 5, .min_gain = 1e-9},
          GrowOptions{.max_depth = 4, .min_gain = 1e-9},
          GrowOptions{.leaves = 9, .min_gain = 1e-9, .columns = 3}}) {
      GrowOptions subtract = o;
      subtract.subtract = true;
      CHECK(tree_data::bytes(grow(data, o).trees) == tree_data::bytes(grow(data, subtract).trees));
    }
  }
}

TEST_CASE("limits on leaves, depth, rows and gain hold") {
  const auto data = tree_data::numbers<4>(200, 3);
  for (const bool subtract : {false, true}) {
    CHECK(grow(data, {.leaves = 1, .subtract = subtract}).trees.nodes() == 1);
    CHECK(grow(data, {.leaves = 2, .subtract = subtract}).trees.leaves(0) == 2);
    for (const int levels : {1, 2, 3})
      CHECK(depth(grow(data, {.max_depth = levels, .subtract = subtract}).trees, 0) == levels);
    CHECK(grow(data, {.min_rows = 101, .subtract = subtract}).trees.nodes() == 1);
    CHECK(grow(data, {.min_gain = 1e9, .subtract = subtract}).trees.nodes() == 1);
  }
}

TEST_CASE("with a limit on leaves the most gainful splits come first") {
  // Column 0 parts 100 from the rest; then the left side offers a gain of 8, the right one of 2.
  const std::vector<float> x{0, 0, 0, 1, 1, 0, 1, 1};
  Buffer<float> rows;
  for (const int i : {0, 1, 2, 3, 4, 5, 6, 7}) {
    rows.push_back(i < 4 ? 0.0f : 1.0f);
    rows.push_back(i % 2 == 0 ? 0.0f : 1.0f);
  }
  const Dataset<Row<2>, Real> data(DenseStorage<float>(2, std::move(rows)), {100, 102, 100, 102, 0, 6, 0, 6});
  const Grown g = grow(data, {.leaves = 3, .min_gain = 1e-9});
  CHECK(g.trees.node(0).column == 0);
  CHECK(g.trees.node(g.trees.node(0).left).column == -1);
  CHECK(g.trees.node(g.trees.node(0).right).column == 1);
}

TEST_CASE("columns that cannot split cost no try when columns are drawn") {
  Buffer<float> rows;
  std::vector<float> y;
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < 9; ++j)
      rows.push_back(j == 8 ? static_cast<float>(i % 2) : j == 3 ? tree_data::missing_value : 1.0f);
    y.push_back(static_cast<float>(i % 2));
  }
  const Dataset<Row<9>, Real> data(DenseStorage<float>(9, std::move(rows)), std::move(y));
  const Grown g = grow(data, {.min_gain = 1e-9, .columns = 1});
  CHECK(g.trees.nodes() == 3);
  CHECK(g.trees.node(0).column == 8);
}

TEST_CASE("a tree has the same bits on any number of threads, with large nodes and many columns too") {
  const auto data = tree_data::numbers<40>(3000, 9, 0.05);
  for (const bool subtract : {false, true})
    for (const int columns : {0, 24}) {
      const GrowOptions options{.leaves = 40, .min_gain = 1e-9, .columns = columns, .subtract = subtract};
      const auto one = parallel::with_threads(1, [&] { return tree_data::bytes(grow(data, options).trees); });
      for (const int threads : {2, 7})
        CHECK(parallel::with_threads(threads, [&] { return tree_data::bytes(grow(data, options).trees); }) ==
              one);
    }
}
