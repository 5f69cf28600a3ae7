// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/extra_trees.hpp>
#include <tutti/model/forest_fit.hpp>

namespace tutti {

template <class X, class Y>
  requires TreeTarget<Y> ExtraTrees::Model<X, Y> ExtraTrees::fit(const Dataset<X, Y>& data, const Context& context)
const {
  check(tree.splits == Splits::automatic, "expected automatic splits: thresholds are drawn", static_cast<int>(tree.splits));
  detail::CartPlan plan{.tree = tree, .random_thresholds = true, .parallel = false};
  if (tree.columns == 0 && Y::is_label) plan.tree.columns = detail::root_of(data.width());
  const Forest same{.trees = trees, .tree = tree, .bootstrap = bootstrap, .rows = rows, .out_of_bag = out_of_bag};
  return {detail::fit_forest(same, plan, data, context)};
}

}  // namespace tutti
