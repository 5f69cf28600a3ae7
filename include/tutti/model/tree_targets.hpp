// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/model/grow.hpp>
#include <tutti/model/tree.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

namespace tutti {

/// What trees of classes or means are grown to: targets and weights of all rows, and the rows that count at all.
/// Errors   DataError when a target is not finite or no row has a positive weight.
template <TreeTarget Y> struct TreeTargets {
  Buffer<typename Y::Element> y{};
  Buffer<float> weight{};
  Buffer<std::uint32_t> rows{};  // those with a positive weight, ascending
  int outputs = 0;

  template <class X> explicit TreeTargets(const Dataset<X, Y>& data) : outputs(data.outputs()) {
    const auto n = static_cast<std::size_t>(data.rows());
    y.reserve(n);
    weight.reserve(n);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      y.push_back(data.target(i)[0]);
      weight.push_back(data.weight(i));
      if constexpr (!Y::is_label)
        check(std::isfinite(y.back()), {"row ", data.origin(i), ": expected a finite target"}, y.back());
      if (weight.back() > 0) rows.push_back(static_cast<std::uint32_t>(i));
    }
    check(!rows.empty(), "expected a row with a positive weight", rows.size());
  }
};

/// Refuses fields that make no sense; zeros are "the owner's default".
inline void check_tree(const Tree& tree) {
  check(tree.leaves >= 0, "expected leaves of 0 (no limit) or more", tree.leaves);
  check(tree.max_depth >= 0, "expected a max_depth of 0 (no limit) or more", tree.max_depth);
  check(tree.min_rows >= 0, "expected min_rows of 0 (default) or more", tree.min_rows);
  check(tree.min_gain >= 0 && std::isfinite(tree.min_gain), "expected a min_gain of 0 or more",
        tree.min_gain);
  check(tree.columns >= 0, "expected columns of 0 (default) or more", tree.columns);
}

/// One tree of class frequencies or means, on `rows` (which are reordered) with these weights (one for each row of the
/// data): the whole of Tree, and each tree of a Forest.
template <class Y>
TreeTable grow_tree(const Binned& binned, const TreeTargets<Y>& targets, std::span<const float> weight,
                    std::span<std::uint32_t> rows, const Tree& tree, Random random, bool parallel) {
  double total = 0;
  for (const std::uint32_t r : rows) total += static_cast<double>(weight[r]);
  GrowOptions options{.leaves = tree.leaves,
                      .max_depth = tree.max_depth,
                      .min_rows = std::max(1, tree.min_rows),
                      .columns = tree.columns,
                      .parallel = parallel};
  // A split without any gain may open the way to gainful ones (XOR), so an impure node is split unless told otherwise.
  options.min_gain = tree.min_gain > 0 ? static_cast<double>(tree.min_gain) * total
                                       : -std::numeric_limits<double>::infinity();

  Buffer<std::int32_t> columns(static_cast<std::size_t>(binned.width()));
  for (std::size_t j = 0; j < columns.size(); ++j) columns[j] = static_cast<std::int32_t>(j);
  TreeTable table(binned.width(), targets.outputs);

  if constexpr (Y::is_label) {
    Buffer<double> sums(static_cast<std::size_t>(targets.outputs));
    Buffer<float> values(sums.size());
    Buffer<std::int32_t> pure(sums.size(),
                                   -1);  // most leaves of a deep tree hold one class: they share a row
    Grower grower(binned,
                  ClassStatistics{targets.y.data(), weight.data(), targets.outputs,
                                  tree.criterion == Criterion::entropy},
                  options);
    grower.grow(rows, columns, random, table, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (const std::uint32_t r : of_leaf)
        sums[static_cast<std::size_t>(targets.y[r])] += static_cast<double>(weight[r]);
      double whole = 0;
      for (const double s : sums) whole += s;
      for (std::size_t k = 0; k < sums.size(); ++k) values[k] = static_cast<float>(sums[k] / whole);
      const auto only = static_cast<std::size_t>(targets.y[of_leaf[0]]);
      const bool one = values[only] == 1;
      if (!one || pure[only] < 0) {
        const std::int32_t row = table.add_values(values);
        if (one) pure[only] = row;
        table.set_leaf(node, row);
      } else {
        table.set_leaf(node, pure[only]);
      }
    });
  } else {
    double mean = 0;
    for (const std::uint32_t r : rows)
      mean += static_cast<double>(weight[r]) * static_cast<double>(targets.y[r]);
    mean /= total;
    Buffer<kernel::GradientPair> pairs(targets.y.size());
    for (const std::uint32_t r : rows)
      pairs[r] = {
          static_cast<float>(static_cast<double>(weight[r]) * (mean - static_cast<double>(targets.y[r]))),
          weight[r]};
    Grower grower(binned, GradientStatistics{.pair = pairs.data(), .target = targets.y.data()}, options);
    grower.grow(rows, columns, random, table, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf) {
      double sum = 0, whole = 0;
      for (const std::uint32_t r : of_leaf) {
        sum += static_cast<double>(weight[r]) * static_cast<double>(targets.y[r]);
        whole += static_cast<double>(weight[r]);
      }
      table.set_leaf(node, table.add_values(std::array{static_cast<float>(sum / whole)}));
    });
  }
  return table;
}

}  // namespace tutti
