// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/matrix_cut.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti::kernel;

TEST_CASE("the parts of a matrix are all of it, and no number is in two of them") {
  for (const std::ptrdiff_t rows : {1, 2, 5, 17})
    for (const std::ptrdiff_t columns : {1, 15, 16, 49, 130})
      for (const std::ptrdiff_t parts : {1, 2, 3, 7, 64}) {
        const MatrixCut cut = cut_product(rows, columns, 16, parts);
        std::vector<int> times(static_cast<std::size_t>(rows * columns));
        for (std::ptrdiff_t i = 0; i < cut.count(); ++i) {
          const MatrixPart p = cut.part(i);
          CHECK(p.column % 16 == 0);
          for (std::ptrdiff_t r = 0; r < p.rows; ++r)
            for (std::ptrdiff_t c = 0; c < p.columns; ++c) ++times[static_cast<std::size_t>((p.row + r) * columns + p.column + c)];
        }
        CHECK(times == std::vector<int>(times.size(), 1));
        CHECK(cut.count() <= parts);
      }
}

TEST_CASE("a matrix is cut where its parts have the least cost") {
  const auto cut = [](std::ptrdiff_t rows, std::ptrdiff_t columns) { return cut_product(rows, columns, 16, 4); };
  CHECK(cut(4096, 16).height == 1024);
  CHECK(cut(1, 4096).width == 1024);
  CHECK(cut(256, 256).height == 128);
  CHECK(cut(256, 256).width == 128);
}
