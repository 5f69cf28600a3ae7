// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/model/column_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tutti {

/// Which columns a node of a tree may be split by: those of the tree, of these a share for each depth, of these the ones
/// that may be on a path with the columns above the node, of these some drawn for each try.
class ColumnChoice {
 public:
  ColumnChoice(const ColumnRules* rules, float level_share) : rules_(rules), level_share_(level_share) {}

  /// The columns (ascending) of a tree, and its random stream.
  void use(const Buffer<std::int32_t>& columns, Random random) {
    columns_ = columns;
    order_ = columns;
    random_ = random;
    at_depth_.clear();
  }
  /// The columns for a node at this depth, by the sets of rules that hold every column above it; how many there are.
  std::size_t choose(int depth, std::uint64_t sets) {
    const bool by_level = level_share_ < 1, by_set = rules_ != nullptr && !rules_->sets.empty();
    if (by_level || by_set) order_.assign(by_level ? at_depth(depth) : columns_);
    if (by_set) {
      std::size_t kept = 0;
      for (const std::int32_t j : order_)
        if ((rules_->sets[static_cast<std::size_t>(j)] & sets) != 0) order_[kept++] = j;
      order_.resize(kept);
    }
    return order_.size();
  }
  /// Columns number first, ... of a random order of the chosen ones, ascending; all of them where that is what is asked for.
  std::span<std::int32_t> draw(std::size_t first, std::size_t count, Random& random) {
    const std::span<std::int32_t> group = std::span(order_).subspan(first, count);
    if (count == order_.size()) return group;
    for (std::size_t j = first; j < first + count; ++j)
      std::swap(order_[j], order_[j + random.below(static_cast<std::uint32_t>(order_.size() - j))]);
    std::sort(group.begin(), group.end());
    return group;
  }

 private:
  const Buffer<std::int32_t>& at_depth(int depth) {
    const auto n = static_cast<std::uint32_t>(columns_.size());
    const auto wanted = std::max(1u, static_cast<std::uint32_t>(level_share_ * static_cast<float>(n) + 0.5f));
    while (std::ssize(at_depth_) <= depth) {
      Random random = random_.stream("level").stream(static_cast<std::uint64_t>(at_depth_.size()));
      Buffer<std::int32_t> drawn;
      for (std::uint32_t j = 0; j < n; ++j)
        if (random.below(n - j) < wanted - static_cast<std::uint32_t>(drawn.size())) drawn.push_back(columns_[j]);
      at_depth_.push_back(std::move(drawn));
    }
    return at_depth_[static_cast<std::size_t>(depth)];
  }

  const ColumnRules* rules_;
  float level_share_;
  Random random_{};
  Buffer<std::int32_t> columns_, order_;
  Buffer<Buffer<std::int32_t>> at_depth_;
};

}  // namespace tutti
