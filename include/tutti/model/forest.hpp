// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/model/out_of_bag.hpp>
#include <tutti/model/tree.hpp>

namespace tutti {

/// The mean of trees, and what they say about the rows they have not seen, where that was asked for.
template <class X, class Y> struct ForestModel : TreeMean<X, Y> {
  OutOfBag bag{};

  /// Empty unless the spec says `.out_of_bag = true`.
  const OutOfBag& out_of_bag() const noexcept { return bag; }

  static void visit(auto& self, auto& archive) {
    TreeMean<X, Y>::visit(self, archive);
    archive("out_of_bag", self.bag);
  }
};

/// Random forest: the mean of trees that each saw a bootstrap of the rows and, for every split, a random choice of the
/// columns. `0` in `tree` means: no limit on leaves and depth, one row in a leaf (a row drawn twice counts once),
/// sqrt(width) columns for labels and a third of them for numbers.
/// Cost     fit: trees x N columns per level, trees side by side; predict: trees x depth comparisons.
/// Errors   FitError when trees < 1, rows is not in (0, 1], out_of_bag is asked for where every tree sees all rows, or as Tree.
/// Source   Breiman, Random forests, Machine Learning 45, 2001.
struct Forest {
  int trees = 100;
  Tree tree = {};
  bool bootstrap = true;    // draw rows with replacement; otherwise without
  float rows = 1;           // draws, as a share of the rows
  bool out_of_bag = false;  // keep predictions by the trees that have not seen a row, and their score

  static constexpr Capabilities capabilities = Tree::capabilities;

  template <class X, class Y> struct Model : ForestModel<X, Y> {};

  template <class X, class Y>
    requires TreeTarget<Y> Model<X, Y> fit(const Dataset<X, Y>& data, const Context& context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("trees", self.trees)("tree", self.tree)("bootstrap", self.bootstrap)("rows", self.rows)("out_of_bag", self.out_of_bag);
  }
};

}  // namespace tutti
