// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "../reference/trees.hpp"
#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <span>
#include <vector>

using namespace tutti;
using tree_data::bytes;

namespace {

template <int Columns, class Y>
Dataset<Row<Columns>, Y> dataset(std::span<const float> x, std::span<const typename Y::Element> y, std::span<const float> w = {}) {
  return {DenseStorage<float>(Columns, x), Buffer<typename Y::Element>(y), SideColumns{.weight = Buffer<float>(w)}};
}

/// Compares with scikit-learn's answers for the rows it was asked about. Leaves are floats.
template <int Columns, class Y>
void agrees(const Tree& spec, std::span<const float> x, std::span<const typename Y::Element> y, std::span<const float> asked,
            std::span<const double> answers, std::span<const float> w = {}) {
  const auto data = dataset<Columns, Y>(x, y, w);
  for (const Splits splits : {Splits::automatic, Splits::exact}) {
    Tree exact = spec;
    exact.splits = splits;
    const auto model = fit(exact, data).model();
    const auto outputs = static_cast<std::size_t>(data.outputs());
    const std::size_t rows = asked.size() / static_cast<std::size_t>(Columns);
    REQUIRE(answers.size() == rows * outputs);
    std::vector<float> found(answers.size());
    Workspace none;
    std::vector<DenseView<float, Columns>> views;
    for (std::size_t i = 0; i < rows; ++i) views.emplace_back(asked.data() + i * static_cast<std::size_t>(Columns), Columns);
    model.outputs(views, Rows<float>(found.data(), static_cast<std::ptrdiff_t>(rows), data.outputs()), none);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(i);
      CHECK(std::fabs(static_cast<double>(found[i]) - answers[i]) <= 6e-8 * std::fabs(answers[i]));  // as float can tell
    }
  }
}

void path_agrees(const PruningPath& path, std::span<const double> alpha, std::span<const double> impurity) {
  REQUIRE(path.alpha.size() == alpha.size());
  REQUIRE(path.impurity.size() == impurity.size());
  for (std::size_t i = 0; i < alpha.size(); ++i) {
    CHECK(path.alpha[i] == doctest::Approx(alpha[i]).epsilon(1e-9));
    CHECK(path.impurity[i] == doctest::Approx(impurity[i]).epsilon(1e-9));
  }
}

}  // namespace

namespace r = reference;

TEST_CASE("a tree on one column of many distinct values is scikit-learn's, down to single rows, by every criterion") {
  agrees<1, Label<3>>({}, r::tree_one_gini_x, r::tree_one_gini_y, r::tree_one_gini_asked, r::tree_one_gini_answers);
  agrees<1, Label<2>>({.criterion = Criterion::entropy}, r::tree_one_entropy_x, r::tree_one_entropy_y, r::tree_one_entropy_asked,
                      r::tree_one_entropy_answers);
  agrees<1, Real>({}, r::tree_one_squared_x, r::tree_one_squared_y, r::tree_one_squared_asked, r::tree_one_squared_answers);
  agrees<1, Real>({.criterion = Criterion::absolute}, r::tree_one_absolute_x, r::tree_one_absolute_y, r::tree_one_absolute_asked,
                  r::tree_one_absolute_answers);
  agrees<1, Real>({.criterion = Criterion::poisson}, r::tree_one_poisson_x, r::tree_one_poisson_y, r::tree_one_poisson_asked,
                  r::tree_one_poisson_answers);
}

TEST_CASE("trees on several columns are scikit-learn's, by every criterion") {
  agrees<4, Label<3>>({.max_depth = 4, .min_rows = 5}, r::tree_gini_x, r::tree_gini_y, r::tree_gini_asked, r::tree_gini_answers);
  agrees<4, Label<3>>({.max_depth = 3, .criterion = Criterion::entropy, .min_rows_split = 20}, r::tree_entropy_x, r::tree_entropy_y,
                      r::tree_entropy_asked, r::tree_entropy_answers);
  agrees<4, Real>({.min_rows = 8, .criterion = Criterion::squared}, r::tree_squared_x, r::tree_squared_y, r::tree_squared_asked,
                  r::tree_squared_answers);
  agrees<4, Real>({.min_rows = 10, .criterion = Criterion::absolute}, r::tree_absolute_x, r::tree_absolute_y, r::tree_absolute_asked,
                  r::tree_absolute_answers);
  agrees<4, Real>({.min_rows = 9, .criterion = Criterion::poisson}, r::tree_poisson_x, r::tree_poisson_y, r::tree_poisson_asked,
                  r::tree_poisson_answers);
}

TEST_CASE("the most gainful split first, weights, limits and balanced classes give scikit-learn's trees") {
  agrees<4, Label<3>>({.leaves = 9}, r::tree_best_gini_x, r::tree_best_gini_y, r::tree_best_gini_asked, r::tree_best_gini_answers);
  agrees<4, Real>({.leaves = 17, .min_rows = 4}, r::tree_best_squared_x, r::tree_best_squared_y, r::tree_best_squared_asked,
                  r::tree_best_squared_answers);
  agrees<4, Label<2>>({.max_depth = 4, .min_rows = 6}, r::tree_weighted_gini_x, r::tree_weighted_gini_y, r::tree_weighted_gini_asked,
                      r::tree_weighted_gini_answers, r::tree_weighted_gini_w);
  agrees<4, Real>({.min_rows = 9}, r::tree_weighted_squared_x, r::tree_weighted_squared_y, r::tree_weighted_squared_asked,
                  r::tree_weighted_squared_answers, r::tree_weighted_squared_w);
  agrees<4, Real>({.min_rows = 11, .criterion = Criterion::absolute}, r::tree_weighted_absolute_x, r::tree_weighted_absolute_y,
                  r::tree_weighted_absolute_asked, r::tree_weighted_absolute_answers, r::tree_weighted_absolute_w);
  agrees<4, Label<3>>({.min_gain = 0.01f}, r::tree_min_gain_x, r::tree_min_gain_y, r::tree_min_gain_asked, r::tree_min_gain_answers);
  agrees<4, Real>({.min_rows = 2, .min_weight = 0.0625f * 300}, r::tree_min_weight_x, r::tree_min_weight_y, r::tree_min_weight_asked,
                  r::tree_min_weight_answers);
  agrees<4, Label<3>>({.max_depth = 4, .min_rows = 6, .balance = Balance::all_rows}, r::tree_balanced_x, r::tree_balanced_y,
                      r::tree_balanced_asked, r::tree_balanced_answers);
}

TEST_CASE("pruned trees and pruning paths are scikit-learn's") {
  const Tree gini{.min_rows = 4, .prune = 0.0125f};
  agrees<4, Label<3>>(gini, r::tree_pruned_gini_x, r::tree_pruned_gini_y, r::tree_pruned_gini_asked, r::tree_pruned_gini_answers);
  path_agrees(pruning_path(gini, dataset<4, Label<3>>(r::tree_pruned_gini_x, r::tree_pruned_gini_y)), r::tree_pruned_gini_alpha,
              r::tree_pruned_gini_impurity);
  const Tree squared{.min_rows = 6, .prune = 0.0625f};
  agrees<4, Real>(squared, r::tree_pruned_squared_x, r::tree_pruned_squared_y, r::tree_pruned_squared_asked,
                  r::tree_pruned_squared_answers);
  path_agrees(pruning_path(squared, dataset<4, Real>(r::tree_pruned_squared_x, r::tree_pruned_squared_y)),
              r::tree_pruned_squared_alpha, r::tree_pruned_squared_impurity);
  const Tree entropy{.min_rows = 4, .criterion = Criterion::entropy, .prune = 0.0125f};
  agrees<4, Label<2>>(entropy, r::tree_pruned_entropy_x, r::tree_pruned_entropy_y, r::tree_pruned_entropy_asked,
                      r::tree_pruned_entropy_answers, r::tree_pruned_entropy_w);
  path_agrees(pruning_path(entropy, dataset<4, Label<2>>(r::tree_pruned_entropy_x, r::tree_pruned_entropy_y, r::tree_pruned_entropy_w)),
              r::tree_pruned_entropy_alpha, r::tree_pruned_entropy_impurity);
  const Tree absolute{.min_rows = 7, .criterion = Criterion::absolute, .prune = 0.03125f};
  agrees<4, Real>(absolute, r::tree_pruned_absolute_x, r::tree_pruned_absolute_y, r::tree_pruned_absolute_asked,
                  r::tree_pruned_absolute_answers);
  path_agrees(pruning_path(absolute, dataset<4, Real>(r::tree_pruned_absolute_x, r::tree_pruned_absolute_y)),
              r::tree_pruned_absolute_alpha, r::tree_pruned_absolute_impurity);
  const Tree poisson{.min_rows = 6, .criterion = Criterion::poisson, .prune = 0.00390625f};
  agrees<4, Real>(poisson, r::tree_pruned_poisson_x, r::tree_pruned_poisson_y, r::tree_pruned_poisson_asked,
                  r::tree_pruned_poisson_answers);
  path_agrees(pruning_path(poisson, dataset<4, Real>(r::tree_pruned_poisson_x, r::tree_pruned_poisson_y)),
              r::tree_pruned_poisson_alpha, r::tree_pruned_poisson_impurity);
}
