// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/row_parter.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

TEST_CASE("rows are parted the same way on any number of threads, in chunks or not, both sides in their order") {
  constexpr std::ptrdiff_t width = 3;
  for (const std::ptrdiff_t n : {0, 1, 1000, 65535, 65536, 150001}) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(n * width));
    Random random(2);
    for (auto& code : codes) code = static_cast<std::uint8_t>(random.below(9));
    std::vector<std::uint32_t> rows, left, right;
    for (std::ptrdiff_t i = 0; i < n; ++i) rows.push_back(static_cast<std::uint32_t>((i * 7) % n));
    const kernel::PartColumn column{codes.data(), width, n, 1, 3, 8, true};
    for (const std::uint32_t r : rows) (column.left(r) ? left : right).push_back(r);
    left.insert(left.end(), right.begin(), right.end());
    for (const int threads : {1, 2, 7}) {
      auto parted = rows;
      RowParter parter;
      parter.prepare(n);
      const std::ptrdiff_t middle = parallel::with_threads(threads, [&] { return parter(column, parted, true); });
      CHECK(middle == n - static_cast<std::ptrdiff_t>(right.size()));
      CHECK(parted == left);
    }
  }
}
