// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/part_rows.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti::kernel;

TEST_CASE("rows are parted by the code of any column, both sides in their order, whatever the width and the number of rows") {
  numbers::Stream stream(9);
  for (const std::ptrdiff_t width : {1, 2, 5, 6, 7, 50})
    for (std::ptrdiff_t n : {0, 1, 15, 16, 17, 100}) {
      const std::ptrdiff_t rows = n + 3;
      std::vector<std::uint8_t> codes(static_cast<std::size_t>(rows * width));  // no byte more: reads behind it are found
      for (auto& code : codes) code = static_cast<std::uint8_t>((stream.next() >> 5) % 12);
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
              std::vector<std::uint32_t> other(static_cast<std::size_t>(n + part_slack));
              const std::ptrdiff_t stay =
                  part_rows({codes.data(), width, rows, column, last, missing, missing_left}, all.data(), n, other.data());
              REQUIRE(stay == static_cast<std::ptrdiff_t>(left.size()));
              REQUIRE(std::vector(all.begin(), all.begin() + stay) == left);
              REQUIRE(std::vector(other.begin(), other.begin() + (n - stay)) == right);
            }
    }
}
