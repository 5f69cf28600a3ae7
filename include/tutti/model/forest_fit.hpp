// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/tree_targets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

namespace tutti {

namespace detail {

/// A draw of rows as multiplicities: weights times how often each row was drawn, and the rows drawn at all.
struct RowDraw {
  Buffer<float> weight;
  Buffer<std::uint32_t> rows;

  RowDraw(std::span<const std::uint32_t> from, std::span<const float> weights, float share, bool replace,
          Random random)
      : weight(weights.size()) {
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
      weight[from[i]] = weights[from[i]] * static_cast<float>(count[i]);
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
  check_tree(tree);
  const TreeTargets<Y> targets(data);
  const auto binned = shared_bins(data);

  Tree each = tree;
  if (each.columns == 0)
    each.columns = std::max(
        1, Y::is_label ? static_cast<int>(std::sqrt(static_cast<double>(data.width()))) : data.width() / 3);
  const Random random = context.random("tree");
  Buffer<TreeTable> grown(static_cast<std::size_t>(trees));
  parallel::for_each(trees, 1, [&](std::ptrdiff_t t, std::ptrdiff_t) {
    const Random own = random.stream(static_cast<std::uint64_t>(t));
    detail::RowDraw draw(targets.rows, targets.weight, rows, bootstrap, own.stream("rows"));
    grown[static_cast<std::size_t>(t)] =
        grow_tree(*binned, targets, draw.weight, draw.rows, each, own.stream("columns"), false);
  });
  Model<X, Y> model{{TreeTable(data.width(), targets.outputs)}};
  for (TreeTable& one : grown) model.trees.append(std::exchange(one, {}));
  model.trees.prepare();
  return model;
}

}  // namespace tutti
