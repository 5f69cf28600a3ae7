// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/transpose.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("a transposed matrix has rows for columns at every size up to two registers", T, float, double) {
  constexpr std::ptrdiff_t most = 2 * lanes<T> + 1, gap = 3;
  for (std::ptrdiff_t rows = 0; rows <= most; ++rows)
    for (std::ptrdiff_t columns = 0; columns <= most; ++columns) {
      const auto from = numbers::whole<T>(rows * (columns + gap) + 1, 1);
      auto to = numbers::whole<T>(columns * (rows + gap) + 1, 2);
      auto wanted = to;
      for (std::ptrdiff_t r = 0; r < rows; ++r)
        for (std::ptrdiff_t c = 0; c < columns; ++c)
          wanted[static_cast<std::size_t>(1 + c * (rows + gap) + r)] = from[static_cast<std::size_t>(1 + r * (columns + gap) + c)];
      transpose<T>(rows, columns, from.data() + 1, columns + gap, to.data() + 1, rows + gap);
      CAPTURE(rows);
      CAPTURE(columns);
      CHECK(numbers::differences(to, wanted) == 0);
    }
}

TEST_CASE_TEMPLATE("eight registers are transposed as eight rows", T, float, double) {
  constexpr std::ptrdiff_t n = lanes<T>;
  const auto from = numbers::whole<T>(8 * n, 1);
  Batch<T> row[8];
  for (std::ptrdiff_t r = 0; r < 8; ++r) row[r] = load<T>(from.data() + r * n);
  transpose<T>(row);
  std::vector<T> to(from.size()), wanted(from.size());
  for (std::ptrdiff_t r = 0; r < 8; ++r) {
    store<T>(row[r], to.data() + r * n);
    for (std::ptrdiff_t c = 0; c < n; ++c) wanted[static_cast<std::size_t>(c * 8 + r)] = from[static_cast<std::size_t>(r * n + c)];
  }
  CHECK(numbers::differences(to, wanted) == 0);
}
