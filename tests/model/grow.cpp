// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/grow.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using namespace tutti;

namespace {

struct Grown {
  TreeTable trees;
  std::vector<std::uint32_t> leaf_sizes, rows;
};

/// One tree on gradients that are whole numbers, so that histograms are exact however they are made.
template <class X> Grown grow(const Dataset<X, Real>& data, GrowOptions options, Random random = Random(1), const Binned* codes = nullptr) {
  const Binned binned = codes != nullptr ? *codes : bin_rows(data);
  std::vector<kernel::GradientPair> pairs;
  std::vector<std::uint32_t> rows;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    pairs.push_back({5 - data.y(i).value, 1});
    rows.push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::int32_t> columns(static_cast<std::size_t>(data.width()));
  std::iota(columns.begin(), columns.end(), 0);
  Grown g{TreeTable(data.width(), 1), {}, {}};
  Grower grower(binned, pairs.data(), {}, options);
  grower.grow(rows, columns, random, g.trees, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf, const LeafLimits&) {
    g.leaf_sizes.push_back(static_cast<std::uint32_t>(of_leaf.size()));
    g.rows.insert(g.rows.end(), of_leaf.begin(), of_leaf.end());
    g.trees.set_leaf(node, g.trees.add_values(std::array{static_cast<float>(node)}));
  });
  return g;
}

/// The same codes in two bytes each.
Codes widened(const Codes& codes, std::ptrdiff_t size) {
  Codes wide(size, Codes::in_a_byte + 1);
  for (std::ptrdiff_t i = 0; i < size; ++i) wide.set(i, codes[i]);
  return wide;
}

int depth(const TreeTable& trees, std::int32_t node) {
  const auto n = trees.node(node);
  return n.column < 0 ? 0 : 1 + std::max(depth(trees, n.left), depth(trees, n.right));
}

using Rows = std::vector<std::uint32_t>;

/// The squared sum of gradients per row: what the grower above scores a node by.
template <class X> double score(const Dataset<X, Real>& data, const Rows& rows) {
  double g = 0;
  for (const std::uint32_t r : rows) g += static_cast<double>(5 - data.y(r).value);
  return g * g / static_cast<double>(rows.size());
}
/// The highest score of two sides of a node, by trying every value of every column, with NaN on either side.
template <class X> double best_sides(const Dataset<X, Real>& data, const Rows& rows, const GrowOptions& o) {
  double best = -1;
  for (int j = 0; j < data.width(); ++j)
    for (const std::uint32_t at : rows)
      for (const bool missing_left : {false, true}) {
        Rows side[2];
        for (const std::uint32_t r : rows) {
          const float x = data.x(r)[j];
          side[x != x ? missing_left : x <= data.x(at)[j]].push_back(r);
        }
        if (std::min(std::ssize(side[0]), std::ssize(side[1])) >= o.min_rows)
          best = std::max(best, score(data, side[0]) + score(data, side[1]));
      }
  return best;
}
template <class X>
void check_splits(const Dataset<X, Real>& data, const TreeTable& trees, std::int32_t node, const Rows& rows, const GrowOptions& o,
                  int level) {
  const auto n = trees.node(node);
  const double best = best_sides(data, rows, o), whole = score(data, rows);
  if (n.column < 0) {
    if (o.leaves == 0 && (o.max_depth == 0 || level < o.max_depth)) CHECK(best - whole < 1e-6);
    return;
  }
  Rows side[2];
  for (const std::uint32_t r : rows) side[n.goes_left(data.x(r)[n.column])].push_back(r);
  CHECK(score(data, side[0]) + score(data, side[1]) == doctest::Approx(best).epsilon(1e-9));
  CHECK(static_cast<double>(n.gain) == doctest::Approx(best - whole).epsilon(1e-5));
  check_splits(data, trees, n.left, side[1], o, level + 1);
  check_splits(data, trees, n.right, side[0], o, level + 1);
}

}  // namespace

TEST_CASE("every row ends in one leaf, and in the one that its numbers lead to") {
  const auto data = tree_data::numbers<5>(300, 1, 0.1);
  Grown g = grow(data, {.leaves = 20, .min_rows = 3, .min_gain = 1e-9});
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

TEST_CASE("every node is split as well as its rows allow, though most histograms are differences") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    const auto data = tree_data::numbers<7>(200, seed, 0.1);
    for (const GrowOptions o : {GrowOptions{.min_gain = 1e-9}, GrowOptions{.leaves = 13, .min_rows = 5, .min_gain = 1e-9},
                                GrowOptions{.max_depth = 4, .min_gain = 1e-9}}) {
      const Grown g = grow(data, o);
      std::vector<std::uint32_t> rows(200);
      std::iota(rows.begin(), rows.end(), 0u);
      check_splits(data, g.trees, 0, rows, o, 0);
    }
  }
}

TEST_CASE("limits on leaves, depth, rows and gain hold") {
  const auto data = tree_data::numbers<4>(200, 3);
  CHECK(grow(data, {.leaves = 1}).trees.nodes() == 1);
  CHECK(grow(data, {.leaves = 2}).trees.leaves(0) == 2);
  for (const int levels : {1, 2, 3}) CHECK(depth(grow(data, {.max_depth = levels}).trees, 0) == levels);
  CHECK(grow(data, {.min_rows = 101}).trees.nodes() == 1);
  CHECK(grow(data, {.min_gain = 1e9}).trees.nodes() == 1);
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
  for (const int columns : {0, 24}) {
    const GrowOptions options{.leaves = 40, .min_gain = 1e-9, .columns = columns};
    const auto one = parallel::with_threads(1, [&] { return tree_data::bytes(grow(data, options).trees); });
    for (const int threads : {2, 7})
      CHECK(parallel::with_threads(threads, [&] { return tree_data::bytes(grow(data, options).trees); }) == one);
  }
}

TEST_CASE("codes of two bytes give the trees that the same codes of one byte give") {
  Random random(4);
  Buffer<float> x, y;
  for (int i = 0; i < 3000; ++i) {  // a number, a category, a number with holes, ones and zeros that share a code
    const std::uint32_t kind = random.below(70), one = random.below(5);
    const float number = 9 * random.uniform();
    x.append({number, static_cast<float>(kind), i % 4 == 0 ? tree_data::missing_value : static_cast<float>(random.below(600))});
    for (std::uint32_t j = 0; j < 5; ++j) x.push_back(static_cast<float>(j == one));
    y.push_back(std::floor(number) + (kind % 3 == 0 ? 4.0f : 0.0f) + static_cast<float>(one));
  }
  const Dataset<Row<8>, Real> data(DenseStorage<float>(8, std::move(x)), std::move(y));
  const Binned narrow = bin_rows(data);
  REQUIRE_FALSE(narrow.bundles.empty());
  Binned wide = narrow;
  wide.codes = widened(narrow.codes, narrow.rows * narrow.width());
  wide.bundles.codes = widened(narrow.bundles.codes, narrow.rows * narrow.bundles.width());
  Binned unbundled = wide;
  unbundled.bundles = {};
  ColumnRules rules;
  rules.categories.resize(8);
  rules.categories[1] = 70;
  rules.category = {.smooth = 1, .min_rows = 5};
  ColumnRules limits = rules;
  limits.monotone.resize(8);
  limits.monotone[0] = 1;
  for (const GrowOptions& o : {GrowOptions{.leaves = 40, .min_gain = 1e-9}, GrowOptions{.leaves = 40, .min_gain = 1e-9, .rules = &rules},
                               GrowOptions{.max_depth = 5, .min_gain = 1e-9, .columns = 3},
                               GrowOptions{.leaves = 40, .min_rows = 9, .min_gain = 1e-9, .rules = &limits}}) {
    const Grown one = grow(data, o, Random(2), &narrow);
    CHECK(one.trees.leaves(0) > 10);
    for (const Binned* other : {&wide, &unbundled}) {
      const Grown two = grow(data, o, Random(2), other);
      CHECK(tree_data::bytes(two.trees) == tree_data::bytes(one.trees));
      CHECK(two.rows == one.rows);
    }
  }
}
