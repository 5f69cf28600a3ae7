// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/tree_table.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace tutti;
using tree_data::infinity;
using tree_data::missing_value;

namespace {

/// A table of random trees over 5 columns.
TreeTable random_trees(int trees, int leaf_width, Random random) {
  TreeTable table(5, leaf_width);
  for (int t = 0; t < trees; ++t) {
    std::vector<std::int32_t> leaves{table.add_root()};
    for (std::uint32_t splits = random.below(12); splits > 0; --splits) {
      const auto at = leaves.begin() + random.below(static_cast<std::uint32_t>(leaves.size()));
      const std::int32_t left = table.split(*at, static_cast<int>(random.below(5)),
                                            static_cast<float>(random.normal()), random.below(2) == 0);
      *at = left;
      leaves.push_back(left + 1);
    }
    for (const std::int32_t leaf : leaves) {
      std::vector<float> values(static_cast<std::size_t>(leaf_width));
      for (float& v : values) v = random.uniform();
      table.set_leaf(leaf, table.add_values(values));
    }
  }
  return table;
}

std::vector<float> random_rows(std::ptrdiff_t rows, Random random) {
  std::vector<float> x(static_cast<std::size_t>(5 * rows));
  for (float& v : x)
    v = random.below(8) == 0    ? missing_value
        : random.below(20) == 0 ? -infinity
                                : static_cast<float>(random.normal());
  return x;
}

template <class View>
std::vector<float> add(const TreeTable& table, std::span<const View> x, int width, Workspace& w) {
  std::vector<float> y(x.size() * static_cast<std::size_t>(width), 0.25f);
  table.add(x, Rows<float>(y.data(), std::ssize(x), width), 0, table.trees(), w);
  return y;
}

/// The fields of a table as a file holds them, to be damaged.
struct Stored {
  int columns = 2, leaf_width = 1;
  std::vector<std::int32_t> root{0}, split{2 * 1 + 1, 1, 1}, left{1, 1, 2}, leaf{-1, 0, 1};
  std::vector<float> threshold{0.5f, infinity, infinity}, values{3, 4};

  static void visit(auto& self, auto& archive) {
    archive("columns", self.columns)("leaf_width", self.leaf_width)("root", self.root)("split", self.split)(
        "threshold", self.threshold)("left", self.left)("leaf", self.leaf)("values", self.values);
  }
};

TreeTable read(const Stored& stored) {
  Writer out;
  out("trees", stored);
  TreeTable table;
  Reader in(out.bytes());
  in("trees", table);
  return table;
}

}  // namespace

TEST_CASE("a table adds the leaf of every tree, for any number of rows and any width of output") {
  Random random(1);
  for (const int leaf_width : {1, 3})
    for (const int trees : {0, 1, 6, 9, 24}) {
      CAPTURE(leaf_width);
      CAPTURE(trees);
      const TreeTable table =
          random_trees(trees, leaf_width, random.stream(static_cast<std::uint64_t>(trees)));
      const std::vector<float> x = random_rows(21, random.stream("rows"));
      std::vector<DenseView<float, 5>> views;
      for (int i = 0; i < 21; ++i) views.emplace_back(x.data() + 5 * i, 5);
      Workspace none;
      std::vector<float> expected(21 * 3, 0.25f);
      for (std::size_t i = 0; i < 21; ++i)
        for (std::ptrdiff_t t = 0; t < trees; ++t) {
          const TreeTable::Node leaf = table.node(tree_data::leaf_of(table, table.root(t), views[i]));
          for (std::size_t k = 0; k < leaf.values.size(); ++k)
            expected[i * 3 + (static_cast<std::size_t>(t * leaf_width) + k) % 3] += leaf.values[k];
        }
      CHECK(add<DenseView<float, 5>>(table, views, 3, none) == expected);
      for (std::size_t i = 0; i < 21; ++i) {  // alone: eight trees at a time instead of eight rows
        const auto one = add<DenseView<float, 5>>(table, {&views[i], 1}, 3, none);
        CHECK(std::equal(one.begin(), one.end(), expected.begin() + static_cast<std::ptrdiff_t>(3 * i)));
      }
    }
}

TEST_CASE("a record is copied to the workspace and walked like a row") {
  const TreeTable table = random_trees(10, 1, Random(4));
  const std::vector<float> x = random_rows(9, Random(5));
  using View = RecordView<Field<"a", Row<2>>, Field<"b", Row<3>>>;
  std::vector<DenseView<float, 5>> rows;
  std::vector<View> records;
  for (int i = 0; i < 9; ++i) {
    rows.emplace_back(x.data() + 5 * i, 5);
    records.emplace_back(DenseView<float, 2>(x.data() + 5 * i, 2),
                         DenseView<float, 3>(x.data() + 5 * i + 2, 3));
  }
  Workspace none, some(TreeTable::workspace_bytes<View>(9, 5));
  CHECK(TreeTable::workspace_bytes<DenseView<float, 5>>(9, 5) == 0);
  CHECK(some.bytes() >= 9 * 5 * sizeof(float));
  CHECK(add<View>(table, records, 1, some) == add<DenseView<float, 5>>(table, rows, 1, none));
}

TEST_CASE("appended tables predict as their sum, and keep cuts trees and their values off") {
  const TreeTable a = random_trees(3, 1, Random(6)), b = random_trees(4, 1, Random(7));
  TreeTable both = a;
  both.append(b);
  CHECK(both.trees() == 7);
  CHECK(both.nodes() == a.nodes() + b.nodes());
  CHECK(both.leaves(4) == b.leaves(1));
  CHECK_NOTHROW(both.loaded());
  both.keep(9);
  CHECK(both.trees() == 7);
  both.keep(3);
  CHECK(tree_data::bytes(both) == tree_data::bytes(a));
  both.keep(0);
  CHECK(both.nodes() == 0);
  CHECK_NOTHROW(both.loaded());
}

TEST_CASE("a file with trees that would lead astray is refused") {
  CHECK(read(Stored{}).trees() == 1);
  const std::vector<std::pair<std::string, std::function<void(Stored&)>>> damages{
      {"no columns", [](Stored& s) { s.columns = 0; }},
      {"no leaf width", [](Stored& s) { s.leaf_width = 0; }},
      {"column too high", [](Stored& s) { s.columns = 1; }},
      {"column negative", [](Stored& s) { s.split[0] = -2; }},
      {"child is the parent's parent",
       [](Stored& s) {
         s.left = {1, 0, 2};
       }},
      {"child too high", [](Stored& s) { s.left[0] = 2; }},
      {"child negative", [](Stored& s) { s.left[0] = -1; }},
      {"leaf that moves on a number", [](Stored& s) { s.threshold[1] = 7; }},
      {"leaf that moves on NaN", [](Stored& s) { s.threshold[1] = missing_value; }},
      {"leaf that looks at a column it must not", [](Stored& s) { s.split[2] = 5; }},
      {"leaf value too high", [](Stored& s) { s.leaf[2] = 2; }},
      {"leaf value negative", [](Stored& s) { s.leaf[1] = -1; }},
      {"half a row of values", [](Stored& s) { s.leaf_width = 2, s.values.push_back(1); }},
      {"root too high", [](Stored& s) { s.root[0] = 3; }},
      {"root negative", [](Stored& s) { s.root[0] = -1; }},
      {"roots in disorder",
       [](Stored& s) {
         s.root = {1, 0};
       }},
      {"fewer thresholds", [](Stored& s) { s.threshold.pop_back(); }},
      {"fewer splits", [](Stored& s) { s.split.pop_back(); }},
      {"fewer leaves", [](Stored& s) { s.leaf.pop_back(); }},
  };
  for (const auto& damage : damages) {
    CAPTURE(damage.first);
    Stored stored;
    damage.second(stored);
    CHECK_THROWS_AS(read(stored), FileError);
  }
}
