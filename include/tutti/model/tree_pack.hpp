// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/tree_keys.hpp>
#include <tutti/model/tree_blocks.hpp>
#include <tutti/model/tree_bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti::detail {

/// Trees once more: as walks by keys read them, 8 bytes a node, unless they split categories, and where they are small as TreeBlocks
/// and TreeBytes.
/// Made after fit and load, never saved; it finds leaves, the numbers in them stay where they are.
class TreePack {
 public:
  [[gnu::cold]] explicit TreePack(const TreeArrays& trees) : root_(trees.root.begin(), trees.root.end()), columns_(trees.columns) {
    blocks_.build(trees);
    if (kernel::has_byte_trees && blocks_.usable()) bytes_.build(trees);
    if (!fits(trees)) return;
    keys_.resize(index(trees.count));
    for (std::ptrdiff_t t = 0; t < std::ssize(root_); ++t)
      for (std::int32_t i = trees.begin(t); i < trees.end(t); ++i) {
        constexpr std::int32_t above_numbers = std::numeric_limits<std::int32_t>::max() - 1;  // and below NaN that goes right
        const bool leaf = trees.is_leaf(i);
        keys_[index(i)] = {leaf ? trees.leaf[i] : kernel::tree_key(trees.nodes.threshold[i], above_numbers),
                           static_cast<std::uint16_t>(leaf ? 2 * columns_ : trees.nodes.split[i]),
                           static_cast<std::uint16_t>(trees.nodes.left[i] - i)};
      }
  }

  /// Whether there are walks by keys at all.
  bool walks() const noexcept { return !keys_.empty(); }
  const TreeBlocks& blocks() const noexcept { return blocks_; }
  const TreeBytes& bytes() const noexcept { return bytes_; }

  /// add(tree, row, row of values) for trees [first, last) and rows [0, n), for each row in the order of the trees.
  template <class Row, class Add>
  void walk(const Row& row, std::ptrdiff_t n, std::ptrdiff_t first, std::ptrdiff_t last, const Add& add) const noexcept {
    constexpr std::ptrdiff_t lanes = kernel::tree_lanes;
    alignas(64) std::int32_t keys[keys_at_once];
    const std::ptrdiff_t width = key_width();
    const std::ptrdiff_t many = keys_at_once / width / lanes * lanes;
    for (std::ptrdiff_t i = 0, rows; i < n; i += rows) {
      rows = std::min(many, (n - i) / lanes * lanes);
      if (rows == 0) rows = 1;
      for (std::ptrdiff_t r = 0; r < rows; ++r) kernel::tree_keys(columns_, row(i + r), keys + r * width);
      if (rows == 1) one_row(keys, i, first, last, add);
      else
        for (std::ptrdiff_t tree = first; tree < last; ++tree)
          for (std::ptrdiff_t r = 0; r < rows; r += lanes) eight_rows(keys + r * width, i + r, tree, add);
    }
  }

 private:
  static constexpr std::ptrdiff_t keys_at_once = 8192;  // numbers on the stack

  static constexpr std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }
  std::ptrdiff_t key_width() const noexcept { return 2 * std::ptrdiff_t{columns_} + 1; }
  const kernel::KeyNode* tree(std::ptrdiff_t t) const noexcept { return keys_.data() + root_[index(t)]; }

  /// Splits and places in a tree have 16 bits; a file may also hold trees that share nodes.
  static bool fits(const TreeArrays& trees) {
    constexpr std::int32_t most = std::numeric_limits<std::uint16_t>::max();
    if (trees.columns < 1 || trees.columns > (keys_at_once - 1) / 2) return false;
    for (std::ptrdiff_t t = 0; t < std::ssize(trees.root); ++t) {
      if (trees.end(t) - trees.begin(t) > most) return false;
      for (std::int32_t i = trees.begin(t); i < trees.end(t); ++i)
        if (trees.nodes.split[i] < 0 || (!trees.is_leaf(i) && trees.nodes.left[i] + 1 >= trees.end(t))) return false;
    }
    return true;
  }

  template <class Add>
  void one_row(const std::int32_t* keys, std::ptrdiff_t row, std::ptrdiff_t first, std::ptrdiff_t last, const Add& add) const noexcept {
    constexpr int lanes = 12;  // some more than rows have: each waits for the node before
    const kernel::KeyNode* node[lanes];
    for (; first < last; first += lanes) {
      const std::ptrdiff_t some = std::min<std::ptrdiff_t>(lanes, last - first);
      for (int l = 0; l < lanes; ++l) node[l] = tree(first + std::min<std::ptrdiff_t>(l, some - 1));
      kernel::key_leaves(keys, std::integral_constant<std::ptrdiff_t, 0>{}, node);
      for (std::ptrdiff_t l = 0; l < some; ++l) add(first + l, row, node[l]->threshold);
    }
  }
  template <class Add>
  void eight_rows(const std::int32_t* keys, std::ptrdiff_t row, std::ptrdiff_t t, const Add& add) const noexcept {
    constexpr int lanes = kernel::tree_lanes;
    const kernel::KeyNode* node[lanes];
    for (int l = 0; l < lanes; ++l) node[l] = tree(t);
    kernel::key_leaves(keys, key_width(), node);
    for (int l = 0; l < lanes; ++l) add(t, row + l, node[l]->threshold);
  }

  Buffer<std::int32_t> root_;
  int columns_;
  Buffer<kernel::KeyNode> keys_;
  TreeBlocks blocks_;
  TreeBytes bytes_;
};

}  // namespace tutti::detail
