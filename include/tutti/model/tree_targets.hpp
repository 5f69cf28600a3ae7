// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/model/tree.hpp>

#include <cmath>
#include <cstdint>
#include <span>

namespace tutti {

/// What trees of classes or means are grown to: targets and weights of all rows, and the rows that count at all. The targets
/// are the dataset's own where they lie side by side.
/// Errors   DataError when a target is not finite or no row has a positive weight.
template <TreeTarget Y> struct TreeTargets {
  std::span<const typename Y::Element> y{};
  Buffer<float> weight{};
  Buffer<std::uint32_t> rows{};  // those with a positive weight, ascending
  int outputs = 0;

  template <class X> explicit TreeTargets(const Dataset<X, Y>& data) : outputs(data.outputs()) {
    const auto n = static_cast<std::size_t>(data.rows());
    weight.reserve(n);
    if (!data.is_whole()) copied_.reserve(n);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const auto target = data.target(i)[0];
      if (!data.is_whole()) copied_.push_back(target);
      weight.push_back(data.weight(i));
      if constexpr (!Y::is_label)
        check(std::isfinite(target), {"row ", data.origin(i), ": expected a finite target"}, target);
      if (weight.back() > 0) rows.push_back(static_cast<std::uint32_t>(i));
    }
    check(!rows.empty(), "expected a row with a positive weight", rows.size());
    y = {data.is_whole() ? data.target(0).data() : copied_.data(), n};
  }
  TreeTargets(const TreeTargets&) = delete;  // a view of its own
  TreeTargets& operator=(const TreeTargets&) = delete;

 private:
  Buffer<typename Y::Element> copied_{};
};

/// Refuses fields that make no sense; zeros are "the owner's default".
inline void check_tree(const Tree& tree) {
  check(tree.leaves >= 0, "expected leaves of 0 (no limit) or more", tree.leaves);
  check(tree.max_depth >= 0, "expected a max_depth of 0 (no limit) or more", tree.max_depth);
  check(tree.min_rows >= 0, "expected min_rows of 0 (default) or more", tree.min_rows);
  check(tree.min_gain >= 0 && std::isfinite(tree.min_gain), "expected a min_gain of 0 or more",
        tree.min_gain);
  check(tree.columns >= 0, "expected columns of 0 (default) or more", tree.columns);
  check(tree.min_rows_split >= 0, "expected min_rows_split of 0 (default) or more", tree.min_rows_split);
  check(tree.min_weight >= 0 && std::isfinite(tree.min_weight), "expected a min_weight of 0 or more", tree.min_weight);
  check(tree.prune >= 0 && std::isfinite(tree.prune), "expected a prune of 0 or more", tree.prune);
}

}  // namespace tutti
