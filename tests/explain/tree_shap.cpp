// SPDX-License-Identifier: Apache-2.0
#include <tutti/explain/tree_shap.hpp>

#include "../model/tree_data.hpp"

#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <vector>

using namespace tutti;

namespace {

constexpr int columns = 5;

/// The scores of a model when only the columns in `known` are those of x: by the definition.
struct Game {
  const TreeScores& scores;

  /// Path-dependent: at a split of an unknown column, both ways by their share of the rows.
  double path(std::int32_t node, const float* x, unsigned known, int k, const std::vector<double>& weight) const {
    const TreeTable::Node at = scores.trees.node(node);
    if (at.column < 0) return static_cast<double>(at.values[static_cast<std::size_t>(k)]);
    if (known >> at.column & 1) return path(at.goes_left(x[at.column]) ? at.left : at.right, x, known, k, weight);
    const double l = weight[static_cast<std::size_t>(at.left)], r = weight[static_cast<std::size_t>(at.right)];
    const double share = l + r > 0 ? l / (l + r) : 0.5;
    return share * path(at.left, x, known, k, weight) + (1 - share) * path(at.right, x, known, k, weight);
  }
  double score(const float* x, int k, const auto& of_tree) const {
    double sum = scores.base[static_cast<std::size_t>(k)];
    for (std::ptrdiff_t t = 0; t < scores.trees.trees(); ++t) {
      const std::ptrdiff_t of = k - scores.first_of(t);
      if (of >= 0 && of < scores.trees.leaf_width()) sum += scores.scale * of_tree(scores.trees.root(t), x, static_cast<int>(of));
    }
    return sum;
  }
};

/// The Shapley value of a column by all coalitions of the others.
double shapley(int column, const auto& worth) {
  double sum = 0;
  for (unsigned s = 0; s < 1u << columns; ++s) {
    if (s >> column & 1) continue;
    const int size = std::popcount(s);
    sum += std::tgamma(size + 1.0) * std::tgamma(columns - size + 0.0) / std::tgamma(columns + 1.0) *
           (worth(s | 1u << column) - worth(s));
  }
  return sum;
}

template <class X, class Y> std::vector<float> row(const Dataset<X, Y>& data, std::ptrdiff_t i) {
  std::vector<float> x(columns);
  data.x(i).copy_to(x.data());
  return x;
}

template <class Model, class Data> void agrees_with_all_coalitions(const Model& model, const Data& background, const Data& data) {
  const TreeScores scores = tree_scores(model);
  const TreeTable& trees = scores.trees;
  std::vector<double> cover(static_cast<std::size_t>(trees.nodes()));
  for (std::ptrdiff_t i = 0; i < background.rows(); ++i)
    for (std::ptrdiff_t t = 0; t < trees.trees(); ++t)
      for (std::int32_t node = trees.root(t);;) {
        cover[static_cast<std::size_t>(node)] += static_cast<double>(background.weight(i));
        const TreeTable::Node at = trees.node(node);
        if (at.column < 0) break;
        node = at.goes_left(background.x(i)[at.column]) ? at.left : at.right;
      }
  const Game game{scores};
  const TreeShap path(model, background), rows(model, background, ShapMethod::interventional);
  const ShapValues by_path = path.explain(data), by_rows = rows.explain(data);
  CHECK(by_path.rows() == data.rows());
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const std::vector<float> x = row(data, i);
    for (int k = 0; k < static_cast<int>(scores.scores()); ++k) {
      const auto path_worth = [&](unsigned known) {
        return game.score(x.data(), k, [&](std::int32_t root, const float* at, int of) { return game.path(root, at, known, of, cover); });
      };
      const auto row_worth = [&](unsigned known) {
        double sum = 0, weight = 0;
        for (std::ptrdiff_t b = 0; b < background.rows(); ++b) {
          std::vector<float> mixed = row(background, b);
          for (int j = 0; j < columns; ++j)
            if (known >> j & 1) mixed[static_cast<std::size_t>(j)] = x[static_cast<std::size_t>(j)];
          weight += static_cast<double>(background.weight(b));
          sum += static_cast<double>(background.weight(b)) *
                 game.score(mixed.data(), k, [&](std::int32_t root, const float* at, int of) { return game.path(root, at, ~0u, of, cover); });
        }
        return sum / weight;
      };
      const double value = path_worth(~0u);
      CHECK(by_path.base()[static_cast<std::size_t>(k)] == doctest::Approx(path_worth(0)).epsilon(1e-9));
      CHECK(by_rows.base()[static_cast<std::size_t>(k)] == doctest::Approx(row_worth(0)).epsilon(1e-9));
      CHECK(std::fabs(by_path.score(i, k) - value) <= 1e-9 * (1 + std::fabs(value)));
      CHECK(std::fabs(by_rows.score(i, k) - value) <= 1e-9 * (1 + std::fabs(value)));
      for (int j = 0; j < columns; ++j) {
        CHECK(std::fabs(by_path(i, j, k) - shapley(j, path_worth)) <= 1e-9 * (1 + std::fabs(value)));
        CHECK(std::fabs(by_rows(i, j, k) - shapley(j, row_worth)) <= 1e-9 * (1 + std::fabs(value)));
      }
    }
  }
}

}  // namespace

TEST_CASE("values of a tree, a forest and of boosting are the Shapley values by all coalitions, both ways, with weights and holes") {
  const auto labels = tree_data::labels<columns, 3>(90, 1, 0.1);
  const auto numbers = tree_data::numbers<columns>(90, 2, 0.1);
  std::vector<float> weight(90);
  for (std::size_t i = 0; i < 90; ++i) weight[i] = static_cast<float>(i % 4);
  const auto few = [](const auto& data) { return data.first(4); };
  const auto some = tree_data::weighted(labels, weight).first(30);
  agrees_with_all_coalitions(fit(Tree{.leaves = 12}, labels), some, few(labels));
  agrees_with_all_coalitions(fit(Forest{.trees = 4, .tree = {.max_depth = 5}}, labels), labels.first(30), few(labels));
  agrees_with_all_coalitions(fit(Forest{.trees = 3, .tree = {.max_depth = 4}}, numbers), numbers.first(30), few(numbers));
  agrees_with_all_coalitions(fit(Boost{Tree{.leaves = 7}, {.rounds = 4}}, labels), some, few(labels));
  agrees_with_all_coalitions(fit(Boost{Tree{.max_depth = 3}, {.rounds = 5}}, numbers), numbers.first(20), few(numbers));
}

TEST_CASE("nodes that no row of the background reaches, and a background of one row, keep the values exact") {
  const auto data = tree_data::labels<columns, 2>(200, 3, 0.2);
  const auto model = fit(Tree{}, data);  // as deep as it likes
  agrees_with_all_coalitions(model, data.first(1), data.subset(std::vector<RowIndex>{150, 151, 152}));
  agrees_with_all_coalitions(model, data.first(7), data.subset(std::vector<RowIndex>{160, 161}));
}

TEST_CASE("values add up to the prediction to 1e-6, of all classes, for deep forests and long boosting") {
  const auto data = tree_data::labels<8, 3>(1500, 4, 0.05, 60);
  const auto holds = [&](const auto& model, bool probabilities) {
    const TreeShap shap(model, data);
    const ShapValues values = shap.explain(data.first(25));
    Workspace none;
    for (std::ptrdiff_t i = 0; i < 25; ++i) {
      const auto p = model.probabilities(data.x(i));
      double sum = 0;
      for (int k = 0; k < 3; ++k) sum += std::exp(values.score(i, k));
      for (int k = 0; k < 3; ++k) {
        const double expected = static_cast<double>(p[static_cast<std::size_t>(k)]);
        const double got = probabilities ? values.score(i, k) : std::exp(values.score(i, k)) / sum;
        CHECK(std::fabs(got - expected) <= 1e-6 * (1 + std::fabs(expected)));
      }
    }
  };
  holds(fit(Forest{.trees = 20}, data), true);
  holds(fit(Boost{Tree{.leaves = 31}, {.rounds = 40}}, data), false);
}

TEST_CASE("one row is explained as it is in a dataset, and the threads do not matter") {
  const auto data = tree_data::labels<columns, 3>(300, 5, 0.1);
  const auto model = fit(Forest{.trees = 10}, data);
  const auto explain = [&] {
    const TreeShap shap(model, data);
    return shap.explain(data.first(40));
  };
  const ShapValues all = parallel::with_threads(7, explain), serial = parallel::with_threads(1, explain);
  TreeShap shap(model, data);
  const TreeShap moved = std::move(shap);
  for (std::ptrdiff_t i = 0; i < 40; ++i) {
    const ShapValues one = moved.explain(row(data, i));
    for (int j = 0; j < columns; ++j)
      for (int k = 0; k < 3; ++k) {
        CHECK(all(i, j, k) == serial(i, j, k));
        CHECK(all(i, j, k) == one(0, j, k));
      }
  }
}

TEST_CASE("a background of no weight and rows of another width are refused") {
  const auto data = tree_data::labels<columns, 3>(60, 6);
  const auto model = fit(Tree{}, data);
  CHECK_THROWS_WITH_AS(TreeShap(model, tree_data::weighted(data, std::vector<float>(60, 0.0f))),
                       "TreeShap: expected a background with a row of positive weight, got 0", DataError);
  const TreeShap shap(model, data);
  CHECK_THROWS_WITH_AS(shap.explain(std::vector<float>(3)), "TreeShap: expected rows of 5 numbers, got 3", ShapeError);
}
