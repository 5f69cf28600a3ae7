// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/tree_bytes.hpp>
#include <tutti/model/tree_block_thresholds.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti::detail {

/// Trees of at most 64 leaves as kernel::byte_leaf reads them: a number becomes a byte, its rank among up to 255 thresholds of its
/// column, as in TreeBlocks.
class TreeBytes {
 public:
  /// Nothing if a tree has more leaves or splits categories, or a row would take more than 128 bytes.
  /// Needs    trees whose nodes have one parent each.
  [[gnu::cold]] void build(const TreeArrays& trees) {
    for (std::ptrdiff_t t = 0; t < std::ssize(trees.root); ++t)
      if (trees.end(t) - trees.begin(t) > 2 * kernel::byte_leaves - 1) return;
    for (std::int32_t i = 0; i < trees.count; ++i)
      if (trees.by_set(i)) return;
    const BlockThresholds all(trees, 0, std::ssize(trees.root));
    if (all.bytes > index(kernel::byte_columns)) return;
    add_stretches(all);
    trees_.resize(trees.root.size());
    leaf_.resize(trees.root.size() * index(kernel::byte_leaves));
    int deepest = 1;
    for (std::ptrdiff_t t = 0; t < std::ssize(trees.root); ++t) deepest = std::max(deepest, add_tree(trees, t, all));
    while (1 << doublings_ < deepest) ++doublings_;
  }
  bool usable() const noexcept { return !trees_.empty(); }

  /// add(row of values) for trees [first, last) in order.
  template <class Number, class Add>
  void leaves(const Number* row, std::ptrdiff_t first, std::ptrdiff_t last, const Add& add) const noexcept {
    alignas(64) std::int8_t bytes[kernel::byte_columns] = {};
    for (const Stretch& s : stretches_) fill(s, static_cast<float>(row[s.column]), bytes);
    for (std::ptrdiff_t t = first; t < last; ++t)
      add(leaf_.data()[t * kernel::byte_leaves + kernel::byte_leaf(trees_.data()[t], bytes, doublings_)]);
  }

 private:
  static constexpr std::uint16_t none = BlockThresholds::none;
  struct Stretch {  // thresholds of a column: 2^power - 1 in thresholds_, the last of them infinite
    std::int32_t column, power;
    std::size_t first;
    std::uint16_t byte[2];  // by direction of NaN
  };
  static constexpr std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }

  [[gnu::always_inline]] void fill(const Stretch& s, float x, std::int8_t* bytes) const noexcept {
    const float* threshold = thresholds_.data() + s.first;
    std::int32_t below = 0;
    for (std::int32_t power = s.power; power-- > 0;)  // no branch: it could not be foreseen
      below += static_cast<std::int32_t>(x > threshold[below + (1 << power) - 1]) << power;
    const auto rank = static_cast<std::int8_t>(below - 128);
    if (s.byte[0] != none) bytes[s.byte[0]] = x != x ? 127 : rank;
    if (s.byte[1] != none) bytes[s.byte[1]] = x != x ? -128 : rank;
  }

  void add_stretches(const BlockThresholds& all) {
    const auto stretch_of = [&](std::size_t k) { return (k - all.first_of[k]) / kernel::block_thresholds; };
    for (std::size_t k = 0, stop; k < all.keys.size(); k = stop) {
      Stretch s{static_cast<std::int32_t>(all.keys[k] >> 32), 0, thresholds_.size(), {none, none}};
      for (stop = k; stop < all.keys.size() && all.first_of[stop] == all.first_of[k] && stretch_of(stop) == stretch_of(k); ++stop) {
        thresholds_.push_back(BlockThresholds::threshold_of(all.keys[stop]));
        for (const int d : {0, 1}) s.byte[d] = std::min(s.byte[d], all.byte[d][stop]);
      }
      while (index(1 << s.power) <= stop - k) ++s.power;
      thresholds_.resize(s.first + index(1 << s.power) - 1, std::numeric_limits<float>::infinity());
      stretches_.push_back(s);
    }
  }

  /// Returns how deep the tree is.
  int add_tree(const TreeArrays& trees, std::ptrdiff_t t, const BlockThresholds& all) {
    const std::int32_t begin = trees.begin(t), end = trees.end(t);
    int place[2 * kernel::byte_leaves], depth[2 * kernel::byte_leaves] = {}, splits = 0, leaves = 0, deepest = 0;
    for (std::int32_t i = begin; i < end; ++i) {
      if (trees.is_leaf(i)) leaf_[index(t * kernel::byte_leaves + leaves)] = trees.leaf[i];
      place[i - begin] = trees.is_leaf(i) ? kernel::byte_leaves + leaves++ : splits++;
    }
    kernel::ByteTree& tree = trees_[index(t)];
    tree = {};
    if (splits == 0) tree.left[0] = tree.right[0] = kernel::byte_leaves;
    for (std::int32_t i = begin; i < end; ++i) {
      if (trees.is_leaf(i)) continue;
      const std::size_t k = all.at(BlockThresholds::key_of(trees, i)), n = index(place[i - begin]);
      const std::int32_t left = trees.nodes.left[i] - begin;
      tree.column[n] = static_cast<std::uint8_t>(all.byte[trees.nodes.split[i] % 2][k]);
      tree.threshold[n] = static_cast<std::int8_t>(static_cast<int>((k - all.first_of[k]) % kernel::block_thresholds) - 128);
      tree.left[n] = static_cast<std::uint8_t>(place[left]);
      tree.right[n] = static_cast<std::uint8_t>(place[left + 1]);
      deepest = std::max(deepest, depth[left] = depth[left + 1] = depth[i - begin] + 1);
    }
    return deepest;
  }

  Buffer<kernel::ByteTree> trees_;
  Buffer<Stretch> stretches_;
  Buffer<float> thresholds_;
  Buffer<std::int32_t> leaf_;  // (trees, 64): row of values
  int doublings_ = 0;
};

}  // namespace tutti::detail
