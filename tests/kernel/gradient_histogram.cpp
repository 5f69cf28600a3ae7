// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/gradient_histogram.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti::kernel;

TEST_CASE("cells of whole derivatives are exact sums, adjacent columns or not, whatever the number of columns and rows") {
  constexpr int width = 11, count = 150;
  numbers::Stream stream(5);
  std::vector<std::uint8_t> codes;
  std::vector<WholePair> pairs;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < count; ++r) {
    for (int j = 0; j < width; ++j) codes.push_back(static_cast<std::uint8_t>((stream.next() >> 8) % (j == 3 ? 1 : 256)));
    pairs.push_back({static_cast<std::int32_t>(stream.next() >> 1), static_cast<std::int32_t>(stream.next() % 1000) - 300});
    if (r % 3 != 0) rows.push_back(count - 1 - r);
  }
  for (const std::vector<std::int32_t>& columns :
       {std::vector<std::int32_t>{}, {4}, {2, 3, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {0, 2, 3, 7, 10}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}})
    for (std::size_t n = 0; n <= rows.size(); n += 33) {
      const std::size_t room = n % 2 == 0 ? 256 : 257;
      std::vector<std::int32_t> first;
      for (std::size_t j = 0; j < columns.size(); ++j) first.push_back(static_cast<std::int32_t>(room * j));
      std::vector<GradientCell> cells(room * columns.size());
      gradient_histogram({codes.data(), width, columns.data(), first.data(), static_cast<int>(columns.size())}, pairs.data(), rows.data(),
                         static_cast<std::ptrdiff_t>(n), cells.data());
      for (std::size_t j = 0; j < columns.size(); ++j)
        for (int code = 0; code < 256; ++code) {
          std::int64_t gradient = 0, hessian = 0, of = 0;
          for (std::size_t i = 0; i < n; ++i)
            if (codes[rows[i] * width + static_cast<std::size_t>(columns[j])] == code) {
              gradient += pairs[rows[i]].gradient;
              hessian += pairs[rows[i]].hessian;
              ++of;
            }
          const GradientCell& cell = cells[room * j + static_cast<std::size_t>(code)];
          REQUIRE(cell.gradient == gradient);
          REQUIRE(cell.hessian() == hessian);
          REQUIRE(cell.rows() == of);
          REQUIRE(cell.empty() == (of == 0));
        }
    }
}

TEST_CASE("codes of two bytes are summed like those of one") {
  constexpr int width = 7, rows = 90;
  numbers::Stream stream(8);
  std::vector<std::uint8_t> codes;
  std::vector<std::uint16_t> wide;
  std::vector<WholePair> pairs;
  std::vector<std::uint32_t> some;
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (int j = 0; j < width; ++j) {
      codes.push_back(static_cast<std::uint8_t>((stream.next() >> 8) % 200));
      wide.push_back(static_cast<std::uint16_t>(257 * codes.back()));
    }
    pairs.push_back({static_cast<std::int32_t>(stream.next() >> 1), static_cast<std::int32_t>(stream.next() % 1000)});
    if (r % 4 != 1) some.push_back(rows - 1 - r);
  }
  for (const std::vector<std::int32_t>& columns : {std::vector<std::int32_t>{3}, {0, 1, 2, 3, 4}, {1, 4, 6}}) {
    const auto count = static_cast<int>(columns.size());
    std::vector<std::int32_t> first, first_wide;
    for (int j = 0; j < count; ++j) {
      first.push_back(200 * j);
      first_wide.push_back(256 * 200 * j);
    }
    std::vector<GradientCell> cells(200 * columns.size()), wide_cells(256 * 200 * columns.size());
    const auto n = static_cast<std::ptrdiff_t>(some.size());
    gradient_histogram({codes.data(), width, columns.data(), first.data(), count}, pairs.data(), some.data(), n, cells.data());
    gradient_histogram({nullptr, width, columns.data(), first_wide.data(), count, wide.data()}, pairs.data(), some.data(), n,
                       wide_cells.data());
    int wrong = 0;
    for (std::size_t j = 0; j < columns.size(); ++j)
      for (std::size_t code = 0; code < 200; ++code) {
        const GradientCell &a = cells[200 * j + code], &b = wide_cells[256 * 200 * j + 257 * code];
        wrong += a.gradient != b.gradient || a.rest != b.rest;
      }
    CHECK(wrong == 0);
  }
}

TEST_CASE("differences of cells are exact where hessians are below 0 too") {
  GradientCell a = cell_of({-5, -7});
  const GradientCell b = cell_of({3, -1}), c = cell_of({1, 2});
  a += b;
  a += c;
  CHECK(a.rows() == 3);
  CHECK(a.hessian() == -6);
  a -= b;
  CHECK(a.gradient == -4);
  CHECK(a.hessian() == -5);
  CHECK(a.rows() == 2);
}
