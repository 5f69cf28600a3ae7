// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/quantile_forest.hpp>

#include <bit>
#include <utility>

namespace tutti {

namespace detail {

/// The rows of a tree's leaves, leaf after leaf.
struct LeafRows {
  TreeTable tree{};
  Buffer<std::int64_t> size{};  // of each leaf
  Buffer<std::uint32_t> target{};
  Buffer<float> share{};

  /// A leaf's rows, as targets in their order; its value becomes its number.
  template <class Items> void add(const Items& of_leaf, std::span<const std::uint32_t> rank) {
    double weight = 0;
    for (const auto& i : of_leaf) weight += static_cast<double>(i.weight);
    size.push_back(std::ssize(of_leaf));
    for (const auto& i : of_leaf) {
      target.push_back(rank[i.row]);
      share.push_back(static_cast<float>(static_cast<double>(i.weight) / weight));
    }
  }
};

/// The same tree, whose leaves say their numbers.
inline TreeTable numbered(const TreeTable& tree, const Buffer<std::int32_t>& number) {
  TreeTable table(tree.columns(), 1);
  struct Pair {
    std::int32_t from, to;
  };
  Buffer<Pair> open{{0, table.add_root()}};
  while (!open.empty()) {
    const Pair p = open.back();
    open.pop_back();
    const auto n = tree.node(p.from);
    if (n.column < 0) {
      const auto bits = std::bit_cast<float>(number[static_cast<std::size_t>(p.from)]);
      table.set_leaf(p.to, table.add_values({&bits, 1}));
      continue;
    }
    const std::int32_t left = table.split(p.to, n.column, n.threshold, n.missing_left, n.gain);
    open.append({Pair{n.left + 1, left + 1}, Pair{n.left, left}});
  }
  return table;
}

}  // namespace detail

template <class X, class Y>
  requires std::same_as<Y, Real> QuantileForest::Model<X, Y> QuantileForest::fit(const Dataset<X, Y>& data, const Context& context)
const {
  detail::check_forest(*this);
  check(quantile > 0 && quantile < 1, "expected a quantile between 0 and 1", quantile);
  check(tree.prune == 0, "expected a prune of 0: a leaf keeps its rows", tree.prune);
  const TreeTargets<Y> targets(data);
  check_cart(tree, targets);
  const CartColumns on(data, tree.splits);
  const SplitColumns columns = on.columns();
  detail::CartPlan plan{.tree = tree, .parallel = false};
  if (tree.columns == 0) plan.tree.columns = std::max(1, data.width() / 3);
  if (tree.min_rows == 0) plan.tree.min_rows = 5;

  Model<X, Y> model{.trees = TreeTable(data.width(), 1), .quantile = quantile};
  Buffer<std::uint32_t> rank(targets.y.size());
  model.targets = detail::rank_column(targets.y.data(), rank);
  Buffer<detail::LeafRows> grown(static_cast<std::size_t>(trees));
  detail::each_tree(*this, targets, targets.weight, context, [&](std::ptrdiff_t t, const CartRows& draw, const Random& random) {
    detail::LeafRows& of = grown[static_cast<std::size_t>(t)];
    Buffer<std::int32_t> number;
    const TreeTable tree_of_means = grow_tree(columns, targets, draw, plan, random, [&](std::int32_t node, auto items) {
      while (std::ssize(number) <= node) number.push_back(-1);
      number[static_cast<std::size_t>(node)] = static_cast<std::int32_t>(std::ssize(of.size));
      of.add(items, rank);
    });
    of.tree = detail::numbered(tree_of_means, number);
  });
  for (detail::LeafRows& of : grown) {
    model.first_leaf.push_back(static_cast<std::int32_t>(std::ssize(model.first_row) - 1));
    for (const std::int64_t n : of.size) model.first_row.push_back(model.first_row.back() + n);
    model.trees.append(std::exchange(of.tree, {}));
    model.target.append(of.target);
    model.share.append(of.share);
    of = {};
  }
  return model;
}

}  // namespace tutti
