// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>

#include "../reference/trees.hpp"
#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

/// The data that scikit-learn's forests were grown on.
namespace forest_data {

using namespace tutti;

inline Dataset<Row<4>, Label<3>> classes() {
  return {DenseStorage<float>(4, std::span<const float>(reference::forest_x)), Buffer<std::int32_t>(std::span<const int>(reference::forest_y))};
}
inline Dataset<Row<4>, Real> numbers() {
  return {DenseStorage<float>(4, std::span<const float>(reference::forest_numbers_x)),
          Buffer<float>(std::span<const float>(reference::forest_numbers_y))};
}

/// Chance remains: `most` bounds the greatest difference, a third of it the mean one.
inline void near(std::span<const float> found, std::span<const double> expected, double most) {
  REQUIRE(found.size() == expected.size());
  double sum = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double d = std::fabs(static_cast<double>(found[i]) - expected[i]);
    CHECK(d < most);
    sum += d;
  }
  CHECK(sum / static_cast<double>(found.size()) < most / 3);
}
/// Whether a forest says what another one of `their_trees` trees of the same kind said, as far as chance allows: in units of
/// the standard deviation of the difference, which follows from how much trees differ.
template <class Model>
void agree(const Model& model, std::span<const float> asked, std::span<const double> answers) {
  constexpr double their_trees = 1500;
  const TreeTable& trees = model.trees;
  const auto n = static_cast<double>(trees.trees());
  const std::size_t rows = asked.size() / 4, width = answers.size() / rows;
  double squares = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const DenseView<float, 4> x(asked.data() + i / width * 4, 4);
    double sum = 0, sum_of_squares = 0;
    for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
      const auto v = static_cast<double>(trees.node(tree_data::leaf_of(trees, trees.root(t), x)).values[i % width]);
      sum += v;
      sum_of_squares += v * v;
    }
    const double mean = sum / n, variance = std::max(sum_of_squares / n - mean * mean, 1e-4);
    const double z = (mean - answers[i]) / std::sqrt(variance * (1 / n + 1 / their_trees));
    CHECK(std::fabs(z) < 4.5);
    squares += z * z;
  }
  CHECK(squares / static_cast<double>(answers.size()) < 1.7);
}

}  // namespace forest_data
