// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/absolute_sums.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/cart.hpp>
#include <tutti/model/class_balance.hpp>
#include <tutti/model/class_sums.hpp>
#include <tutti/model/number_sums.hpp>
#include <tutti/model/prune_tree.hpp>
#include <tutti/model/ranked_columns_fit.hpp>
#include <tutti/model/tree_targets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace tutti {

/// What the trees of a fit compare rows by, made once and shared.
struct CartColumns {
  std::shared_ptr<const RankedColumns> ranked{};
  std::shared_ptr<const Binned> binned{};
  std::shared_ptr<const OrderedColumns> ordered{};

  template <class X, class Y> CartColumns(const Dataset<X, Y>& data, Splits splits) {
    constexpr std::ptrdiff_t few = 65'536;
    if (splits == Splits::exact || (splits == Splits::automatic && data.rows() <= few)) ranked = shared_ranks(data);
    else binned = shared_bins(data);
  }
  /// For thresholds that are drawn.
  template <class X, class Y> explicit CartColumns(const Dataset<X, Y>& data) : ordered(shared_order(data)) {}

  SplitColumns columns() const noexcept {
    if (ordered) return SplitColumns(*ordered);
    return ranked ? SplitColumns(*ranked) : SplitColumns(*binned);
  }
};

/// The rows that a tree is grown on, ascending, and their weights.
struct CartRows {
  Buffer<std::uint32_t> rows{};
  Buffer<float> weight{};  // of these rows
};

namespace detail {

/// How the trees of one fit are grown.
struct CartPlan {
  Tree tree{};
  bool random_thresholds = false;
  bool parallel = true;
};

/// Leaves of one class, which are most of a deep tree, share a row of values.
class SharedLeaves {
 public:
  explicit SharedLeaves(int outputs, bool shares)
      : values_(static_cast<std::size_t>(outputs)), pure_(shares ? values_.size() : 0, -1) {}
  template <class Sums> void set(TreeTable& table, std::int32_t node, const Sums& sums, std::span<const typename Sums::Item> items) {
    sums.values(items, values_.data());
    for (std::size_t k = 0; k < pure_.size(); ++k)
      if (values_[k] == 1) {
        if (pure_[k] < 0) pure_[k] = table.add_values(values_);
        return table.set_leaf(node, pure_[k]);
      }
    table.set_leaf(node, table.add_values(values_));
  }

 private:
  Buffer<float> values_;
  Buffer<std::int32_t> pure_;
};

/// Where nobody asks who fell into a leaf: one type, so that all such trees are grown by one function.
struct LeavesUnseen {
  template <class Items> void operator()(std::int32_t, const Items&) const noexcept {}
};

/// Grows one tree on these items; calls on_leaf(node, items) for each leaf. `risks`: gets those of all nodes, if given.
template <class Sums, class OnLeaf>
TreeTable grow_cart(const SplitColumns& columns, const Sums& sums, std::span<typename Sums::Item> items, const CartPlan& plan,
                    Random random, bool is_label, NodeRisks* risks, const OnLeaf& on_leaf) {
  const Tree& tree = plan.tree;
  double total = 0;
  for (const auto& i : items) total += static_cast<double>(i.weight);
  CartOptions options{.leaves = tree.leaves,
                      .max_depth = tree.max_depth,
                      .min_rows_split = std::max(2, tree.min_rows_split),
                      .sides = {static_cast<double>(std::max(1, tree.min_rows)), static_cast<double>(tree.min_weight)},
                      .columns = tree.columns,
                      .random_thresholds = plan.random_thresholds,
                      .parallel = plan.parallel,
                      .every_node = risks != nullptr};
  // A split without any gain may open the way to gainful ones (XOR), so an impure node is split unless told otherwise.
  options.min_gain = tree.min_gain > 0 ? static_cast<double>(tree.min_gain) * total
                                       : -std::numeric_limits<double>::infinity();
  TreeTable table(columns.width(), sums.outputs());
  SharedLeaves leaves(sums.outputs(), is_label);
  const auto width = static_cast<std::size_t>(sums.outputs());
  CartGrower<Sums> grower(columns, sums, options);
  grower.grow(items, random, table,
              [&](std::int32_t node, const Sums& of, std::span<const typename Sums::Item> rows, int, bool leaf) {
                if (leaf) {
                  leaves.set(table, node, of, rows);
                  on_leaf(node, rows);
                }
                if (risks == nullptr) return;
                while (std::ssize(risks->risk) < table.nodes()) {
                  risks->risk.push_back(0);
                  for (std::size_t k = 0; k < width; ++k) risks->values.push_back(0);
                }
                risks->risk[static_cast<std::size_t>(node)] = of.risk(rows) / total;
                of.values(rows, risks->values.data() + static_cast<std::size_t>(node) * width);
              });
  return table;
}

/// Rows as items, with weights that balance the classes if asked for.
template <class Item, class Y> Buffer<Item> cart_items(const TreeTargets<Y>& targets, const CartRows& on, Balance balance) {
  Buffer<Item> items(on.rows.size());
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = {on.rows[i], targets.y[on.rows[i]], on.weight[i]};
  if constexpr (Y::is_label) {
    if (balance != Balance::drawn_rows) return items;
    Buffer<double> of_class(static_cast<std::size_t>(targets.outputs));
    for (const Item& i : items) of_class[static_cast<std::size_t>(i.label)] += static_cast<double>(i.weight);
    const Buffer<double> balancing = balancing_factors(of_class);
    for (Item& i : items) i.weight = static_cast<float>(static_cast<double>(i.weight) * balancing[static_cast<std::size_t>(i.label)]);
  }
  return items;
}

inline void check_criterion(Criterion c, bool is_label) {
  constexpr const char* names[] = {"automatic", "gini", "entropy", "squared", "absolute", "poisson"};
  const bool of_labels = c == Criterion::gini || c == Criterion::entropy;
  check(c == Criterion::automatic || of_labels == is_label,
        {"expected a criterion for ", is_label ? "classes (gini, entropy)" : "numbers (squared, absolute, poisson)"},
        names[static_cast<int>(c)]);
}

/// Calls f(sums, items) with what the criterion asks for.
template <class Y, class F> auto with_sums(const TreeTargets<Y>& targets, const CartRows& on, const Tree& tree, const F& f) {
  if constexpr (Y::is_label) {
    auto items = cart_items<ClassSums::Item>(targets, on, tree.balance);
    const bool unit = std::all_of(items.begin(), items.end(), [](const auto& i) { return i.weight == 1; });
    return f(ClassSums(targets.outputs, tree.criterion == Criterion::entropy, unit), std::span(items));
  } else if (tree.criterion == Criterion::absolute) {
    auto items = cart_items<AbsoluteSums::Item>(targets, on, tree.balance);
    return f(AbsoluteSums(), std::span(items));
  } else {
    auto items = cart_items<NumberSums::Item>(targets, on, tree.balance);
    const bool poisson = tree.criterion == Criterion::poisson;
    double sum = 0, weight = 0;
    for (const auto& i : items) {
      sum += static_cast<double>(i.weight) * static_cast<double>(i.target);
      weight += static_cast<double>(i.weight);
    }
    return f(NumberSums(poisson, poisson ? 0.0f : static_cast<float>(sum / weight)), std::span(items));
  }
}

}  // namespace detail

/// One tree of class frequencies, means or medians on these rows: the whole of Tree, and each tree of a forest.
/// on_leaf(node, items) sees the rows of each leaf (unless it prunes).
template <class Y, class OnLeaf>
TreeTable grow_tree(const SplitColumns& columns, const TreeTargets<Y>& targets, const CartRows& on, const detail::CartPlan& plan,
                    Random random, const OnLeaf& on_leaf) {
  return detail::with_sums(targets, on, plan.tree, [&](const auto& sums, auto items) {
    if (!(plan.tree.prune > 0)) return detail::grow_cart(columns, sums, items, plan, random, Y::is_label, nullptr, on_leaf);
    NodeRisks risks;
    const TreeTable whole = detail::grow_cart(columns, sums, items, plan, random, Y::is_label, &risks, on_leaf);
    return Pruning(whole, risks).pruned(static_cast<double>(plan.tree.prune));
  });
}

/// Refuses what trees of this target cannot be told.
/// Errors   DataError when the criterion is for other targets, a target of the Poisson deviance is negative or all are 0.
template <class Y> void check_cart(const Tree& tree, const TreeTargets<Y>& targets) {
  check_tree(tree);
  detail::check_criterion(tree.criterion, Y::is_label);
  if constexpr (!Y::is_label) {
    check(tree.balance == Balance::none, "expected no balance where there are no classes", static_cast<int>(tree.balance));
    if (tree.criterion != Criterion::poisson) return;
    double sum = 0;
    for (const std::uint32_t r : targets.rows) {
      check(targets.y[r] >= 0, {"row ", r, ": expected a target of 0 or more for the Poisson deviance"}, targets.y[r]);
      sum += static_cast<double>(targets.y[r]);
    }
    check(sum > 0, "expected a target above 0 for the Poisson deviance", sum);
  }
}

namespace detail {
/// The weights of all rows, such that all classes weigh alike if asked for.
template <class Y> Buffer<float> balanced_weights(const TreeTargets<Y>& targets, Balance balance) {
  Buffer<float> weight = targets.weight;
  if constexpr (Y::is_label) {
    if (balance != Balance::all_rows) return weight;
    CartRows all{targets.rows, {}};
    for (const std::uint32_t r : all.rows) all.weight.push_back(weight[r]);
    for (const auto& i : cart_items<ClassSums::Item>(targets, all, Balance::drawn_rows)) weight[i.row] = i.weight;
  }
  return weight;
}
}  // namespace detail

}  // namespace tutti
