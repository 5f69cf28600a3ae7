// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "../reference/trees.hpp"
#include "forest_data.hpp"
#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;
using tree_data::bytes;
namespace r = reference;

namespace {

template <class Model, class X, class Y> double share_right(const Model& model, const Dataset<X, Y>& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}

}  // namespace

static_assert(Forest{.trees = 200}.trees == 200);
static_assert(Forest::capabilities.missing && Forest::capabilities.weights &&
              Forest::capabilities.probabilities);

TEST_CASE("a forest's output is the mean of its trees' leaves") {
  const auto data = tree_data::labels<5, 3>(150, 1, 0.1);
  const auto model = fit(Forest{.trees = 7}, data);
  const TreeTable& trees = model.model().trees;
  REQUIRE(trees.trees() == 7);
  for (std::ptrdiff_t i = 0; i < 150; ++i) {
    std::array<float, 3> mean{};
    for (std::ptrdiff_t t = 0; t < 7; ++t) {
      const auto leaf = trees.node(tree_data::leaf_of(trees, trees.root(t), data.x(i)));
      for (std::size_t k = 0; k < 3; ++k) mean[k] += leaf.values[k];
    }
    for (float& p : mean) p /= 7;
    CHECK(model.probabilities(data.x(i)) == mean);
  }
}

TEST_CASE("a forest of one tree without bootstrap on all columns is that tree") {
  const auto labels = tree_data::labels<5, 3>(150, 2, 0.1);
  CHECK(bytes(fit(Forest{.trees = 1, .tree = {.columns = 5}, .bootstrap = false}, labels).model().trees) ==
        bytes(fit(Tree{}, labels).model().trees));
}

TEST_CASE("trees differ by their rows and by their columns, and the forest by its seed") {
  const auto data = tree_data::labels<5, 3>(150, 3);
  const auto differ = [&](const Forest& spec) {
    const auto model = fit(spec, data);
    const TreeTable& trees = model.model().trees;
    int differences = 0;
    for (std::ptrdiff_t i = 0; i < 150; ++i) {
      const auto a = trees.node(tree_data::leaf_of(trees, trees.root(0), data.x(i))).values,
                 b = trees.node(tree_data::leaf_of(trees, trees.root(1), data.x(i))).values;
      differences += !std::equal(a.begin(), a.end(), b.begin());
    }
    return differences > 0;
  };
  CHECK(differ({.trees = 2, .tree = {.columns = 5}}));
  CHECK(differ({.trees = 2, .tree = {.columns = 5}, .bootstrap = false, .rows = 0.5f}));
  CHECK(differ({.trees = 2, .tree = {.max_depth = 3, .columns = 1}, .bootstrap = false}));
  CHECK_FALSE(differ({.trees = 2, .tree = {.columns = 5}, .bootstrap = false}));
  const auto model = fit(Forest{.trees = 2}, data, {.seed = 1});
  CHECK(bytes(fit(Forest{.trees = 2}, data, {.seed = 2}).model()) != bytes(model.model()));
  CHECK(bytes(fit(Forest{.trees = 2}, data, {.seed = 1}).model()) == bytes(model.model()));
}

TEST_CASE("a forest is better than its first tree on rows it has not seen") {
  const auto train = tree_data::labels<6, 3>(400, 4), test = tree_data::labels<6, 3>(400, 5);
  CHECK(share_right(fit(Forest{.trees = 60}, train), test) >
        share_right(fit(Forest{.trees = 1}, train), test));
}

TEST_CASE("a forest of numbers predicts within the range of its targets and follows them") {
  const auto train = tree_data::numbers<4>(500, 6, 0.05), test = tree_data::numbers<4>(300, 7, 0.05);
  const auto model = fit(Forest{.trees = 40}, train);
  double error = 0, spread = 0, mean = 0;
  for (std::ptrdiff_t i = 0; i < test.rows(); ++i)
    mean += static_cast<double>(test.y(i).value) / static_cast<double>(test.rows());
  for (std::ptrdiff_t i = 0; i < test.rows(); ++i) {
    const double p = static_cast<double>(model.predict(test.x(i)).value),
                 y = static_cast<double>(test.y(i).value);
    error += (p - y) * (p - y);
    spread += (y - mean) * (y - mean);
  }
  CHECK(error < 0.15 * spread);
}

TEST_CASE("a draw has as many rows as asked for, as multiplicities of the rows that count") {
  const std::vector<std::uint32_t> from{1, 2, 4, 5, 7, 8, 9};
  const std::vector<float> weights{0, 1, 1, 0, 2, 2, 0, 1, 1, 1};
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const detail::RowDraw with(from, weights, 1.0f, true, Random(seed));
    double draws = 0;
    for (std::size_t i = 0; i < with.rows.size(); ++i)
      draws += static_cast<double>(with.weight[i] / weights[with.rows[i]]);
    CHECK(draws == 7);
    for (const std::uint32_t r : with.rows) CHECK(weights[r] > 0);
    const detail::RowDraw without(from, weights, 0.5f, false, Random(seed));
    CHECK(without.rows.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(without.weight[i] == weights[without.rows[i]]);
    CHECK(detail::RowDraw(from, weights, 0.01f, true, Random(seed)).rows.size() == 1);
  }
}

TEST_CASE("a forest has the same bits on any number of threads, and for one row as for many") {
  const auto data = tree_data::labels<8, 4>(400, 8, 0.1, 50);
  const Forest spec{.trees = 20};
  const auto model = fit(spec, data, {.seed = 5, .threads = 1});
  for (const int threads : {2, 7})
    CHECK(bytes(fit(spec, data, {.seed = 5, .threads = threads}).model()) == bytes(model.model()));
  std::vector<DenseView<float, 8>> views(400);
  data.views(0, views);
  std::vector<float> together(400 * 4);
  model.probabilities(views, Rows<float>(together.data(), 400, 4));
  for (std::size_t i = 0; i < 400; ++i) {
    const auto alone = model.probabilities(views[i]);
    REQUIRE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(4 * i)));
  }
}

TEST_CASE("a class that no row has gets the probability 0, and one row is enough for a forest") {
  const Dataset<Row<1>, Label<3>> one(DenseStorage<float>(1, Buffer<float>{3}), {1});
  CHECK(fit(Forest{.trees = 3}, one).probabilities(std::array{0.0f}) == std::array{0.0f, 1.0f, 0.0f});
}

TEST_CASE("options that make no sense are refused by name") {
  const auto data = tree_data::labels<2, 2>(10, 9);
  CHECK_THROWS_WITH_AS(fit(Forest{.trees = 0}, data), "Forest: expected at least one tree, got 0", FitError);
  CHECK_THROWS_AS(fit(Forest{.rows = 0}, data), FitError);
  CHECK_THROWS_AS(fit(Forest{.rows = 1.5f}, data), FitError);
  CHECK_THROWS_AS(fit(Forest{.tree = {.leaves = -2}}, data), FitError);
}

TEST_CASE("many trees say what scikit-learn's forests say, balanced ones too") {
  const auto classes = forest_data::classes();
  forest_data::agree(fit(Forest{.trees = 1500}, classes).model(), r::forest_asked, r::forest_answers);
  std::vector<RowIndex> rare;
  for (std::size_t i = 0; i < 200; ++i)
    if (r::forest_rare[i] != 0) rare.push_back(static_cast<RowIndex>(i));
  const Forest balanced{.trees = 1500, .tree = {.max_depth = 3, .balance = Balance::drawn_rows}};
  forest_data::agree(fit(balanced, classes.subset(rare)).model(), r::forest_asked, r::forest_balanced_answers);
  forest_data::agree(fit(Forest{.trees = 1500}, forest_data::numbers()).model(), r::forest_asked, r::forest_numbers_answers);
}

TEST_CASE("out of bag a forest says what the trees say that have not seen a row, and what scikit-learn's says") {
  const auto classes = forest_data::classes();
  const auto of_classes = fit(Forest{.trees = 1500, .out_of_bag = true}, classes).model();
  forest_data::near(of_classes.out_of_bag().outputs, r::forest_out_of_bag, 0.12);
  CHECK(std::fabs(of_classes.out_of_bag().score - r::forest_out_of_bag_score[0]) < 0.016);
  const auto of_numbers = fit(Forest{.trees = 1500, .out_of_bag = true}, forest_data::numbers()).model();
  CHECK(std::fabs(of_numbers.out_of_bag().score - r::forest_numbers_out_of_bag_score[0]) < 0.01);

  // By hand: the same draws, tree after tree.
  const auto data = tree_data::weighted(tree_data::labels<5, 3>(60, 3, 0.1), std::vector<float>(60, 0.5f));
  const auto model = fit(Forest{.trees = 9, .out_of_bag = true}, data, {.seed = 2}).model();
  const OutOfBag& bag = model.out_of_bag();
  REQUIRE(bag.rows() == 60);
  std::vector<std::uint32_t> all(60);
  for (std::uint32_t i = 0; i < 60; ++i) all[i] = i;
  const std::vector<float> weight(60, 0.5f);
  const Random random = Context({.seed = 2}, "Forest").random("tree");
  int covered = 0, right = 0;
  std::vector<std::vector<std::uint32_t>> drawn;
  for (std::uint64_t t = 0; t < 9; ++t)
    drawn.push_back(std::vector<std::uint32_t>(detail::RowDraw(all, weight, 1.0f, true, random.stream(t).stream("rows")).rows));
  for (std::ptrdiff_t i = 0; i < 60; ++i) {
    std::array<float, 3> sum{};
    int trees = 0;
    for (std::ptrdiff_t t = 0; t < 9; ++t) {
      const auto& seen = drawn[static_cast<std::size_t>(t)];
      if (std::find(seen.begin(), seen.end(), static_cast<std::uint32_t>(i)) != seen.end()) continue;
      ++trees;
      const auto values = model.trees.node(tree_data::leaf_of(model.trees, model.trees.root(t), data.x(i))).values;
      for (std::size_t k = 0; k < 3; ++k) sum[k] += values[k];
    }
    CHECK(bag.trees[static_cast<std::size_t>(i)] == trees);
    CHECK(bag.covers(i) == (trees > 0));
    CHECK(bag.origin[static_cast<std::size_t>(i)] == static_cast<RowIndex>(i));
    if (trees == 0) {
      CHECK(std::isnan(bag.values()(i, 0)));
      continue;
    }
    for (std::size_t k = 0; k < 3; ++k) CHECK(bag.values()(i, static_cast<std::ptrdiff_t>(k)) == sum[k] / static_cast<float>(trees));
    ++covered;
    right += Label<3>::decide(bag.values().row(i), nullptr) == data.y(i);
  }
  CHECK(covered > 50);
  CHECK(bag.score == doctest::Approx(static_cast<double>(right) / covered));
  CHECK(fit(Forest{.trees = 3}, data).model().out_of_bag().rows() == 0);
}

TEST_CASE("no copy of a row and no row of its group leaks into what is said out of bag") {
  const auto data = tree_data::labels<3, 2>(40, 1);
  std::vector<RowIndex> twice;
  for (RowIndex i = 0; i < 80; ++i) twice.push_back(i % 40);
  const auto repeated = data.subset(twice);
  const auto bag = fit(Forest{.trees = 30, .out_of_bag = true}, repeated).model().out_of_bag();
  for (std::ptrdiff_t i = 0; i < 40; ++i) {
    CHECK(bag.origin[static_cast<std::size_t>(i + 40)] == static_cast<RowIndex>(i));
    CHECK(bag.trees[static_cast<std::size_t>(i)] == bag.trees[static_cast<std::size_t>(i + 40)]);
    CHECK(bag.trees[static_cast<std::size_t>(i)] < 12);  // 0.37^2 of 30 on average, not 0.37
  }
  std::vector<std::int32_t> y;
  SideColumns side;
  for (std::ptrdiff_t i = 0; i < 40; ++i) {
    y.push_back(data.y(i).index());
    side.group.push_back(i / 20);
  }
  const Dataset<Row<3>, Label<2>> grouped(data.storage(), y, side);
  const auto none = fit(Forest{.trees = 10, .out_of_bag = true}, grouped).model().out_of_bag();
  for (const std::int32_t trees : none.trees) CHECK(trees == 0);
  CHECK(std::isnan(none.score));
}

TEST_CASE("out-of-bag predictions have the same bits on any number of threads, and survive a file") {
  const auto data = tree_data::numbers<4>(300, 5, 0.05);
  const Forest spec{.trees = 12, .rows = 0.7f, .out_of_bag = true};
  const auto model = fit(spec, data, {.threads = 1}).model();
  const auto saved = bytes(model);
  for (const int threads : {2, 7}) CHECK(bytes(fit(spec, data, {.threads = threads}).model()) == saved);
  Forest::Model<Row<4>, Real> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
  CHECK(again.out_of_bag().rows() == 300);
  CHECK_THROWS_AS(fit(Forest{.bootstrap = false, .out_of_bag = true}, data), FitError);
}
