// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/cart_tree.hpp>
#include <tutti/model/forest.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

namespace tutti {

namespace detail {

/// A draw of rows as multiplicities: the rows that were drawn at all, with their weights times how often they were.
struct RowDraw : CartRows {
  RowDraw(std::span<const std::uint32_t> from, std::span<const float> weights, float share, bool replace,
          Random random) {
    const auto n = static_cast<std::uint32_t>(from.size());
    const auto draws = std::max(
        1u, static_cast<std::uint32_t>(std::lround(static_cast<double>(share) * static_cast<double>(n))));
    Buffer<std::uint32_t> count(n);
    if (replace) {
      for (std::uint32_t d = 0; d < draws; ++d) ++count[random.below(n)];
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

}  // namespace detail

template <class X, class Y>
  requires TreeTarget<Y> Forest::Model<X, Y> Forest::fit(const Dataset<X, Y>& data, const Context& context)
const {
  check(trees >= 1, "expected at least one tree", trees);
  check(rows > 0 && rows <= 1, "expected a share of rows above 0 and at most 1", rows);
  const TreeTargets<Y> targets(data);
  check_cart(tree, targets);
  const CartColumns on(data, tree.splits);
  const SplitColumns columns = on.columns();
  const Buffer<float> weight = detail::balanced_weights(targets, tree.balance);

  detail::CartPlan plan{.tree = tree, .parallel = false};
  if (tree.columns == 0)
    plan.tree.columns = std::max(
        1, Y::is_label ? static_cast<int>(std::sqrt(static_cast<double>(data.width()))) : data.width() / 3);
  const Random random = context.random("tree");
  Buffer<TreeTable> grown(static_cast<std::size_t>(trees));
  parallel::for_each(trees, 1, [&](std::ptrdiff_t t, std::ptrdiff_t) {
    const Random own = random.stream(static_cast<std::uint64_t>(t));
    const detail::RowDraw draw(targets.rows, weight, rows, bootstrap, own.stream("rows"));
    grown[static_cast<std::size_t>(t)] =
        grow_tree(columns, targets, draw, plan, own.stream("columns"), [](std::int32_t, auto) {});
  });
  Model<X, Y> model{{TreeTable(data.width(), targets.outputs)}};
  for (TreeTable& one : grown) model.trees.append(std::exchange(one, {}));
  return model;
}

}  // namespace tutti
