// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/row_blocks.hpp>

using namespace tutti;

namespace {
Dataset<Row<1>, Real> counted(int rows) {
  Buffer<float> x;
  for (int i = 0; i < rows; ++i) x.push_back(static_cast<float>(i));
  return {DenseStorage<float>(1, x), x};
}
}  // namespace

TEST_CASE("every row from the first on is in one block, in order, and no other row is") {
  for (const int rows : {0, 1, 63, 64, 65, 128, 200}) {
    const auto data = counted(rows + 5);
    std::ptrdiff_t seen = 0;
    for (detail::RowBlocks block(data, 3, rows); block.next();) {
      REQUIRE(block.begin() == seen);
      REQUIRE(block.size() == std::ssize(block.views()));
      REQUIRE((block.size() > 0 && block.size() <= prediction_block));
      for (const auto& x : block.views()) REQUIRE(x[0] == static_cast<float>(3 + seen++));
    }
    CHECK(seen == rows);
  }
}

TEST_CASE("behind the last block there is no other, however often one asks") {
  const auto data = counted(10);
  detail::RowBlocks block(data, 0, 10);
  CHECK(block.next());
  CHECK_FALSE(block.next());
  CHECK_FALSE(block.next());
}
