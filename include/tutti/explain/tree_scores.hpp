// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/tree_table.hpp>

#include <concepts>
#include <cstddef>

namespace tutti {

/// A fitted model that is a sum or a mean of trees: Tree, Forest, Boost<Tree>.
template <class M>
concept FittedTrees = requires(const M& fitted) {
  { fitted.model().trees } -> std::convertible_to<const TreeTable&>;
  fitted.schema();
};

/// What a model of trees adds up, before any function of it: score k of a row is base[k] + scale * (the leaves of the trees that
/// add to k). Probabilities of a Tree and a Forest, numbers, the margins of Boost<Tree>.
struct TreeScores {
  TreeTable trees{};
  Buffer<double> base{};
  double scale = 1;

  std::ptrdiff_t scores() const noexcept { return std::ssize(base); }
  /// Where the numbers of a tree's leaves are added.
  std::ptrdiff_t first_of(std::ptrdiff_t tree) const noexcept { return tree * trees.leaf_width() % scores(); }
};

template <FittedTrees M> TreeScores tree_scores(const M& fitted) {
  const auto& model = fitted.model();
  TreeScores all{model.trees};
  if constexpr (requires { model.base; }) {
    for (const auto b : model.base) all.base.push_back(static_cast<double>(b));
  } else {
    all.base.assign(static_cast<std::size_t>(model.trees.leaf_width()), 0.0);
    all.scale = 1 / static_cast<double>(model.trees.trees());
  }
  return all;
}

}  // namespace tutti
