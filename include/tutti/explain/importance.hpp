// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/explain/tree_scores.hpp>

#include <cstddef>
#include <cstdio>
#include <iosfwd>
#include <string>

namespace tutti {

/// A number for each column of the inputs: how much it matters to a model.
struct Importance {
  Buffer<std::string> names{};
  Buffer<double> values{};
  Buffer<double> deviations{};  // of permutation importance; otherwise empty

  double operator[](std::ptrdiff_t column) const noexcept { return values[static_cast<std::size_t>(column)]; }
  /// All columns, the most important first; of equal ones the first.
  Buffer<int> order() const {
    Buffer<int> columns;
    for (int j = 0; j < static_cast<int>(values.size()); ++j) {
      columns.push_back(j);
      for (std::size_t i = columns.size() - 1; i > 0 && (*this)[columns[i - 1]] < (*this)[columns[i]]; --i)
        std::swap(columns[i - 1], columns[i]);
    }
    return columns;
  }
};

namespace detail {
/// The columns' names, or "column 3" where they have none.
[[gnu::cold]] inline Buffer<std::string> names_of_columns(const Schema& schema, int width) {
  Buffer<std::string> names;
  for (int j = 0; j < width; ++j) {
    const auto column = static_cast<std::size_t>(j);
    const bool named = std::ssize(schema.columns) == width && !schema.columns[column].name.empty();
    names.push_back(named ? schema.columns[column].name : joined({"column ", j}));
  }
  return names;
}

/// Sums of gains by column: of all trees, or where they are a mean, the mean of each tree's shares.
[[gnu::cold]] inline Buffer<double> gains_of_columns(const TreeTable& trees, bool mean_of_shares) {
  Buffer<double> sums(static_cast<std::size_t>(trees.columns())), tree(sums.size());
  for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
    double total = 0;
    tree.assign(sums.size(), 0.0);
    const auto end = t + 1 < trees.trees() ? trees.root(t + 1) : static_cast<std::int32_t>(trees.nodes());
    for (std::int32_t i = trees.root(t); i < end; ++i) {
      const TreeTable::Node node = trees.node(i);
      if (node.column < 0) continue;
      check(node.gain == node.gain, "gain importance: expected trees that know the gain of each split; node", i);
      tree[static_cast<std::size_t>(node.column)] += static_cast<double>(node.gain);
      total += static_cast<double>(node.gain);
    }
    const double unit = !mean_of_shares ? 1 : total > 0 ? 1 / total : 0;
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += tree[j] * unit;
  }
  double total = 0;
  for (const double s : sums) total += s;
  for (double& s : sums) s = total > 0 ? s / total : 0;
  return sums;
}
}  // namespace detail

/// What the splits by each column gained in training, as shares of 1: the decrease of impurity or of the squared error in
/// Tree and Forest (the mean over trees of each tree's shares), of the loss in Boost<Tree> (the sum over trees). It is about
/// the training rows, and columns of many values look better than they are: see permutation_importance. All 0 if no tree splits.
/// Cost     one pass over the nodes.
/// Errors   DataError for trees made by hand without gains.
/// Source   Breiman et al., Classification and Regression Trees, 1984; as scikit-learn's feature_importances_.
template <FittedTrees M> Importance gain_importance(const M& fitted) {
  const auto& model = fitted.model();
  constexpr bool is_mean = !requires { model.base; };
  return {detail::names_of_columns(fitted.schema(), model.trees.columns()), detail::gains_of_columns(model.trees, is_mean)};
}

/// How many splits of all trees are by each column.
template <FittedTrees M> Importance split_counts(const M& fitted) {
  const TreeTable& trees = fitted.model().trees;
  Importance found{detail::names_of_columns(fitted.schema(), trees.columns()), Buffer<double>(static_cast<std::size_t>(trees.columns()))};
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(trees.nodes()); ++i)
    if (const int column = trees.node(i).column; column >= 0) found.values[static_cast<std::size_t>(column)] += 1;
  return found;
}

/// A line for each column, the most important first.
[[gnu::cold]] inline std::string to_string(const Importance& importance) {
  std::size_t width = 0;
  for (const std::string& name : importance.names) width = name.size() > width ? name.size() : width;
  std::string text;
  for (const int j : importance.order()) {
    const auto column = static_cast<std::size_t>(j);
    char number[64];
    text += importance.names[column] + std::string(width - importance.names[column].size() + 2, ' ');
    std::snprintf(number, sizeof number, "%10.5g", importance[j]);
    text += number;
    if (!importance.deviations.empty()) {
      std::snprintf(number, sizeof number, " +- %.3g", importance.deviations[column]);
      text += number;
    }
    text += '\n';
  }
  return text;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const Importance& importance) {
  return out << to_string(importance);
}

}  // namespace tutti
