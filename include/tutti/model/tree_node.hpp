// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/tree_walk.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// One node of a tree as it is read by people and reports.
struct TreeNode {
  int column = -1;            // -1: a leaf
  float threshold = 0;        // x[column] <= threshold goes left
  bool missing_left = false;  // where NaN goes
  std::int32_t left = -1, right = -1;
  std::span<const float> values{};     // of a leaf
  const std::uint32_t* set = nullptr;  // of a split of categories: how many it knows, then a bit for each that goes left
  float gain = std::numeric_limits<float>::quiet_NaN();  // of a split, in the units of what its trees lower; NaN: unknown

  bool goes_left(float x) const noexcept {
    if (set != nullptr) return kernel::tree_set_left(set, x, missing_left);
    return x != x ? missing_left : x <= threshold;
  }
};

}  // namespace tutti
