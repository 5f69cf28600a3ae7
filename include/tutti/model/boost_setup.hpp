// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/core/random.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/boost_loss.hpp>
#include <tutti/model/boost_tree_options.hpp>
#include <tutti/model/class_balance.hpp>
#include <tutti/model/one_side_sample.hpp>
#include <tutti/model/tree_targets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <iterator>
#include <string_view>
#include <utility>

/// What boosting does once, or once in a round, whatever its inputs and targets are.
namespace tutti::detail {

/// What all boosting has in common.
template <class Options> [[gnu::cold]] void check_rounds(const Options& o) {
  check(o.rounds >= 1, "expected at least one round", o.rounds);
  check(o.learning_rate > 0 && std::isfinite(o.learning_rate), "expected a learning rate above 0",
        o.learning_rate);
  check(o.rows > 0 && o.rows <= 1, "expected a share of rows above 0 and at most 1", o.rows);
  check(o.early_stop >= 0, "expected early_stop of 0 (never) or more", o.early_stop);
  check(!o.monitor || o.early_stop > 0, "a monitor without early_stop would never be asked: expected early_stop above 0",
        o.early_stop);
}

[[gnu::cold]] inline void check_boost(const BoostTreeOptions& o) {
  check_rounds(o);
  const auto at_least_0 = [](float value, std::string_view name) {
    check(value >= 0 && std::isfinite(value), {"expected ", name, " of 0 or more"}, value);
  };
  at_least_0(o.alpha, "an alpha");
  at_least_0(o.lambda, "a lambda");
  at_least_0(o.max_step, "a max_step");
  at_least_0(o.min_hessian, "a min_hessian");
  check(o.top_rows == 0 || (o.top_rows > 0 && o.top_rows + o.rows <= 1),
        "expected a share of top_rows of 0 or more, and with rows of at most 1", o.top_rows);
  check(o.bins >= 2 && o.bins <= Bins::most, {"expected bins from 2 to ", Bins::most}, o.bins);
  check(o.columns > 0 && o.columns <= 1, "expected a share of columns above 0 and at most 1", o.columns);
  check(o.level_columns > 0 && o.level_columns <= 1, "expected a share of level_columns above 0 and at most 1", o.level_columns);
}

/// Refuses what a Tree alone or in a forest understands: nothing that is asked for is passed over.
[[gnu::cold]] inline void check_boosted(const Tree& tree) {
  check_tree(tree);
  const auto expect_default = [](float value, std::string_view name, std::string_view instead) {
    check(value == 0, {"expected no ", name, " of a boosted tree: ", instead}, value);
  };
  expect_default(static_cast<float>(tree.criterion), "criterion", "it lowers the objective");
  expect_default(static_cast<float>(tree.min_rows_split), "min_rows_split", "min_rows bounds its leaves");
  expect_default(tree.min_weight, "min_weight", "min_hessian bounds its leaves");
  expect_default(tree.prune, "prune", "leaves, max_depth and min_gain bound it");
  expect_default(tree.splits == Splits::exact ? 1 : 0, "exact splits", "it grows on histograms");
  expect_default(static_cast<float>(tree.balance), "balance", "boosting has the option balanced");
}

/// Multiplies the weights of rows by a factor for each class. With `balanced` factors that follow, every class that has
/// rows weighs as much as any other, and all together what they weighed before.
[[gnu::cold]] inline void weigh_classes(std::span<const std::int32_t> label, std::span<float> weight,
                                        Buffer<double> factor, bool balanced) {
  Buffer<double> sum(factor.size());
  for (std::size_t i = 0; i < label.size(); ++i) {
    const auto k = static_cast<std::size_t>(label[i]);
    sum[k] += factor[k] * static_cast<double>(weight[i]);
  }
  if (balanced) {
    const Buffer<double> balancing = balancing_factors(sum);
    for (std::size_t k = 0; k < sum.size(); ++k) factor[k] *= balancing[k];
  }
  for (std::size_t i = 0; i < label.size(); ++i)
    weight[i] = static_cast<float>(static_cast<double>(weight[i]) * factor[static_cast<std::size_t>(label[i])]);
}

/// Holds targets against an objective, and multiplies weights by those of their classes.
/// Errors   DataError when the objective does not take a target, or classes are to be weighed where there are none.
template <class X, class Y>
[[gnu::cold]] void prepare_targets(TreeTargets<Y>& targets, const BoostLoss<Y>& loss, bool balanced, const Dataset<X, Y>& data) {
  if constexpr (Y::is_label) {
    Buffer<double> factor;
    for (int k = 0; k < targets.outputs; ++k) factor.push_back(loss.class_weight(k));
    weigh_classes(targets.y, targets.weight, std::move(factor), balanced);
  } else {
    check(!balanced, "balanced: expected labels, the targets are", "numbers");
    const std::uint32_t* r = loss.misfit(targets.y, targets.rows);
    if (r != targets.rows.data() + targets.rows.size())
      check(false, {"row ", data.origin(*r), ": the objective ", loss.name(), " expects targets ", loss.targets()}, targets.y[*r]);
  }
}

/// Rows to learn from and rows to stop by, of positive weight.
template <class X, class Y>
[[gnu::cold]] std::pair<Buffer<std::uint32_t>, Buffer<std::uint32_t>> stopping_slice(const Dataset<X, Y>& data,
                                                                                     const Buffer<float>& weight, float share,
                                                                                     const Random& random) {
  check(share > 0 && share < 1, "expected a validation share between 0 and 1", share);
  const auto sides = hold_out(data, static_cast<double>(share), true, data.has_times(), random.stream("validation"));
  const auto counting = [&](const Buffer<RowIndex>& side) {
    Buffer<std::uint32_t> kept;
    std::copy_if(side.begin(), side.end(), std::back_inserter(kept), [&](RowIndex r) { return weight[r] > 0; });
    check(!kept.empty(), "expected rows with a positive weight to learn from and to stop by", kept.size());
    return kept;
  };
  return {counting(sides.first), counting(sides.second)};
}

/// Rows that a round learns from; what it leaves out joins `others`.
inline void draw_rows(const Buffer<std::uint32_t>& all, float share, const Random& random, Buffer<std::uint32_t>& drawn,
                      Buffer<std::uint32_t>& others) {
  if (share >= 1) {
    drawn.assign(all);
    return;
  }
  RowNumbers number(random);
  for (const std::uint32_t r : all) (number(r) < share ? drawn : others).push_back(r);
  if (drawn.empty()) {  // a round needs a row
    drawn.push_back(all.front());
    others.assign(std::span(all).subspan(1));
  }
}

/// Columns (ascending) that a round tries.
inline Buffer<std::int32_t> draw_columns(int width, float share, Random random) {
  const int wanted = std::clamp(static_cast<int>(std::lround(static_cast<double>(share) * width)), 1, width);
  Buffer<std::int32_t> columns;
  for (int j = 0; j < width; ++j)
    if (random.below(static_cast<std::uint32_t>(width - j)) < static_cast<std::uint32_t>(wanted) - columns.size())
      columns.push_back(j);
  return columns;
}

}  // namespace tutti::detail
