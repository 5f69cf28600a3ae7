// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/tree_walk.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace tutti::kernel {

/// A whole number in the order of floats: -0 and 0 are one, NaN is no number and gets what is asked for.
inline std::int32_t tree_key(float x, std::int32_t of_nan) noexcept {
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t key = bits < 0 ? std::numeric_limits<std::int32_t>::min() - bits : bits;
  return x != x ? of_nan : key;
}

/// A row as walks by keys read it: for column j the number 2 j has NaN above all numbers, 2 j + 1 has it below, so that the
/// `split` of TreeNodes is an index and a node needs no look at NaN. The last of 2 columns + 1 numbers is above nothing.
template <class E> inline void tree_keys(int columns, const E* row, std::int32_t* keys) noexcept {
  for (int j = 0; j < columns; ++j) {
    const auto x = static_cast<float>(row[j]);
    keys[2 * j] = tree_key(x, std::numeric_limits<std::int32_t>::max());
    keys[2 * j + 1] = tree_key(x, std::numeric_limits<std::int32_t>::min());
  }
  keys[2 * columns] = std::numeric_limits<std::int32_t>::min();
}

/// A node of a walk by keys, all of it in one cache line. A leaf is its own left child and looks at the last key.
struct KeyNode {
  std::int32_t threshold;  // a leaf: what it stands for
  std::uint16_t split;     // of TreeNodes
  std::uint16_t left;      // how far behind the node; the right child follows it
};

/// The leaves of eight walks side by side: node[i] is a root before and the leaf after. Walk i reads keys + i * apart.
template <class Apart>
[[gnu::always_inline]] inline void key_leaves(const std::int32_t* keys, Apart apart, const KeyNode* (&node)[tree_lanes]) noexcept {
  std::ptrdiff_t moved;
  const auto step = [&](int i) __attribute__((always_inline)) {
    const KeyNode& n = *node[i];
    const std::ptrdiff_t by = n.left + static_cast<std::ptrdiff_t>(keys[i * apart + n.split] > n.threshold);
    node[i] += by;
    return by;
  };
  do {  // two steps for each test whether all have arrived
    for (int i = 0; i < tree_lanes; ++i) step(i);
    moved = 0;
    for (int i = 0; i < tree_lanes; ++i) moved |= step(i);
  } while (moved != 0);
}

}  // namespace tutti::kernel
