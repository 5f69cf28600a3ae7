// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/tree_table.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <functional>
#include <set>
#include <string>
#include <vector>

using namespace tutti;
using tree_data::infinity;
using tree_data::missing_value;

namespace {

/// A table of random trees over 5 columns; with `categories`, every second split is by a set of that many or fewer.
TreeTable random_trees(int trees, int leaf_width, Random random, std::uint32_t categories = 0) {
  TreeTable table(5, leaf_width);
  for (int t = 0; t < trees; ++t) {
    std::vector<std::int32_t> leaves{table.add_root()};
    for (std::uint32_t splits = random.below(12); splits > 0; --splits) {
      const auto at = leaves.begin() + random.below(static_cast<std::uint32_t>(leaves.size()));
      const auto column = static_cast<int>(random.below(5));
      const bool missing_left = random.below(2) == 0;
      std::int32_t left;
      if (categories > 0 && random.below(2) == 0) {
        const std::uint32_t bits[] = {random.below(~0u), random.below(~0u), random.below(~0u)};
        left = table.split_categories(*at, column, static_cast<int>(1 + random.below(categories)), bits, missing_left);
      } else {
        left = table.split(*at, column, static_cast<float>(random.normal()), missing_left);
      }
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
        : random.below(4) == 0  ? static_cast<float>(random.below(100))
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
  std::vector<std::uint32_t> sets{33, 1, 0};

  static void visit(auto& self, auto& archive) {
    archive("columns", self.columns)("leaf_width", self.leaf_width)("root", self.root)("split", self.split)(
        "threshold", self.threshold)("left", self.left)("leaf", self.leaf)("values", self.values)("sets", self.sets);
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
  for (const std::uint32_t categories : {0u, 70u})
   for (const int leaf_width : {1, 3})
    for (const int trees : {0, 1, 6, 9, 24}) {
      CAPTURE(categories);
      CAPTURE(leaf_width);
      CAPTURE(trees);
      const TreeTable table =
          random_trees(trees, leaf_width, random.stream(static_cast<std::uint64_t>(trees)), categories);
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

TEST_CASE("prepared trees add the same bits, for any number of rows, trees and leaves and any thresholds") {
  constexpr float thresholds[] = {infinity, -infinity, missing_value, 0.0f, -0.0f, 1e-45f};
  Random random(11);
  const std::vector<float> x = random_rows(203, random.stream("rows"));
  std::vector<DenseView<float, 5>> rows;
  for (int i = 0; i < 203; ++i) rows.emplace_back(x.data() + 5 * i, 5);
  for (const std::uint32_t categories : {0u, 60u, 127u, 128u})
   for (const int leaf_width : {1, 3})
    for (const std::uint32_t leaves : {1u, 2u, 40u, 64u, 65u, 256u, 257u}) {  // 30 trees of 256 leaves: more than 255 thresholds a column
      CAPTURE(categories);
      CAPTURE(leaves);
      TreeTable table(5, leaf_width);
      for (int t = 0; t < 30; ++t) {
        std::vector<std::int32_t> open{table.add_root()};
        while (open.size() < (t % 7 == 0 ? std::min(leaves, 2u) : leaves)) {
          const std::size_t at = t % 3 == 0 ? open.size() - 1 : random.below(static_cast<std::uint32_t>(open.size()));
          const float threshold = random.below(9) == 0 ? thresholds[random.below(6)] : x[random.below(1000)];
          const auto column = static_cast<int>(random.below(5));
          const bool missing_left = random.below(2) == 0;
          std::uint32_t bits[4];
          for (std::uint32_t& word : bits) word = random.below(~0u);
          const auto known = static_cast<int>(categories - random.below(50));
          const std::int32_t left = categories > 0 && random.below(3) == 0
                                        ? table.split_categories(open[at], column, known, bits, missing_left)
                                        : table.split(open[at], column, threshold, missing_left);
          open[at] = left + static_cast<std::int32_t>(random.below(2));  // chains to either side
          open.push_back(left + (open[at] == left ? 1 : 0));
        }
        for (const std::int32_t leaf : open) {
          std::vector<float> values(static_cast<std::size_t>(leaf_width));
          for (float& v : values) v = random.uniform();
          table.set_leaf(leaf, table.add_values(values));
        }
      }
      TreeTable prepared = table;
      prepared.prepare();
      const TreeTable copy = prepared;
      Workspace none;
      for (const std::size_t n : {1u, 7u, 8u, 9u, 23u, 24u, 63u, 64u, 65u, 100u, 203u})
        for (const auto& range : {std::pair{0, 30}, std::pair{5, 17}, std::pair{29, 30}, std::pair{3, 3}}) {
          const auto sum = [&](const TreeTable& trees, int width) {
            std::vector<float> y(n * static_cast<std::size_t>(width), 0.25f);
            trees.add(std::span<const DenseView<float, 5>>(rows.data() + (203 - n), n),
                      Rows<float>(y.data(), static_cast<std::ptrdiff_t>(n), width), range.first, range.second, none);
            return y;
          };
          for (const int width : {leaf_width, 3}) {
            const auto expected = sum(table, width);
            CHECK(sum(prepared, width) == expected);
            CHECK(sum(copy, width) == expected);
          }
        }
    }
}

TEST_CASE("many wide rows need more columns of bytes than are held at a time: the trees are grouped") {
  constexpr int width = 700;
  Random random(12);
  std::vector<float> x(70 * width);
  for (float& v : x) v = random.below(10) == 0 ? missing_value : random.uniform();
  std::vector<DenseView<float, Dynamic>> rows;
  for (int i = 0; i < 70; ++i) rows.emplace_back(x.data() + width * i, width);
  for (const std::size_t leaves : {60u, 90u}) {
    TreeTable table(width, 1);
    for (int t = 0; t < 100; ++t) {
      std::vector<std::int32_t> open{table.add_root()};
      while (open.size() < leaves) {
        const std::size_t at = random.below(static_cast<std::uint32_t>(open.size()));
        open[at] = table.split(open[at], static_cast<int>(random.below(width)), random.uniform(), random.below(2) == 0);
        open.push_back(open[at] + 1);
      }
      for (const std::int32_t leaf : open) table.set_leaf(leaf, table.add_values(std::array{random.uniform()}));
    }
    Workspace none;
    const auto expected = add<DenseView<float, Dynamic>>(table, rows, 1, none);
    table.prepare();
    CHECK(add<DenseView<float, Dynamic>>(table, rows, 1, none) == expected);
    TreeTable again;
    Writer out;
    out("trees", table);
    Reader in(out.bytes());
    in("trees", again);  // loading prepares
    CHECK(add<DenseView<float, Dynamic>>(again, rows, 1, none) == expected);
  }
}

TEST_CASE("a tree that splits more columns of categories than bytes are held is walked") {
  constexpr int width = 200;
  Random random(14);
  std::vector<float> x(70 * width);
  for (float& v : x) v = static_cast<float>(random.below(9));
  std::vector<DenseView<float, Dynamic>> rows;
  for (int i = 0; i < 70; ++i) rows.emplace_back(x.data() + width * i, width);
  TreeTable table(width, 1);
  for (int t = 0; t < 30; ++t) {
    std::int32_t node = table.add_root();
    for (int j = 0; j < (t == 11 ? width : 5); ++j) {
      const std::uint32_t bits[] = {random.below(256)};
      const std::int32_t left = table.split_categories(node, j, 8, bits, random.below(2) == 0);
      table.set_leaf(left, table.add_values(std::array{random.uniform()}));
      node = left + 1;
    }
    table.set_leaf(node, table.add_values(std::array{random.uniform()}));
  }
  Workspace none;
  const auto expected = add<DenseView<float, Dynamic>>(table, rows, 1, none);
  table.prepare();
  CHECK(add<DenseView<float, Dynamic>>(table, rows, 1, none) == expected);
}

TEST_CASE("what is changed is no longer prepared") {
  Random random(13);
  TreeTable table = random_trees(12, 1, random);
  const std::vector<float> x = random_rows(70, random.stream("rows"));
  std::vector<DenseView<float, 5>> rows;
  for (int i = 0; i < 70; ++i) rows.emplace_back(x.data() + 5 * i, 5);
  const auto same_as_fresh = [&](TreeTable changed) {
    Workspace none;
    const auto got = add<DenseView<float, 5>>(changed, rows, 1, none);
    changed.prepare();
    CHECK(got == add<DenseView<float, 5>>(changed, rows, 1, none));
  };
  table.prepare();
  TreeTable grown = table, cut = table, joined = table, leaf = table;
  const std::int32_t root = grown.add_root();
  grown.split(root, 0, 0, true);
  same_as_fresh(grown);
  cut.keep(5);
  same_as_fresh(cut);
  joined.append(table);
  same_as_fresh(joined);
  leaf.set_leaf(leaf.root(0) + (leaf.node(leaf.root(0)).column < 0 ? 0 : 2), leaf.add_values(std::array{5.0f}));
  same_as_fresh(leaf);
}

TEST_CASE("trees of a file that share nodes predict as they are walked") {
  Stored stored;
  stored.root = {0, 3};
  stored.split = {1, 3, 1, 1, 1, 1};
  stored.left = {1, 4, 2, 4, 4, 5};  // node 1 of the first tree has the children of node 3
  stored.leaf = {-1, -1, 0, -1, 1, 2};
  stored.threshold = {0, 1, infinity, 0, infinity, infinity};
  stored.values = {1, 2, 4};
  const TreeTable table = read(stored);
  std::vector<float> x, expected;
  std::vector<DenseView<float, 2>> rows;
  for (int i = 0; i < 80; ++i) {
    x.push_back(static_cast<float>(i % 3 - 1));
    x.push_back(static_cast<float>(i % 4));
  }
  for (int i = 0; i < 80; ++i) {
    rows.emplace_back(x.data() + 2 * i, 2);
    float y = 0.25f;
    for (int t = 0; t < 2; ++t) y += table.node(tree_data::leaf_of(table, table.root(t), rows.back())).values[0];
    expected.push_back(y);
  }
  Workspace none;
  CHECK(add<DenseView<float, 2>>(table, rows, 1, none) == expected);
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

TEST_CASE("appended tables predict as their sum, and keep cuts trees, their values and their sets off") {
  const TreeTable a = random_trees(3, 1, Random(6), 40), b = random_trees(4, 1, Random(7), 90);
  TreeTable both = a;
  both.append(b);
  CHECK(both.trees() == 7);
  CHECK(both.nodes() == a.nodes() + b.nodes());
  CHECK(both.leaves(4) == b.leaves(1));
  CHECK_NOTHROW(both.loaded());
  const std::vector<float> x = random_rows(30, Random(8));
  for (int i = 0; i < 30; ++i)
    for (int t = 0; t < 4; ++t) {
      const DenseView<float, 5> row(x.data() + 5 * i, 5);
      CHECK(both.node(tree_data::leaf_of(both, both.root(3 + t), row)).values[0] ==
            b.node(tree_data::leaf_of(b, b.root(t), row)).values[0]);
    }
  both.keep(9);
  CHECK(both.trees() == 7);
  both.keep(3);
  CHECK(tree_data::bytes(both) == tree_data::bytes(a));
  both.keep(0);
  CHECK(both.nodes() == 0);
  CHECK_NOTHROW(both.loaded());
}

TEST_CASE("a split of categories sends the bits left, and what is no known category where NaN goes") {
  for (const bool missing_left : {false, true}) {
    TreeTable table(1, 1);
    const std::uint32_t bits[] = {0x80000005u, 0x2u};
    const std::int32_t left = table.split_categories(table.add_root(), 0, 35, bits, missing_left, 2.5f);
    table.set_leaf(left, table.add_values(std::array{1.0f}));
    table.set_leaf(left + 1, table.add_values(std::array{0.0f}));
    const auto goes_left = [&](float x) {
      Workspace none;
      const DenseView<float, 1> row(&x, 1);
      CHECK(tree_data::leaf_of(table, 0, row) == (add<DenseView<float, 1>>(table, {&row, 1}, 1, none)[0] == 1.25f ? left : left + 1));
      return table.node(0).goes_left(x);
    };
    for (const float x : {0.0f, -0.0f, 2.0f, 31.0f, 33.0f}) CHECK(goes_left(x));
    for (const float x : {1.0f, 30.0f, 32.0f, 34.0f}) CHECK(!goes_left(x));
    for (const float x : {missing_value, -1.0f, 0.5f, 35.0f, 63.0f, 64.0f, 1e9f, 1e30f, infinity, -infinity})
      CHECK(goes_left(x) == missing_left);
    CHECK(table.node(0).column == 0);
    CHECK(table.node(0).gain == 2.5f);
    CHECK_NOTHROW(table.loaded());
    CHECK_THROWS_AS(table.split_categories(left, 0, 0, bits, true), DataError);
    CHECK_THROWS_AS(table.split_categories(left, 0, 65, bits, true), DataError);
    CHECK(table.nodes() == 3);
  }
}

TEST_CASE("a split keeps its gain, or that it is unknown") {
  TreeTable table(2, 1);
  const std::int32_t left = table.split(table.add_root(), 1, 0.5f, false, 0.0f);
  table.split(left, 0, 0.5f, false);
  table.add_values(std::array{1.0f});
  CHECK(table.node(0).gain == 0);
  CHECK(table.node(left).gain != table.node(left).gain);
  CHECK_NOTHROW(table.loaded());
}

TEST_CASE("a file with trees that would lead astray is refused") {
  CHECK(read(Stored{}).trees() == 1);
  Stored categories;
  categories.split[0] = ~3;
  categories.threshold[0] = 0;
  CHECK(read(categories).node(0).set[0] == 33);
  categories.columns = std::numeric_limits<std::int32_t>::max();  // a lie that costs nothing
  CHECK(read(categories).trees() == 1);
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
      {"a leaf in a split", [](Stored& s) { s.leaf[0] = 0; }},
      {"set before the first", [](Stored& s) { s.split[0] = ~3, s.threshold[0] = std::bit_cast<float>(-1); }},
      {"set behind the last", [](Stored& s) { s.split[0] = ~3, s.threshold[0] = std::bit_cast<float>(3); }},
      {"set of nothing", [](Stored& s) { s.split[0] = ~3, s.threshold[0] = 0, s.sets[0] = 0; }},
      {"set longer than the rest", [](Stored& s) { s.split[0] = ~3, s.threshold[0] = 0, s.sets.pop_back(); }},
      {"set longer than any", [](Stored& s) { s.split[0] = ~3, s.threshold[0] = 0, s.sets[0] = ~0u; }},
      {"set of a column too high", [](Stored& s) { s.split[0] = ~4, s.threshold[0] = 0; }},
      {"leaf of categories", [](Stored& s) { s.split[1] = ~1, s.threshold[1] = 0; }},
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

TEST_CASE("equal rows of leaf values are kept once, and say the same") {
  TreeTable trees(1, 2);
  for (int t = 0; t < 3; ++t) {
    const std::int32_t left = trees.split(trees.add_root(), 0, static_cast<float>(t), false);
    trees.set_leaf(left, trees.add_values(std::array{1.0f, 2.0f}));
    trees.set_leaf(left + 1, trees.add_values(std::array{2.0f, static_cast<float>(t / 2)}));
  }
  TreeTable shared = trees;
  shared.share_values();
  std::set<const float*> rows;
  for (std::int32_t i = 0; i < 9; ++i) {
    const auto a = trees.node(i), b = shared.node(i);
    REQUIRE(a.column == b.column);
    if (a.column >= 0) continue;
    CHECK(std::equal(a.values.begin(), a.values.end(), b.values.begin()));
    rows.insert(b.values.data());
  }
  CHECK(rows.size() == 3);
  shared.loaded();
}

TEST_CASE("a file with flipped bits is refused, or its trees predict the same in every way") {
  Random random(15);
  const std::vector<float> x = random_rows(70, random.stream("rows"));
  std::vector<DenseView<float, 5>> rows;
  for (int i = 0; i < 70; ++i) rows.emplace_back(x.data() + 5 * i, 5);
  Writer out;
  out("trees", random_trees(8, 1, random, 40));
  int read = 0;
  for (int flip = 0; flip < 4000; ++flip) {
    std::vector<std::byte> file = out.bytes();
    for (std::uint32_t n = 1 + random.below(3); n > 0; --n)
      file[random.below(static_cast<std::uint32_t>(file.size()))] ^= static_cast<std::byte>(1u << random.below(8));
    TreeTable table;
    try {
      Reader in(file);
      in("trees", table);
    } catch (const FileError&) {
      continue;
    }
    ++read;
    if (table.columns() > 5 || table.leaf_width() != 1) continue;  // what the model around it refuses
    Workspace none;
    const auto together = add<DenseView<float, 5>>(table, rows, 1, none);
    for (std::size_t i = 0; i < 70; i += 23) {
      const auto alone = add<DenseView<float, 5>>(table, {&rows[i], 1}, 1, none);
      CHECK((alone[0] == together[i] || (alone[0] != alone[0] && together[i] != together[i])));
    }
  }
  CHECK(read > 100);
}
