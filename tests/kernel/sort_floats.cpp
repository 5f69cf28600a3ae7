// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/sort_floats.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace tutti::kernel;

TEST_CASE("numbers are sorted as std::sort sorts them, whatever their signs, sizes and number") {
  numbers::Stream stream(4);
  for (const std::size_t n : {0, 1, 2, 7, 999, 1000, 1001, 5000})
    for (int kind = 0; kind < 5; ++kind) {
      std::vector<float> values(n);
      for (float& v : values) {
        const auto word = static_cast<std::uint32_t>(stream.next());
        v = kind == 0   ? std::bit_cast<float>(word)
            : kind == 1 ? static_cast<float>(word % 10)
            : kind == 2 ? (word % 2 != 0 ? 0.0f : -0.0f)
            : kind == 3 ? (word % 3 == 0   ? std::numeric_limits<float>::infinity()
                           : word % 3 == 1 ? -std::numeric_limits<float>::infinity()
                                           : static_cast<float>(word % 7) - 3)
                        : static_cast<float>(static_cast<std::int32_t>(word)) * 1e-9f;
        if (std::isnan(v)) v = 1;
      }
      std::vector<float> expected = values;
      std::sort(expected.begin(), expected.end());
      std::vector<std::uint32_t> scratch(static_cast<std::size_t>(sort_scratch(static_cast<std::ptrdiff_t>(n))));
      sort_floats(values.data(), static_cast<std::ptrdiff_t>(n), scratch.data());
      REQUIRE(values == expected);
      for (const float v : values) REQUIRE_FALSE((v == 0 && std::signbit(v)));
    }
}
