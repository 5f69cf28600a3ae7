// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tutti::kernel {

/// The nodes of any number of trees, an array for each field. x <= threshold goes to the left child, all
/// above to the right one, NaN where the node says. A leaf is its own left child and has split 1 and
/// threshold +infinity: a step from it stays there whatever the row, so walks that have arrived need no test.
/// A node of categories has the complement of that split, and as threshold the bits of the position in `sets` where its set lies:
/// how many categories it knows, then a bit for each; those with a 1 go left, and what is none of them goes where NaN does.
/// Needs    children behind their parent, or a walk may not end; rows as wide as the columns that nodes name,
///          and at least 1 wide, since a leaf looks at column 0.
struct TreeNodes {
  const std::int32_t* split = nullptr;  // 2 column + (1: NaN goes left)
  const float* threshold = nullptr;
  const std::int32_t* left = nullptr;  // the right child follows it
  const std::uint32_t* sets = nullptr;  // for the walks with Sets
};

/// Whether the set [categories, bits...] sends x left: a category is a whole number in a float.
inline bool tree_set_left(const std::uint32_t* set, float x, bool missing_left) noexcept {
  const float known = static_cast<float>(set[0]);  // below 2^24, see TreeTable
  if (!(x >= 0 && x < known)) return missing_left;
  const auto code = static_cast<std::uint32_t>(x);
  if (static_cast<float>(code) != x) return missing_left;
  return (set[1 + code / 32] >> code % 32 & 1) != 0;
}

/// One step from `node`. E is any number type; a comparison is made in float. Sets: nodes may be of categories; trees
/// without them are walked faster if that is said.
template <bool Sets = false, class E>
inline std::int32_t tree_step(const TreeNodes& t, std::int32_t node, const E* row) noexcept {
  const std::int32_t split = t.split[node];
  if constexpr (Sets)
    if (split < 0) {
      const float x = static_cast<float>(row[~split >> 1]);
      const std::uint32_t* set = t.sets + std::bit_cast<std::int32_t>(t.threshold[node]);
      return t.left[node] + static_cast<std::int32_t>(!tree_set_left(set, x, (~split & 1) != 0));
    }
  const float x = static_cast<float>(row[split >> 1]);
  const bool missing_right = (x != x) & ((split & 1) == 0);
  return t.left[node] + static_cast<std::int32_t>((x > t.threshold[node]) | missing_right);
}

/// The leaf of one row in one tree: the number of its node.
template <bool Sets = false, class E>
inline std::int32_t tree_leaf(const TreeNodes& t, std::int32_t root, const E* row) noexcept {
  for (std::int32_t next;; root = next)
    if ((next = tree_step<Sets>(t, root, row)) == root) return root;
}

inline constexpr int tree_lanes = 8;

/// The leaves of eight walks side by side (eight rows in one tree, or one row in eight trees): their cache
/// misses overlap. node[i] is a root before and the leaf after.
template <bool Sets = false, class E>
inline void tree_leaves(const TreeNodes& t, const E* const (&row)[tree_lanes],
                        std::int32_t (&node)[tree_lanes]) noexcept {
  std::int32_t moved;
  do {
    moved = 0;
    for (int i = 0; i < tree_lanes; ++i) {
      const std::int32_t next = tree_step<Sets>(t, node[i], row[i]);
      moved |= next ^ node[i];
      node[i] = next;
    }
  } while (moved != 0);
}

/// leaves[i] = tree_leaf(t, root, rows[i]) for `count` pointers to rows, eight at a time.
template <bool Sets = false, class E>
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
    tree_leaves<Sets>(t, row, node);
    for (int l = 0; l < tree_lanes; ++l) leaves[i + l] = node[l];
  }
  for (; i < count; ++i) leaves[i] = tree_leaf<Sets>(t, root, rows[i]);
}

}  // namespace tutti::kernel
