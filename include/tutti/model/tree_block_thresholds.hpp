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

namespace tutti::detail {

/// What the splits of some trees ask of their columns: all thresholds in order, and which columns of bytes they need.
struct BlockThresholds {
  struct Codes {  // a column of categories
    int column;
    std::ptrdiff_t byte;  // the first of two columns of bytes
  };
  static constexpr std::uint16_t none = 0xffff;
  static constexpr std::size_t most_codes = 256;  // more columns of bytes than anybody holds: the rest need not be known

  Buffer<std::uint64_t> keys{};     // distinct, ascending
  Buffer<std::size_t> first_of{};   // where the column of a key begins
  Buffer<std::uint16_t> byte[2]{};  // by direction of NaN: number of the byte column of a key, or none
  Buffer<Codes> codes{};            // behind the others
  std::size_t bytes = 0;

  [[gnu::cold]] BlockThresholds(const TreeArrays& trees, std::ptrdiff_t first, std::ptrdiff_t last) {
    const std::int32_t begin = trees.begin(first), end = trees.end(last - 1);
    for (std::int32_t i = begin; i < end; ++i)
      if (by_number(trees, i)) keys.push_back(key_of(trees, i));
    sort_keys();
    for (std::size_t k = 0; k < keys.size(); ++k)
      first_of.push_back(k > 0 && keys[k] >> 32 == keys[k - 1] >> 32 ? first_of[k - 1] : k);
    for (auto& of : byte) of.assign(keys.size(), none);
    for (std::int32_t i = begin; i < end; ++i)
      if (by_number(trees, i)) byte[trees.nodes.split[i] % 2][at(key_of(trees, i))] = 0;
    number_bytes();
    for (std::int32_t i = begin; i < end && codes.size() <= most_codes; ++i)
      if (trees.by_set(i)) add_codes(~trees.nodes.split[i] / 2);
  }

  std::size_t at(std::uint64_t key) const {
    return static_cast<std::size_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin());
  }
  std::ptrdiff_t codes_of(int column) const {
    std::size_t c = 0;
    while (codes[c].column != column) ++c;
    return codes[c].byte;
  }

  /// Column and threshold of a split, in one number that is ordered as they are. NaN is above all numbers, as infinity is.
  static std::uint64_t key_of(const TreeArrays& trees, std::int32_t node) {
    const float threshold = trees.nodes.threshold[node];
    const std::int32_t key = kernel::tree_key(threshold, kernel::tree_key(std::numeric_limits<float>::infinity(), 0));
    return static_cast<std::uint64_t>(trees.nodes.split[node] / 2) << 32 | (static_cast<std::uint32_t>(key) ^ 0x80000000u);
  }
  static float threshold_of(std::uint64_t key) {
    const auto ordered = static_cast<std::int32_t>(static_cast<std::uint32_t>(key) ^ 0x80000000u);
    return std::bit_cast<float>(ordered < 0 ? std::numeric_limits<std::int32_t>::min() - ordered : ordered);
  }

 private:
  static bool by_number(const TreeArrays& trees, std::int32_t node) noexcept { return !trees.is_leaf(node) && !trees.by_set(node); }

  void add_codes(int column) {
    for (const Codes& c : codes)
      if (c.column == column) return;
    codes.push_back({column, static_cast<std::ptrdiff_t>(bytes)});
    bytes += 2;
  }

  /// By bytes: a std::sort would cost every program compile time.
  void sort_keys() {
    Buffer<std::uint64_t> other(keys.size());
    for (int shift = 0; shift < 64; shift += 8) {
      std::size_t first[257] = {};
      for (const std::uint64_t k : keys) ++first[(k >> shift & 255) + 1];
      for (int b = 0; b < 256; ++b) first[b + 1] += first[b];
      for (const std::uint64_t k : keys) other[first[k >> shift & 255]++] = k;
      keys.swap(other);
    }
    keys.resize(static_cast<std::size_t>(std::unique(keys.begin(), keys.end()) - keys.begin()));
  }
  /// Stretches of keys of a column share a column of bytes, by the direction of NaN.
  void number_bytes() {
    for (std::size_t k = 0, stop; k < keys.size(); k = stop) {
      const std::size_t stretch = (k - first_of[k]) / kernel::block_thresholds;
      for (stop = k; stop < keys.size() && first_of[stop] == first_of[k]; ++stop)
        if ((stop - first_of[k]) / kernel::block_thresholds != stretch) break;
      for (auto& of : byte) {
        bool used = false;
        for (std::size_t j = k; j < stop; ++j)
          if (of[j] != none) of[j] = static_cast<std::uint16_t>(bytes), used = true;
        bytes += used;
      }
    }
  }
};

}  // namespace tutti::detail
