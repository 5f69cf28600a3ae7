// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/cart_tree.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/out_of_bag_fit.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace tutti {

namespace detail {

/// A draw of rows as multiplicities: the rows that were drawn at all, with their weights times how often they were.
struct RowDraw : CartRows {
  RowDraw(std::span<const std::uint32_t> from, std::span<const float> weights, float share, bool replace,
          Random random)
      : RowDraw(from, weights,
                std::max(1u, static_cast<std::uint32_t>(std::lround(static_cast<double>(share) * static_cast<double>(from.size())))),
                replace, random) {}
  RowDraw(std::span<const std::uint32_t> from, std::span<const float> weights, std::uint32_t draws, bool replace,
          Random random) {
    const auto n = static_cast<std::uint32_t>(from.size());
    Buffer<std::uint32_t> count(n);
    if (replace) {
      for (std::uint32_t d = 0; d < draws; ++d) ++count[random.below(n)];
    } else if (draws >= n) {
      std::fill(count.begin(), count.end(), 1u);
    } else {
      for (std::uint32_t i = 0, left = draws; i < n;
           ++i)  // selection sampling: every subset is equally likely
        if (random.below(n - i) < left) count[i] = 1, --left;
    }
    rows.reserve(std::min(n, draws));
    for (std::uint32_t i = 0; i < n; ++i) {
      if (count[i] == 0) continue;
      weight.push_back(weights[from[i]] * static_cast<float>(count[i]));
      rows.push_back(from[i]);
    }
  }
};

inline int root_of(int width) { return std::max(1, static_cast<int>(std::sqrt(static_cast<double>(width)))); }

/// Calls make(tree, rows of it, its random stream) for every tree, side by side.
template <class Spec, class Y, class Make>
void each_tree(const Spec& spec, const TreeTargets<Y>& targets, std::span<const float> weight, const Context& context, const Make& make) {
  const Random random = context.random("tree");
  parallel::for_each(spec.trees, 1, [&](std::ptrdiff_t t, std::ptrdiff_t) {
    const Random own = random.stream(static_cast<std::uint64_t>(t));
    make(t, RowDraw(targets.rows, weight, spec.rows, spec.bootstrap, own.stream("rows")), own.stream("columns"));
  });
}

template <class Spec> void check_forest(const Spec& spec) {
  check(spec.trees >= 1, "expected at least one tree", spec.trees);
  check(spec.rows > 0 && spec.rows <= 1, "expected a share of rows above 0 and at most 1", spec.rows);
}

/// The trees of a forest, which do not hang on the type of its inputs. `seen`, if given, is told who saw what.
template <class Y>
TreeTable forest_trees(const Forest& spec, const CartPlan& plan, const SplitColumns& columns, const TreeTargets<Y>& targets,
                       SeenRows* seen, const Context& context) {
  Buffer<TreeTable> grown(static_cast<std::size_t>(spec.trees));
  each_tree(spec, targets, balanced_weights(targets, plan.tree.balance), context,
            [&](std::ptrdiff_t t, const CartRows& draw, const Random& random) {
              if (seen != nullptr) seen->mark(t, draw.rows);
              grown[static_cast<std::size_t>(t)] = grow_tree(columns, targets, draw, plan, random, LeavesUnseen{});
            });
  TreeTable trees(columns.width(), targets.outputs);
  for (TreeTable& one : grown) trees.append(std::exchange(one, {}));
  trees.share_values();
  trees.prepare();
  return trees;
}

/// What Forest and ExtraTrees have in common: all but their defaults. Both are told as a Forest, so that a program compiles it once.
template <class X, class Y>
ForestModel<X, Y> fit_forest(const Forest& spec, const CartPlan& plan, const Dataset<X, Y>& data, const Context& context) {
  check_forest(spec);
  check(!spec.out_of_bag || spec.bootstrap || spec.rows < 1, "out_of_bag: expected a bootstrap, or a share of rows below 1",
        spec.rows);
  const TreeTargets<Y> targets(data);
  check_cart(plan.tree, targets);
  const CartColumns on = plan.random_thresholds ? CartColumns(data) : CartColumns(data, plan.tree.splits);
  std::optional<SeenRows> seen;
  if (spec.out_of_bag) seen.emplace(data, spec.trees);
  ForestModel<X, Y> model{{forest_trees(spec, plan, on.columns(), targets, seen ? &*seen : nullptr, context)}};
  if (seen) model.bag = out_of_bag(model.trees, *seen, data);
  return model;
}

}  // namespace detail

template <class X, class Y>
  requires TreeTarget<Y> Forest::Model<X, Y> Forest::fit(const Dataset<X, Y>& data, const Context& context)
const {
  detail::CartPlan plan{.tree = tree, .parallel = false};
  if (tree.columns == 0) plan.tree.columns = Y::is_label ? detail::root_of(data.width()) : std::max(1, data.width() / 3);
  return {detail::fit_forest(*this, plan, data, context)};
}

}  // namespace tutti
