// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/tree_block.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

using namespace tutti::kernel;

TEST_CASE("the rank of a number is how many thresholds lie below it, and NaN has none") {
  for (const int count : {1, 2, 3, 6, 7, 8, 15, 16, 254, 255, 300}) {
    CAPTURE(count);
    std::size_t room = 1;
    while (room <= static_cast<std::size_t>(count)) room *= 2;
    std::vector<float> thresholds(room - 1, numbers::infinity<float>);
    for (int j = 0; j < count; ++j) thresholds[static_cast<std::size_t>(j)] = static_cast<float>(j);
    std::array<float, block_rows> x;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) * static_cast<float>(count) / 40 - 2;
    x[3] = numbers::nan<float>;
    x[4] = numbers::infinity<float>;
    x[5] = -numbers::infinity<float>;
    std::array<std::int32_t, block_rows> rank;
    block_ranks(thresholds.data(), count, x.data(), rank.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto below = std::count_if(thresholds.begin(), thresholds.begin() + count, [&](float t) { return t < x[i]; });
      CHECK(rank[i] == (std::isnan(x[i]) ? -1 : below));
    }
    for (const std::int32_t first : {0, 255})
      for (const bool missing_left : {false, true}) {
        std::array<std::int8_t, block_rows> bytes;
        block_column({first, missing_left}, rank.data(), bytes.data());
        for (std::size_t i = 0; i < x.size(); ++i)
          for (int j = 0; j < block_thresholds && first + j < count; ++j) {
            const bool right = std::isnan(x[i]) ? !missing_left : x[i] > thresholds[static_cast<std::size_t>(first + j)];
            CHECK((bytes[i] > j - 128) == right);
          }
      }
  }
}

TEST_CASE("a tree in a block chooses the leaf that each row reaches, children before their parents") {
  // node 0: column 0 > -3 ? node 1 : leaf 0;  node 1: column 1 > 100 ? leaf 2 : node 2;  node 2: column 0 > 7 ? leaf 255 : leaf 1
  constexpr std::uint16_t slot = block_leaves;
  const BlockNode nodes[] = {{0, 7, 1, 255, slot}, {1, 100, slot, 2, slot + 1}, {0, -3, 0, slot + 1, slot}};
  std::vector<std::uint8_t> results((block_leaves + block_slots) * block_rows);
  block_begin(block_leaves, results.data());
  const auto columns = numbers::bytes<std::int8_t>(2 * block_rows, 5);
  block_tree(nodes, 3, columns.data(), results.data());
  for (std::size_t i = 0; i < block_rows; ++i) {
    const int a = columns[i], b = columns[block_rows + i];
    const int leaf = a <= -3 ? 0 : b > 100 ? 2 : a > 7 ? 255 : 1;
    CHECK(results[slot * block_rows + i] == leaf);
  }
}
