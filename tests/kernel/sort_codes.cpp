// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/kernel/sort_codes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace tutti;

TEST_CASE("codes are sorted with their places, equal ones as they stood, whatever their number and range") {
  for (std::size_t n = 0; n < 300; n += n < 140 ? 1 : 37)
    for (const std::uint64_t range : {1ull, 3ull, 256ull, 257ull, 65536ull, 1ull << 26, 1ull << 32}) {
      CAPTURE(n);
      CAPTURE(range);
      Random random(n + range);
      std::vector<std::uint32_t> code(n);
      for (auto& c : code) c = static_cast<std::uint32_t>(random() % range);
      std::vector<std::uint64_t> expected(n), sorted(n), scratch(n);
      for (std::size_t i = 0; i < n; ++i) expected[i] = std::uint64_t{code[i]} << 32 | i;
      std::sort(expected.begin(), expected.end());
      kernel::sort_codes(code.data(), static_cast<std::ptrdiff_t>(n), sorted.data(), scratch.data());
      REQUIRE(sorted == expected);
      if (n > 0) CHECK(kernel::code_of(sorted[0]) == *std::min_element(code.begin(), code.end()));
      if (n > 0) CHECK(code[kernel::place_of(sorted[n - 1])] == kernel::code_of(sorted[n - 1]));
    }
}
