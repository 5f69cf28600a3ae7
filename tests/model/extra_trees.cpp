// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/extra_trees_fit.hpp>
#include <tutti/train/fit.hpp>

#include "../reference/trees.hpp"
#include "forest_data.hpp"
#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace tutti;
using tree_data::bytes;
namespace r = reference;

TEST_CASE("many extra-trees say what scikit-learn's say") {
  const auto classes = forest_data::classes();
  forest_data::agree(fit(ExtraTrees{.trees = 2000}, classes).model(), r::forest_asked, r::extra_trees_answers);
  forest_data::agree(fit(ExtraTrees{.trees = 2000, .tree = {.max_depth = 3, .min_rows = 4}}, classes).model(), r::forest_asked,
                     r::extra_trees_limited_answers);
  forest_data::agree(fit(ExtraTrees{.trees = 2000}, forest_data::numbers()).model(), r::forest_asked, r::extra_trees_numbers_answers);
}

TEST_CASE("thresholds are drawn between the lowest and the highest number of the node, evenly") {
  const std::vector<float> x{0, 10, 11, 12, 100};
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, std::span<const float>(x)), {0, 1, 2, 3, 4});
  for (const Splits splits : {Splits::exact, Splits::histogram}) {
    const auto model = fit(ExtraTrees{.trees = 4000, .tree = {.max_depth = 1, .splits = splits}}, data);
    const TreeTable& trees = model.model().trees;
    int below_10 = 0, from_12 = 0;
    std::set<float> thresholds;
    for (std::ptrdiff_t t = 0; t < 4000; ++t) {
      const float at = trees.node(trees.root(t)).threshold;
      REQUIRE(at >= 0);
      REQUIRE(at < 100);
      below_10 += at < 10;
      from_12 += at >= 12;
      thresholds.insert(at);
    }
    CHECK(below_10 / 4000.0 == doctest::Approx(0.1).epsilon(0.15));
    CHECK(from_12 / 4000.0 == doctest::Approx(0.88).epsilon(0.03));
    CHECK(thresholds.size() > 3900);
  }
}

TEST_CASE("extra-trees of one tree know their training rows by heart, with NaN and infinities too") {
  std::vector<float> x{1, tree_data::missing_value, -tree_data::infinity, 3, tree_data::infinity, 2};
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, std::span<const float>(x)), {1, 2, 3, 4, 5, 6});
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto model = fit(ExtraTrees{.trees = 1}, data, {.seed = seed});
    for (std::ptrdiff_t i = 0; i < 6; ++i) CHECK(model.predict(data.x(i)).value == data.y(i).value);
  }
}

TEST_CASE("extra-trees have the same bits on any number of threads, differ by their seed, and survive a file") {
  const auto data = tree_data::labels<8, 4>(300, 8, 0.1, 50);
  const ExtraTrees spec{.trees = 20, .bootstrap = true, .out_of_bag = true};
  const auto model = fit(spec, data, {.seed = 5, .threads = 1}).model();
  for (const int threads : {2, 7}) CHECK(bytes(fit(spec, data, {.seed = 5, .threads = threads}).model()) == bytes(model));
  CHECK(bytes(fit(spec, data, {.seed = 6}).model()) != bytes(model));
  const auto saved = bytes(model);
  ExtraTrees::Model<Row<8>, Label<4>> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
  CHECK(again.out_of_bag().score == model.out_of_bag().score);
}

TEST_CASE("what extra-trees cannot do is refused by name") {
  const auto data = tree_data::labels<2, 2>(10, 9);
  CHECK_THROWS_WITH_AS(fit(ExtraTrees{.out_of_bag = true}, data),
                       "ExtraTrees: out_of_bag: expected a bootstrap, or a share of rows below 1, got 1", FitError);
  CHECK_THROWS_AS(fit(ExtraTrees{.trees = 0}, data), FitError);
}
