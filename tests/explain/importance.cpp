// SPDX-License-Identifier: Apache-2.0
#include <tutti/explain/importance.hpp>

#include "../model/tree_data.hpp"
#include "../reference/importance.hpp"

#include <tutti/core/file.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;

namespace {

template <class Y, class T> Dataset<Row<4>, Y> reference_data(const T (&targets)[80]) {
  return {DenseStorage<float>(4, reference::importance_x), Buffer<typename Y::Element>(targets, targets + 80),
          SideColumns{.weight = std::vector<float>(reference::importance_w, reference::importance_w + 80)}};
}
void same(const Importance& got, const double (&expected)[4]) {
  for (int j = 0; j < 4; ++j) CHECK(std::fabs(got[j] - expected[j]) <= 1e-6);  // gains are kept as floats
}
double sum(const Importance& importance) {
  double total = 0;
  for (const double v : importance.values) total += v;
  return total;
}

}  // namespace

TEST_CASE("gain importance of a tree is scikit-learn's, with weights, for Gini, entropy and squared error") {
  const auto labels = reference_data<Label<3>>(reference::importance_label);
  same(gain_importance(fit(Tree{.max_depth = 3}, labels)), reference::importance_gini);
  same(gain_importance(fit(Tree{.max_depth = 3, .criterion = Criterion::entropy}, labels)), reference::importance_entropy);
  same(gain_importance(fit(Tree{.max_depth = 3}, reference_data<Real>(reference::importance_number))), reference::importance_squared);
}

TEST_CASE("a forest's importance is the mean of its trees' shares, boosting's the sum of gains; both add up to 1") {
  const auto data = tree_data::labels<5, 3>(400, 1);
  const auto forest = fit(Forest{.trees = 12, .tree = {.max_depth = 4}}, data);
  const TreeTable& trees = forest.model().trees;
  std::vector<double> expected(5);
  for (std::ptrdiff_t t = 0; t < 12; ++t) {
    std::vector<double> own(5);
    double total = 0;
    const std::int32_t end = t == 11 ? static_cast<std::int32_t>(trees.nodes()) : trees.root(t + 1);
    for (std::int32_t i = trees.root(t); i < end; ++i)
      if (const auto node = trees.node(i); node.column >= 0) {
        own[static_cast<std::size_t>(node.column)] += static_cast<double>(node.gain);
        total += static_cast<double>(node.gain);
      }
    for (std::size_t j = 0; j < 5; ++j) expected[j] += own[j] / total / 12;
  }
  const Importance got = gain_importance(forest), boosted = gain_importance(fit(Boost{Tree{}, {.rounds = 5}}, data));
  for (int j = 0; j < 5; ++j) CHECK(got[j] == doctest::Approx(expected[static_cast<std::size_t>(j)]).epsilon(1e-12));
  CHECK(sum(got) == doctest::Approx(1));
  CHECK(sum(boosted) == doctest::Approx(1));
  CHECK(boosted[0] + boosted[1] > 0.7);  // the labels follow these
}

TEST_CASE("split counts are those of all trees, and a saved model keeps its gains") {
  const auto data = tree_data::numbers<4>(300, 2, 0.1);
  const auto model = fit(Boost{Tree{.leaves = 6}, {.rounds = 10}}, data);
  const Importance counts = split_counts(model);
  CHECK(sum(counts) == static_cast<double>((model.model().trees.nodes() - 10) / 2));
  const auto again = from_bytes<std::remove_cvref_t<decltype(model)>>(to_bytes(model));
  CHECK(gain_importance(again).values == gain_importance(model).values);
}

TEST_CASE("a model that never splits has no importances, and columns are listed by theirs") {
  const auto data = tree_data::labels<3, 2>(40, 3);
  CHECK(sum(gain_importance(fit(Tree{.min_rows = 40}, data))) == 0);
  CHECK(to_string(Importance{{"a", "long", "b"}, {0.25, 0.5, 0.25}}) ==
        "long         0.5\n"
        "a           0.25\n"
        "b           0.25\n");
  CHECK(to_string(Importance{{"a"}, {2}, {0.5}}) == "a           2 +- 0.5\n");
  CHECK(gain_importance(fit(Tree{}, data)).names[1] == "column 1");
}

TEST_CASE("trees made by hand without gains are refused") {
  TreeTable trees(2, 1);
  trees.split(trees.add_root(), 0, 1, true);
  CHECK_THROWS_AS(detail::gains_of_columns(trees, true), DataError);
}
