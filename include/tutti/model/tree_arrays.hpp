// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/kernel/tree_walk.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti::detail {

inline constexpr std::int32_t most_set_words = 1 << 30;  // the bits of a smaller position are no NaN, which need not survive
inline constexpr std::uint32_t most_categories = 1 << 24;  // whole numbers that a float tells apart
inline std::size_t set_words(std::uint32_t categories) noexcept { return (std::size_t{categories} + 31) / 32; }

/// What a TreeTable holds, for what is made of it.
struct TreeArrays {
  kernel::TreeNodes nodes;
  std::span<const std::int32_t> root;
  std::int32_t count;        // nodes in all
  const std::int32_t* leaf;  // row of values of a node
  int columns;

  std::int32_t begin(std::ptrdiff_t tree) const noexcept { return root[static_cast<std::size_t>(tree)]; }
  std::int32_t end(std::ptrdiff_t tree) const noexcept { return tree + 1 < std::ssize(root) ? begin(tree + 1) : count; }
  bool is_leaf(std::int32_t node) const noexcept { return nodes.left[node] == node; }

  /// Errors   FileError unless every walk stays inside the arrays and ends.
  [[gnu::cold]] void check(std::ptrdiff_t value_rows, std::size_t words) const {
    for (std::size_t t = 0; t < root.size(); ++t)
      tutti::check<FileError>(root[t] >= 0 && root[t] < count && (t == 0 || root[t] > root[t - 1]),
                              {"trees: expected roots in ascending order below ", count}, root[t]);
    for (std::int32_t i = 0; i < count; ++i) {
      if (is_leaf(i)) {
        tutti::check<FileError>(nodes.split[i] == 1 && nodes.threshold[i] == std::numeric_limits<float>::infinity(),
                                {"trees: expected a leaf that keeps its rows at node ", i}, nodes.split[i]);
        tutti::check<FileError>(leaf[i] >= 0 && leaf[i] < value_rows, {"trees: expected a leaf below ", value_rows, " at node ", i},
                                leaf[i]);
      } else {
        check_split(i, words);
      }
    }
  }

 private:
  void check_split(std::int32_t i, std::size_t words) const {
    tutti::check<FileError>(nodes.left[i] > i && nodes.left[i] < count - 1, {"trees: expected children behind node ", i}, nodes.left[i]);
    const std::int32_t split = nodes.split[i] < 0 ? ~nodes.split[i] : nodes.split[i];
    tutti::check<FileError>(split / 2 < columns, {"trees: expected a column below ", columns, " at node ", i}, split / 2);
    tutti::check<FileError>(leaf[i] < 0, {"trees: expected no leaf at node ", i}, leaf[i]);
    if (nodes.split[i] >= 0) return;
    const auto at = std::bit_cast<std::int32_t>(nodes.threshold[i]);
    const bool inside = at >= 0 && static_cast<std::size_t>(at) < words;
    tutti::check<FileError>(inside && nodes.sets[at] <= most_categories && set_words(nodes.sets[at]) < words - static_cast<std::size_t>(at),
                            {"trees: expected a set of categories at node ", i}, at);
  }
};

}  // namespace tutti::detail
