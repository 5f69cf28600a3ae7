// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/fwd.hpp>
#include <tutti/model/tree_mean.hpp>

namespace tutti {

/// How impure a node is. Of classes: Gini 1 - sum p^2, or entropy -sum p log2 p. Of numbers: mean squared error from the
/// mean, mean absolute error from the median (which leaves then predict), or half the mean Poisson deviance from the mean,
/// for targets of 0 or more. Automatic: Gini and squared.
enum class Criterion : int { automatic, gini, entropy, squared, absolute, poisson };

/// Where splits may be: midway between any two values of a node, as CART has it, or at 254 quantiles of a column (exact as
/// well where it has up to 255 distinct values). Automatic: exact up to 65,536 rows.
enum class Splits : int { automatic, exact, histogram };

/// Whether classes are weighted so that all weigh alike: not, over all rows, or over the rows that each tree draws. Row
/// weights count.
enum class Balance : int { none, all_rows, drawn_rows };

/// A decision tree: a row goes left where x[column] <= threshold. For a Label the leaf gives the class frequencies
/// (weighted) of its rows, for a Real their mean (or median); splits lower the criterion.
/// NaN is tried on both sides of every split and goes to the better one; where training has none at a split, it goes
/// with the heavier child. Infinite inputs are ordinary numbers. Categories are split as the numbers that stand for them, here
/// and in forests: `Cascade{OneHot{}, Forest{}}` tells them apart, Boost<Tree> splits them by sets. Where no two splits are equally good, the tree is that of
/// scikit-learn, exactly; of equally good ones the lowest column's lowest threshold is taken.
/// `0` means the owner's default: a Tree alone has no limits and tries all columns; see Forest, Boost and AdaBoost.
/// `prune` cuts back the subtrees that lower the training error by no more than so much for each of their leaves.
/// Cost     fit: N width per level; predict: one comparison per level.
/// Errors   FitError when a field is negative, a target is not finite, the criterion is for other targets, or no row has a
///          positive weight.
/// Source   Breiman, Friedman, Olshen, Stone, Classification and Regression Trees, 1984.
struct Tree {
  using BoostOptions = BoostTreeOptions;  // how it is boosted: see boost_tree_options.hpp

  int leaves = 0;     // at most; then the most gainful split comes first
  int max_depth = 0;  // levels of splits, at most
  int min_rows = 0;   // rows in a leaf, at least (a repeated row counts as often as it occurs)
  float min_gain = 0;  // a split lowers the impurity by at least this, weighted by the node's share of all rows
  int columns = 0;     // tried for each split, drawn at random
  Criterion criterion = Criterion::automatic;
  int min_rows_split = 0;  // rows in a node that is split, at least
  float min_weight = 0;    // the weight of a leaf's rows, at least
  float prune = 0;         // cost-complexity parameter, scikit-learn's ccp_alpha
  Splits splits = Splits::automatic;
  Balance balance = Balance::none;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true};

  /// What an AdaBoost makes of it where its size is left open: one split for labels, three levels for numbers.
  constexpr Tree weak(bool of_labels) const {
    Tree tree = *this;
    if (leaves == 0 && max_depth == 0) tree.max_depth = of_labels ? 1 : 3;
    return tree;
  }

  template <class X, class Y> struct Model : TreeMean<X, Y> {};

  template <class X, class Y>
    requires TreeTarget<Y> Model<X, Y> fit(const Dataset<X, Y>& data, const Context& context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("leaves", self.leaves)("max_depth", self.max_depth)("min_rows", self.min_rows)(
        "min_gain", self.min_gain)("columns", self.columns)("criterion", self.criterion)(
        "min_rows_split", self.min_rows_split)("min_weight", self.min_weight)("prune", self.prune)(
        "splits", self.splits)("balance", self.balance);
  }
};

}  // namespace tutti
