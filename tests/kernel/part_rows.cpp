// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/part_rows.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace tutti::kernel;

TEST_CASE("rows are parted by the code of any column, of a byte or of two, both sides in their order, whatever the width and the number of rows") {
  numbers::Stream stream(9);
  for (const std::ptrdiff_t width : {1, 2, 5, 6, 7, 50})
    for (std::ptrdiff_t n : {0, 1, 15, 16, 17, 100}) {
      const std::ptrdiff_t rows = n + 3;
      std::vector<std::uint8_t> codes(static_cast<std::size_t>(rows * width));  // no byte more: reads behind it are found
      for (auto& code : codes) code = static_cast<std::uint8_t>((stream.next() >> 5) % 12);
      std::vector<std::uint16_t> wide_codes;
      for (const auto code : codes) wide_codes.push_back(static_cast<std::uint16_t>(259 * code));  // both bytes differ
      for (int column = 0; column < width; ++column)
        for (const int missing : {11, 20})
          for (const bool missing_left : {false, true})
            for (const int last : {0, 5, 10}) {
              std::vector<std::uint32_t> all, left, right;
              for (std::ptrdiff_t i = 0; i < n; ++i) all.push_back(static_cast<std::uint32_t>(rows - 1 - i));
              for (const std::uint32_t r : all) {
                const int code = codes[static_cast<std::size_t>(r * width + column)];
                ((code == missing ? missing_left : code <= last) ? left : right).push_back(r);
              }
              for (const bool wide : {false, true}) {
                const int by = wide ? 259 : 1;
                const PartColumn of{codes.data(), width,          rows, column, by * last, by * missing,
                                    missing_left, wide ? wide_codes.data() : nullptr};
                std::vector<std::uint32_t> some = all, other(static_cast<std::size_t>(n + part_slack));
                const std::ptrdiff_t stay = part_rows(of, some.data(), n, other.data());
                REQUIRE(stay == static_cast<std::ptrdiff_t>(left.size()));
                REQUIRE(std::vector(some.begin(), some.begin() + stay) == left);
                REQUIRE(std::vector(other.begin(), other.begin() + (n - stay)) == right);
                for (const std::uint32_t r : all) REQUIRE(of.left(r) == (std::find(left.begin(), left.end(), r) != left.end()));
              }
            }
    }
}
