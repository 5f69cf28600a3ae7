// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace tutti::kernel {

/// The nodes of any number of trees, an array for each field. x <= threshold goes to the left child, all
/// above to the right one, NaN where the node says. A leaf is its own left child and has split 1 and
/// threshold +infinity: a step from it stays there whatever the row, so walks that have arrived need no test.
/// Needs    children behind their parent, or a walk may not end; rows as wide as the columns that nodes name,
///          and at least 1 wide, since a leaf looks at column 0.
struct TreeNodes {
  const std::int32_t* split = nullptr;  // 2 column + (1: NaN goes left)
  const float* threshold = nullptr;
  const std::int32_t* left = nullptr;  // the right child follows it
};

/// One step from `node`. E is any number type; a comparison is made in float.
template <class E>
inline std::int32_t tree_step(const TreeNodes& t, std::int32_t node, const E* row) noexcept {
  const std::int32_t split = t.split[node];
  const float x = static_cast<float>(row[split >> 1]);
  const bool missing_right = (x != x) & ((split & 1) == 0);
  return t.left[node] + static_cast<std::int32_t>((x > t.threshold[node]) | missing_right);
}

/// The leaf of one row in one tree: the number of its node.
template <class E>
inline std::int32_t tree_leaf(const TreeNodes& t, std::int32_t root, const E* row) noexcept {
  for (std::int32_t next;; root = next)
    if ((next = tree_step(t, root, row)) == root) return root;
}

inline constexpr int tree_lanes = 8;

/// The leaves of eight walks side by side (eight rows in one tree, or one row in eight trees): their cache
/// misses overlap. node[i] is a root before and the leaf after.
template <class E>
inline void tree_leaves(const TreeNodes& t, const E* const (&row)[tree_lanes],
                        std::int32_t (&node)[tree_lanes]) noexcept {
  std::int32_t moved;
  do {
    moved = 0;
    for (int i = 0; i < tree_lanes; ++i) {
      const std::int32_t next = tree_step(t, node[i], row[i]);
      moved |= next ^ node[i];
      node[i] = next;
    }
  } while (moved != 0);
}

/// leaves[i] = tree_leaf(t, root, rows[i]) for `count` pointers to rows, eight at a time.
template <class E>
void tree_leaves(const TreeNodes& t, std::int32_t root, const E* const* rows, std::ptrdiff_t count,
                 std::int32_t* leaves) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + tree_lanes <= count; i += tree_lanes) {
    const E* row[tree_lanes];
    std::int32_t node[tree_lanes];
    for (int l = 0; l < tree_lanes; ++l) {
      row[l] = rows[i + l];
      node[l] = root;
    }
    tree_leaves(t, row, node);
    for (int l = 0; l < tree_lanes; ++l) leaves[i + l] = node[l];
  }
  for (; i < count; ++i) leaves[i] = tree_leaf(t, root, rows[i]);
}

}  // namespace tutti::kernel
