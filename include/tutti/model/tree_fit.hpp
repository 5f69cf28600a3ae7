// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/tree_targets.hpp>

namespace tutti {

template <class X, class Y>
  requires TreeTarget<Y> Tree::Model<X, Y> Tree::fit(const Dataset<X, Y>& data, const Context& context)
const {
  check_tree(*this);
  TreeTargets<Y> targets(data);
  const auto binned = shared_bins(data);
  Model<X, Y> model{{grow_tree(*binned, targets, targets.weight, targets.rows, *this, context.random("tree"), true)}};
  model.trees.prepare();
  return model;
}

}  // namespace tutti
