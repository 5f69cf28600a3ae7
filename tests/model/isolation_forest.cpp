// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/isolation_forest_fit.hpp>
#include <tutti/train/fit_transform.hpp>

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
std::vector<float> scores(const auto& model) {
  std::vector<float> found;
  for (std::size_t i = 0; i < std::size(r::forest_asked); i += 4)
    found.push_back(static_cast<float>(model.score(DenseView<float, 4>(r::forest_asked + i, 4))));
  return found;
}
}  // namespace

TEST_CASE("the average depth of a tree of n rows is scikit-learn's") {
  const double n[] = {0, 1, 2, 3, 10, 256, 1000};
  for (std::size_t i = 0; i < 7; ++i) CHECK(IsolationForest::average_depth(n[i]) == doctest::Approx(r::isolation_depth[i]).epsilon(1e-12));
}

TEST_CASE("many isolation trees give scikit-learn's scores and offset") {
  const auto data = forest_data::classes();
  forest_data::near(scores(fit(IsolationForest{.trees = 2000}, data).model()), r::isolation_scores, 0.012);
  const auto few = fit(IsolationForest{.trees = 2000, .rows = 64, .contamination = 0.125f}, data);
  forest_data::near(scores(few.model()), r::isolation_64_scores, 0.012);
  CHECK(few.model().offset == doctest::Approx(r::isolation_64_offset[0]).epsilon(0.01));
  int outliers = 0;
  for (std::ptrdiff_t i = 0; i < 200; ++i) outliers += few.model().outlier(data.x(i));
  CHECK(outliers == 25);
  CHECK(fit(IsolationForest{}, data).model().offset == -0.5);
}

TEST_CASE("a leaf's value is its depth and that of a tree of its rows; a score is made of their mean") {
  const auto data = forest_data::classes();
  const auto model = fit(IsolationForest{.trees = 3, .rows = 50}, data).model();
  const TreeTable& trees = model.trees;
  REQUIRE(trees.trees() == 3);
  for (std::ptrdiff_t i = 0; i < 200; ++i) {
    double depth = 0;
    for (std::ptrdiff_t t = 0; t < 3; ++t) {
      std::int32_t node = trees.root(t);
      int levels = 0;
      for (auto n = trees.node(node); n.column >= 0; n = trees.node(node), ++levels)
        node = data.x(i)[n.column] <= n.threshold ? n.left : n.right;
      CHECK(levels <= 6);  // log2(50), rounded up
      const double rest = static_cast<double>(trees.node(node).values[0]) - levels;
      CHECK(rest >= 0);
      if (levels < 6) CHECK(rest == 0);  // one row
      depth += static_cast<double>(trees.node(node).values[0]);
    }
    CHECK(model.score(data.x(i)) == doctest::Approx(-std::pow(2, -depth / 3 / IsolationForest::average_depth(50))).epsilon(1e-12));
  }
}

TEST_CASE("a row far from all others is the most unusual one, and NaN parts like a number above all") {
  std::vector<float> x;
  Random random(1);
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<float>(random.normal()));
  x.push_back(30);
  x.push_back(tree_data::missing_value);
  const Dataset<Row<1>, Nothing> data(DenseStorage<float>(1, std::span<const float>(x)));
  const auto model = fit(IsolationForest{}, data).model();
  for (std::ptrdiff_t i = 0; i < 100; ++i) {
    CHECK(model.score(data.x(100)) < model.score(data.x(i)));
    CHECK(model.score(data.x(101)) < model.score(data.x(i)));
  }
  CHECK(model.outlier(data.x(100)));
}

TEST_CASE("one row and rows that are all alike are usual") {
  const Dataset<Row<1>, Nothing> one(DenseStorage<float>(1, Buffer<float>{3}));
  CHECK(fit(IsolationForest{}, one).model().score(one.x(0)) == -0.5);
  const Dataset<Row<1>, Nothing> alike(DenseStorage<float>(1, Buffer<float>{3, 3, 3, 3}));
  CHECK(fit(IsolationForest{}, alike).model().score(alike.x(0)) == doctest::Approx(-0.5).epsilon(1e-6));
}

TEST_CASE("an isolation forest has the same bits on any number of threads and after a file; as a transform it gives its score") {
  const auto data = forest_data::classes();
  const IsolationForest spec{.trees = 10, .contamination = 0.1f, .bootstrap = true};
  const auto fitted = fit(spec, data, {.seed = 3, .threads = 1});
  for (const int threads : {2, 7}) CHECK(bytes(fit(spec, data, {.seed = 3, .threads = threads}).model()) == bytes(fitted.model()));
  CHECK(bytes(fit(spec, data, {.seed = 4}).model()) != bytes(fitted.model()));
  const auto saved = bytes(fitted.model());
  IsolationForest::Model<Row<4>, Label<3>> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
  for (std::ptrdiff_t i = 0; i < 200; ++i) {
    CHECK(again.score(data.x(i)) == fitted.model().score(data.x(i)));
    CHECK(fitted.transform(data.x(i))[0] == static_cast<float>(fitted.model().score(data.x(i))));
  }
}

TEST_CASE("options of an isolation forest that make no sense are refused by name") {
  const auto data = forest_data::classes();
  CHECK_THROWS_AS(fit(IsolationForest{.trees = 0}, data), FitError);
  CHECK_THROWS_AS(fit(IsolationForest{.rows = 0}, data), FitError);
  CHECK_THROWS_WITH_AS(fit(IsolationForest{.contamination = 0.75f}, data),
                       "IsolationForest: expected a contamination from 0 to 0.5, got 0.75", FitError);
}
