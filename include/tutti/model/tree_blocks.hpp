// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/tree_block.hpp>
#include <tutti/kernel/tree_keys.hpp>
#include <tutti/model/tree_arrays.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace tutti::detail {

/// Small trees as kernel::block_tree reads them: splits whose thresholds are places in the ascending list of all thresholds of
/// their column, so that a comparison is one of bytes. Trees are grouped where their columns take more bytes than may be held.
/// Source   the idea of looking at all splits: Lucchese et al., QuickScorer, SIGIR 2015.
class TreeBlocks {
 public:
  /// Nothing if a tree has more than 256 leaves or is no tree.
  [[gnu::cold]] void build(const TreeArrays& trees) {
    for (std::ptrdiff_t t = 0; t < std::ssize(trees.root); ++t)
      if (!is_small_tree(trees, t)) return;
    add_groups(trees, 0, std::ssize(trees.root));
  }
  bool usable() const noexcept { return !groups_.empty(); }

  /// add(tree, value rows of its leaves, number of the leaf of each row) for trees [first, last) in order and at most 64 rows.
  template <class Row, class Add>
  void each(const Row& row, std::ptrdiff_t n, std::ptrdiff_t first, std::ptrdiff_t last, const Add& add) const noexcept {
    alignas(64) std::int8_t columns[most_columns * kernel::block_rows];
    alignas(64) std::uint8_t results[(kernel::block_leaves + kernel::block_slots) * kernel::block_rows];
    kernel::block_begin(most_leaves_, results);
    for (const Group& g : groups_) {
      if (g.last <= first || g.first >= last) continue;
      fill(g, row, n, columns);
      for (std::ptrdiff_t t = std::max(first, g.first); t < std::min(last, g.last); ++t) {
        const Place& at = place_[index(t)], &end = place_[index(t + 1)];
        kernel::block_tree(nodes_.data() + at.node, end.node - at.node, columns, results);
        const std::ptrdiff_t root = end.node > at.node ? nodes_[index(end.node - 1)].out : 0;
        add(t, leaf_.data() + at.leaf, results + root * kernel::block_rows);
      }
    }
  }

 private:
  static constexpr std::ptrdiff_t most_columns = 256;
  struct Group {
    std::ptrdiff_t first, last;  // trees
    std::size_t first_list, last_list, first_column;
  };
  struct List {  // thresholds of a column
    int column;
    std::int32_t count;
    std::size_t first, first_byte, last_byte;  // in thresholds_, in columns_
  };
  struct Place {  // of a tree
    std::ptrdiff_t node, leaf;
  };
  static constexpr std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }

  template <class Row>
  void fill(const Group& g, const Row& row, std::ptrdiff_t n, std::int8_t* columns) const noexcept {
    using Number = std::remove_cvref_t<decltype(*row(0))>;
    const Number* rows[kernel::block_rows];
    for (std::ptrdiff_t i = 0; i < kernel::block_rows; ++i) rows[i] = row(std::min(i, n - 1));
    float x[kernel::block_rows];
    std::int32_t rank[kernel::block_rows];
    for (std::size_t l = g.first_list; l < g.last_list; ++l) {
      const List& list = lists_[l];
      for (std::ptrdiff_t i = 0; i < kernel::block_rows; ++i) x[i] = static_cast<float>(rows[i][list.column]);
      kernel::block_ranks(thresholds_.data() + list.first, list.count, x, rank);
      for (std::size_t c = list.first_byte; c < list.last_byte; ++c)
        kernel::block_column(columns_[c], rank, columns + static_cast<std::ptrdiff_t>(c - g.first_column) * kernel::block_rows);
    }
  }

  /// Every node but the root has one parent, in front of it.
  static bool is_small_tree(const TreeArrays& trees, std::ptrdiff_t t) {
    const std::int32_t begin = trees.begin(t), size = trees.end(t) - begin;
    if (size < 1 || size > 2 * kernel::block_leaves - 1) return false;
    Buffer<int> parents(index(size));
    for (std::int32_t i = begin; i < begin + size; ++i) {
      if (trees.is_leaf(i)) continue;
      ++parents[index(trees.nodes.left[i] - begin)];
      ++parents[index(trees.nodes.left[i] - begin + 1)];
    }
    for (std::int32_t i = 1; i < size; ++i)
      if (parents[index(i)] != 1) return false;
    return parents[0] == 0;
  }

  /// Column and threshold of a split, in one number that is ordered as they are.
  static std::uint64_t key_of(const TreeArrays& trees, std::int32_t node) {
    const float threshold = trees.nodes.threshold[node];
    const std::int32_t key = kernel::tree_key(threshold, kernel::tree_key(std::numeric_limits<float>::infinity(), 0));
    return static_cast<std::uint64_t>(trees.nodes.split[node] / 2) << 32 | (static_cast<std::uint32_t>(key) ^ 0x80000000u);
  }
  static float threshold_of(std::uint64_t key) {
    const auto ordered = static_cast<std::int32_t>(static_cast<std::uint32_t>(key) ^ 0x80000000u);
    return std::bit_cast<float>(ordered < 0 ? std::numeric_limits<std::int32_t>::min() - ordered : ordered);
  }
  static void sort(Buffer<std::uint64_t>& keys) {  // by bytes: a std::sort would cost every program compile time
    Buffer<std::uint64_t> other(keys.size());
    for (int shift = 0; shift < 64; shift += 8) {
      std::size_t first[257] = {};
      for (const std::uint64_t k : keys) ++first[(k >> shift & 255) + 1];
      for (int b = 0; b < 256; ++b) first[b + 1] += first[b];
      for (const std::uint64_t k : keys) other[first[k >> shift & 255]++] = k;
      keys.swap(other);
    }
  }

  struct Thresholds {
    Buffer<std::uint64_t> keys{};           // distinct, ascending
    Buffer<std::size_t> first_of{};         // where the column of a key begins
    Buffer<std::uint16_t> byte[2]{};        // by direction of NaN: number of the byte column of a key, or none
    std::size_t bytes = 0;
    std::size_t at(std::uint64_t key) const { return index(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin()); }
  };
  static constexpr std::uint16_t none = 0xffff;

  static Thresholds collect(const TreeArrays& trees, std::ptrdiff_t first, std::ptrdiff_t last) {
    Thresholds all;
    const std::int32_t begin = trees.begin(first), end = trees.end(last - 1);
    for (std::int32_t i = begin; i < end; ++i)
      if (!trees.is_leaf(i)) all.keys.push_back(key_of(trees, i));
    sort(all.keys);
    all.keys.resize(index(std::unique(all.keys.begin(), all.keys.end()) - all.keys.begin()));
    for (std::size_t k = 0; k < all.keys.size(); ++k)
      all.first_of.push_back(k > 0 && all.keys[k] >> 32 == all.keys[k - 1] >> 32 ? all.first_of[k - 1] : k);
    for (auto& of : all.byte) of.assign(all.keys.size(), none);
    for (std::int32_t i = begin; i < end; ++i)
      if (!trees.is_leaf(i)) all.byte[trees.nodes.split[i] % 2][all.at(key_of(trees, i))] = 0;
    for (std::size_t k = 0; k < all.keys.size();) {  // stretches of keys that share a column of bytes
      std::size_t stop = k;
      while (stop < all.keys.size() && all.first_of[stop] == all.first_of[k] &&
             (stop - all.first_of[k]) / kernel::block_thresholds == (k - all.first_of[k]) / kernel::block_thresholds)
        ++stop;
      for (auto& of : all.byte) {
        bool used = false;
        for (std::size_t j = k; j < stop; ++j)
          if (of[j] != none) of[j] = static_cast<std::uint16_t>(all.bytes), used = true;
        all.bytes += used;
      }
      k = stop;
    }
    return all;
  }

  void add_groups(const TreeArrays& trees, std::ptrdiff_t first, std::ptrdiff_t last) {
    if (first == last) return;
    const Thresholds all = collect(trees, first, last);
    if (all.bytes > index(most_columns)) {  // never for one tree
      add_groups(trees, first, (first + last) / 2);
      add_groups(trees, (first + last) / 2, last);
      return;
    }
    const Group g{first, last, lists_.size(), 0, columns_.size()};
    add_lists(all);
    groups_.push_back({g.first, g.last, g.first_list, lists_.size(), g.first_column});
    for (std::ptrdiff_t t = first; t < last; ++t) add_tree(trees, t, all);
  }

  void add_lists(const Thresholds& all) {
    for (std::size_t k = 0, stop; k < all.keys.size(); k = stop) {
      for (stop = k; stop < all.keys.size() && all.first_of[stop] == k; ++stop) {}
      const auto count = static_cast<std::int32_t>(stop - k);
      List list{static_cast<int>(all.keys[k] >> 32), count, thresholds_.size(), columns_.size(), 0};
      for (std::size_t j = k; j < stop; ++j) thresholds_.push_back(threshold_of(all.keys[j]));
      std::size_t room = 1;
      while (room <= index(count)) room *= 2;
      thresholds_.resize(list.first + room - 1, std::numeric_limits<float>::infinity());
      for (std::size_t chunk = k; chunk < stop; chunk += kernel::block_thresholds)
        for (const bool missing_left : {false, true}) {
          bool used = false;
          for (std::size_t j = chunk; j < std::min<std::size_t>(stop, chunk + kernel::block_thresholds); ++j)
            used = used || all.byte[missing_left][j] != none;
          if (used) columns_.push_back({static_cast<std::int32_t>(chunk - k), missing_left});
        }
      list.last_byte = columns_.size();
      lists_.push_back(list);
    }
  }

  void add_tree(const TreeArrays& trees, std::ptrdiff_t t, const Thresholds& all) {
    const std::int32_t begin = trees.begin(t), end = trees.end(t);
    Buffer<std::uint16_t> number(index(end - begin)), need(index(end - begin));  // of a leaf; slots that a split needs
    if (place_.empty()) place_.push_back({0, 0});
    std::uint16_t leaves = 0;
    for (std::int32_t i = begin; i < end; ++i)
      if (trees.is_leaf(i)) {
        number[index(i - begin)] = leaves++;
        leaf_.push_back(trees.leaf[i]);
      }
    most_leaves_ = std::max(most_leaves_, int{leaves});
    for (std::int32_t i = end; i-- > begin;) {
      if (trees.is_leaf(i)) continue;
      const std::uint16_t l = need[index(trees.nodes.left[i] - begin)], r = need[index(trees.nodes.left[i] + 1 - begin)];
      need[index(i - begin)] = static_cast<std::uint16_t>(l == r ? l + 1 : std::max(l, r));
    }
    if (!trees.is_leaf(begin)) add_split(trees, begin, begin, all, number, need, kernel::block_leaves);
    place_.push_back({std::ssize(nodes_), std::ssize(leaf_)});
  }

  /// Emits the splits below node i, the side that needs more slots first; the result is in `slot`.
  std::uint16_t add_split(const TreeArrays& trees, std::int32_t i, std::int32_t begin, const Thresholds& all,
                          const Buffer<std::uint16_t>& number, const Buffer<std::uint16_t>& need, std::uint16_t slot) {
    const std::int32_t left = trees.nodes.left[i];
    const bool right_first = need[index(left + 1 - begin)] > need[index(left - begin)];
    std::uint16_t of[2], free = slot;
    for (const int side : {right_first ? 1 : 0, right_first ? 0 : 1}) {
      if (trees.is_leaf(left + side)) of[side] = number[index(left + side - begin)];
      else of[side] = add_split(trees, left + side, begin, all, number, need, free++);
    }
    const std::size_t k = all.at(key_of(trees, i));
    const auto place = static_cast<std::ptrdiff_t>((k - all.first_of[k]) % kernel::block_thresholds);
    nodes_.push_back({all.byte[trees.nodes.split[i] % 2][k], static_cast<std::int8_t>(place - 128), of[0], of[1], slot});
    return slot;
  }

  Buffer<Group> groups_;
  Buffer<List> lists_;
  Buffer<float> thresholds_;
  Buffer<kernel::BlockColumn> columns_;
  Buffer<kernel::BlockNode> nodes_;
  Buffer<Place> place_;
  Buffer<std::int32_t> leaf_;  // row of values
  int most_leaves_ = 0;
};

}  // namespace tutti::detail
