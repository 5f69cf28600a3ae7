// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/shared_rows.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace tutti;

TEST_CASE("equal rows are kept once, in the order of their first, and every row finds its numbers") {
  for (const int width : {1, 3})
    for (const std::uint32_t values : {1u, 2u, 9u, 100000u}) {
      Random random(values);
      Buffer<float> rows;
      for (int i = 0; i < 500 * width; ++i) rows.push_back(static_cast<float>(random.below(values)) - 1);
      const Buffer<float> before = rows;
      const Buffer<std::int32_t> moved = detail::share_rows(rows, width);
      REQUIRE(moved.size() == 500);
      std::set<std::vector<float>> distinct;
      std::int32_t highest = -1;
      for (std::size_t i = 0; i < moved.size(); ++i) {
        const float* const was = before.data() + i * static_cast<std::size_t>(width);
        distinct.emplace(was, was + width);
        CHECK(std::equal(was, was + width, rows.data() + moved[i] * width));
        CHECK(moved[i] <= highest + 1);
        highest = std::max(highest, moved[i]);
      }
      CHECK(rows.size() == distinct.size() * static_cast<std::size_t>(width));
    }
}

TEST_CASE("0 and -0 are kept apart, no row is none") {
  Buffer<float> zeros{0.0f, -0.0f, 0.0f}, none;
  CHECK(detail::share_rows(zeros, 1)[2] == 0);
  CHECK(zeros.size() == 2);
  CHECK(detail::share_rows(none, 2).empty());
}
