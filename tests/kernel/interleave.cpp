// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/interleave.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE("interleaved counts every byte once") {
  std::vector<int> seen(static_cast<std::size_t>(register_bytes));
  for (std::ptrdiff_t v = 0; v < 4; ++v)
    for (std::ptrdiff_t lane = 0; lane < quad_lanes; ++lane) ++seen[static_cast<std::size_t>(interleaved(v, lane))];
  CHECK(seen == std::vector<int>(seen.size(), 1));
}

TEST_CASE("four registers become fours of bytes, and the lowest of each a register again") {
  const auto bytes = numbers::bytes<std::uint8_t>(4 * register_bytes, 1);
  Quads q[4];
  interleave(load_quads(bytes.data()), load_quads(bytes.data() + register_bytes), load_quads(bytes.data() + 2 * register_bytes),
             load_quads(bytes.data() + 3 * register_bytes), q);
  int wrong = 0;
  for (std::ptrdiff_t v = 0; v < 4; ++v) {
    std::vector<std::int32_t> lane(static_cast<std::size_t>(quad_lanes));
    store<std::int32_t>(q[v], lane.data());
    for (std::ptrdiff_t i = 0; i < quad_lanes; ++i)
      for (std::ptrdiff_t p = 0; p < 4; ++p)
        wrong += static_cast<std::uint8_t>(lane[static_cast<std::size_t>(i)] >> (8 * p) & 255) !=
                 bytes[static_cast<std::size_t>(p * register_bytes + interleaved(v, i))];
  }
  CHECK(wrong == 0);
  std::vector<std::uint8_t> lowest(static_cast<std::size_t>(register_bytes) + 1);
  store_interleaved(q, lowest.data() + 1);
  CHECK(std::equal(lowest.begin() + 1, lowest.end(), bytes.begin()));
}
