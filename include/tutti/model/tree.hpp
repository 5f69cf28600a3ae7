// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/fwd.hpp>
#include <tutti/model/tree_mean.hpp>

namespace tutti {

/// How impure a mix of classes is: Gini 1 - sum p^2, entropy -sum p log p.
enum class Criterion : int { gini, entropy };

/// A decision tree: a row goes left where x[column] <= threshold. For a Label the leaf gives the class frequencies
/// (weighted) of its rows and splits lower the impurity; for a Real it gives the mean and splits lower the squared error.
/// NaN is tried on both sides of every split and goes to the better one; where training has none at a split, it goes
/// with the heavier child. Infinite inputs are ordinary numbers. Columns with up to 255 distinct values are split
/// exactly as CART splits them, midway between values; others at 254 quantiles.
/// `0` means the owner's default: a Tree alone has no limits and tries all columns; see Forest and Boost.
/// Cost     fit: N width per level, after a sort of each column; predict: one comparison per level.
/// Errors   FitError when a field is negative, a target is not finite or no row has a positive weight.
/// Source   Breiman, Friedman, Olshen, Stone, Classification and Regression Trees, 1984.
struct Tree {
  using BoostOptions = BoostTreeOptions;  // how it is boosted: see boost_tree_options.hpp

  int leaves = 0;     // at most; then the most gainful split comes first
  int max_depth = 0;  // levels of splits, at most
  int min_rows = 0;   // rows in a leaf, at least (a repeated row counts as often as it occurs)
  float min_gain =
      0;            // a split lowers the impurity by at least this, weighted by the node's share of all rows
  int columns = 0;  // tried for each split, drawn at random
  Criterion criterion = Criterion::gini;  // for labels

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true};

  template <class X, class Y> struct Model : TreeMean<X, Y> {};

  template <class X, class Y>
    requires TreeTarget<Y> Model<X, Y> fit(const Dataset<X, Y>& data, const Context& context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("leaves", self.leaves)("max_depth", self.max_depth)("min_rows", self.min_rows)(
        "min_gain", self.min_gain)("columns", self.columns)("criterion", self.criterion);
  }
};

}  // namespace tutti
