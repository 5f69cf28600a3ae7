// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/cart_tree.hpp>

namespace tutti {

namespace detail {
/// All rows that count.
template <class Y> CartRows rows_of_tree(const TreeTargets<Y>& targets, Balance balance) {
  CartRows on{targets.rows, {}};
  const Buffer<float> weight = balanced_weights(targets, balance);
  for (const std::uint32_t r : on.rows) on.weight.push_back(weight[r]);
  return on;
}
}  // namespace detail

template <class X, class Y>
  requires TreeTarget<Y> Tree::Model<X, Y> Tree::fit(const Dataset<X, Y>& data, const Context& context)
const {
  const TreeTargets<Y> targets(data);
  check_cart(*this, targets);
  const CartColumns on(data, splits);
  Model<X, Y> model{{grow_tree(on.columns(), targets, detail::rows_of_tree(targets, balance), {*this}, context.random("tree"),
                               detail::LeavesUnseen{})}};
  model.trees.prepare();
  return model;
}

/// The prices at which pruning cuts the tree of this spec further, and the training error that is left: scikit-learn's
/// cost_complexity_pruning_path. Of the prices, `Tree{.prune = }` takes any.
/// Cost     that of the fit + inner nodes x cuts.
/// Errors   as Tree.
template <class X, class Y>
  requires TreeTarget<Y>
PruningPath pruning_path(const Tree& spec, const Dataset<X, Y>& data, const FitOptions& options = {}) {
  const TreeTargets<Y> targets(data);
  check_cart(spec, targets);
  const CartColumns on(data, spec.splits);
  return detail::with_sums(targets, detail::rows_of_tree(targets, spec.balance), spec, [&](const auto& sums, auto items) {
    NodeRisks risks;
    const TreeTable whole = detail::grow_cart(on.columns(), sums, items, {spec}, Context(options, "Tree").random("tree"), Y::is_label,
                                              &risks, detail::LeavesUnseen{});
    return Pruning(whole, risks).path();
  });
}

}  // namespace tutti
