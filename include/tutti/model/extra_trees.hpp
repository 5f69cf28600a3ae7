// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/forest.hpp>

namespace tutti {

/// Extremely randomised trees: a forest whose trees see all rows, and try one threshold in each column, drawn between the
/// lowest and the highest number of the node. `0` in `tree` means: no limits, one row in a leaf, sqrt(width) columns for
/// labels and all for numbers. NaN as in Tree. Above 65,536 rows a threshold moves to the next border of the bins.
/// Cost     fit: trees x N columns per level, without a sort; predict: trees x depth comparisons.
/// Errors   as Forest.
/// Source   Geurts, Ernst, Wehenkel, Extremely randomized trees, Machine Learning 63, 2006.
struct ExtraTrees {
  int trees = 100;
  Tree tree = {};
  bool bootstrap = false;   // draw rows with replacement
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
