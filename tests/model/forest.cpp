// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;
using tree_data::bytes;

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
    const detail::RowDraw with(from, weights, 1, true, Random(seed));
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
