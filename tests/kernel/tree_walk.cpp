// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/reference.hpp>
#include <tutti/kernel/tree_walk.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>

using namespace tutti::kernel;

namespace {

/// Several random trees of unlike depth in one set of arrays; thresholds are among the values that rows have.
struct Trees {
  static constexpr int columns = 5;
  std::vector<std::int32_t> split, left, roots;
  std::vector<float> threshold;
  numbers::Stream stream{3};

  Trees() {
    for (const int depth : {0, 1, 3, 9}) {
      roots.push_back(add());
      grow(roots.back(), depth);
    }
  }
  std::int32_t add() {
    const auto node = static_cast<std::int32_t>(left.size());
    split.push_back(1);
    threshold.push_back(numbers::infinity<float>);
    left.push_back(node);
    return node;
  }
  int draw(int n) { return static_cast<int>((stream.next() >> 3) % static_cast<unsigned>(n)); }
  void grow(std::int32_t node, int depth) {
    if (depth == 0 || (depth < 3 && draw(5) == 0)) return;
    const std::int32_t child = add();
    add();
    const auto n = static_cast<std::size_t>(node);
    split[n] = draw(2 * columns);
    threshold[n] = static_cast<float>(draw(9) - 4);
    left[n] = child;
    grow(child, depth - 1);
    grow(child + 1, depth - 1);
  }
  TreeNodes nodes() const { return {split.data(), threshold.data(), left.data()}; }
};

}  // namespace

TEST_CASE_TEMPLATE("a walk reaches the leaf of the reference, one row or a batch of any size", T, float,
                   double) {
  const Trees trees;
  const TreeNodes nodes = trees.nodes();
  constexpr std::ptrdiff_t most = 120;
  auto data = numbers::whole<T>(most * Trees::columns, 4);
  for (std::size_t i = 0; i < data.size(); i += 7)
    data[i] = i % 2 == 0 ? numbers::nan<T> : numbers::infinity<T>;
  std::vector<const T*> rows;
  for (std::ptrdiff_t i = 0; i < most; ++i) rows.push_back(data.data() + i * Trees::columns);
  for (const std::int32_t root : trees.roots) {
    CAPTURE(root);
    std::vector<std::int32_t> wanted;
    for (const T* row : rows) {
      wanted.push_back(reference::tree_leaf(nodes, root, row));
      CHECK(tree_leaf(nodes, root, row) == wanted.back());
    }
    for (const std::ptrdiff_t count : {0, 1, 7, 8, 9, 16, 23, 120}) {
      std::vector<std::int32_t> got(static_cast<std::size_t>(count), -5);
      tree_leaves(nodes, root, rows.data(), count, got.data());
      CHECK(std::equal(got.begin(), got.end(), wanted.begin()));
    }
  }
}

TEST_CASE("one row goes down eight trees side by side") {
  const Trees trees;
  const auto row = numbers::whole<float>(Trees::columns, 9);
  const float* rows[tree_lanes];
  std::int32_t node[tree_lanes];
  for (int l = 0; l < tree_lanes; ++l) {
    rows[l] = row.data();
    node[l] = trees.roots[static_cast<std::size_t>(l % 4)];
  }
  tree_leaves(trees.nodes(), rows, node);
  for (int l = 0; l < tree_lanes; ++l)
    CHECK(node[l] ==
          reference::tree_leaf(trees.nodes(), trees.roots[static_cast<std::size_t>(l % 4)], row.data()));
}

TEST_CASE("a value at the threshold goes left, above it right, a NaN where the node says") {
  constexpr float never = numbers::infinity<float>;
  constexpr std::int32_t left[] = {1, 1, 2};
  constexpr float threshold[] = {2, never, never};
  for (const int missing_left : {0, 1}) {
    const std::int32_t split[] = {missing_left, 1, 1};
    const TreeNodes nodes{split, threshold, left};
    const auto leaf = [&](float x) { return tree_leaf(nodes, 0, &x); };
    CHECK(leaf(2) == 1);
    CHECK(leaf(std::nextafter(2.0f, 3.0f)) == 2);
    CHECK(leaf(-never) == 1);
    CHECK(leaf(never) == 2);
    CHECK(leaf(numbers::nan<float>) == (missing_left == 1 ? 1 : 2));
  }
}

TEST_CASE_TEMPLATE("a walk by sets of categories reaches the leaf of the reference", T, float, double) {
  Trees trees;
  std::vector<std::uint32_t> sets;
  for (std::size_t i = 0; i < trees.left.size(); ++i) {  // every second split
    if (static_cast<std::size_t>(trees.left[i]) == i || trees.draw(2) == 0) continue;
    trees.split[i] = ~trees.split[i];
    trees.threshold[i] = std::bit_cast<float>(static_cast<std::int32_t>(sets.size()));
    const auto known = static_cast<std::uint32_t>(trees.draw(40));
    sets.push_back(known);
    for (std::uint32_t w = 0; w < (known + 31) / 32; ++w) sets.push_back(trees.stream.next() * 2654435761u);
  }
  TreeNodes nodes = trees.nodes();
  nodes.sets = sets.data();
  constexpr std::ptrdiff_t most = 120;
  auto data = numbers::whole<T>(most * Trees::columns, 5);
  for (std::size_t i = 0; i < data.size(); i += 3) data[i] = i % 2 == 0 ? T(i % 45) : i % 5 == 0 ? numbers::nan<T> : T(i % 9) / 2;
  std::vector<const T*> rows;
  for (std::ptrdiff_t i = 0; i < most; ++i) rows.push_back(data.data() + i * Trees::columns);
  for (const std::int32_t root : trees.roots) {
    std::vector<std::int32_t> got(most);
    tree_leaves<true>(nodes, root, rows.data(), most, got.data());
    for (std::size_t i = 0; i < most; ++i) CHECK(got[i] == reference::tree_leaf(nodes, root, rows[i]));
  }
}

TEST_CASE("a walk that has arrived stays, whatever the row holds") {
  const std::int32_t split[] = {1}, left[] = {0};
  const float threshold[] = {numbers::infinity<float>};
  const TreeNodes nodes{split, threshold, left};
  for (const float x : {0.0f, numbers::nan<float>, numbers::infinity<float>, -numbers::infinity<float>})
    CHECK(tree_step(nodes, 0, &x) == 0);
}
