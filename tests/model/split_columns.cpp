// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/ranked_columns_fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace tutti;
using tree_data::infinity;
using tree_data::missing_value;

namespace {
struct Item {
  std::uint32_t row;
};
std::vector<std::uint32_t> codes(const SplitColumns& columns, int column, std::uint32_t rows) {
  std::vector<Item> items;
  for (std::uint32_t i = 0; i < rows; ++i) items.push_back({i});
  std::vector<std::uint32_t> code(rows);
  columns.read(column, std::span<const Item>(items), code.data());
  return code;
}
template <int Columns> auto dataset(std::vector<float> x) {
  std::vector<float> y(x.size() / static_cast<std::size_t>(Columns), 0.0f);
  return Dataset<Row<Columns>, Real>(DenseStorage<float>(Columns, std::span<const float>(x)), std::move(y));
}
}  // namespace

TEST_CASE("ranks are places among the distinct numbers; NaN comes last, both zeros are one, infinities are numbers") {
  const auto data = dataset<2>({3, missing_value, -infinity, 1, 0.0f, missing_value, -0.0f, 1, infinity, 1, 3, 1});
  const RankedColumns ranked = rank_rows(row_source(data));
  const SplitColumns columns(ranked);
  REQUIRE(columns.width() == 2);
  CHECK(codes(columns, 0, 6) == std::vector<std::uint32_t>{2, 0, 1, 1, 3, 2});
  CHECK(columns.count(0) == 4);
  CHECK(codes(columns, 1, 6) == std::vector<std::uint32_t>{1, 0, 1, 0, 0, 0});
  CHECK(columns.count(1) == 1);
  CHECK(columns.splits(1));
  CHECK(columns.threshold(0, 1, 2) == 1.5f);
  CHECK(columns.threshold(0, 1, 4) == infinity);
  CHECK(columns.threshold(0, 0, 1) == -infinity);
  CHECK(columns.code_upto(0, 0, 3, 2.0f) == 1);
  CHECK(columns.code_upto(0, 0, 3, 3.0f) == 2);
}

TEST_CASE("a column that never changes cannot be split") {
  const auto data = dataset<1>({2, 2, 2});
  const RankedColumns ranked = rank_rows(row_source(data));
  CHECK_FALSE(SplitColumns(ranked).splits(0));
}

TEST_CASE("more than 65535 distinct numbers have wide ranks that say the same") {
  std::vector<float> x;
  for (int i = 0; i < 70'000; ++i) x.push_back(static_cast<float>((i * 7919LL) % 70'000));
  const auto data = dataset<1>(x);
  const RankedColumns ranked = rank_rows(row_source(data));
  CHECK(ranked.codes.empty());
  const SplitColumns columns(ranked);
  CHECK(columns.count(0) == 70'000);
  const auto code = codes(columns, 0, 70'000);
  bool right = true;
  for (std::size_t i = 0; i < x.size(); ++i) right = right && static_cast<float>(code[i]) == x[i];
  CHECK(right);
}

TEST_CASE("a border is the greatest float that is not above the mean of two numbers") {
  const float a = 1, b = std::nextafter(1.0f, 2.0f), c = std::nextafter(b, 2.0f);
  CHECK(SplitColumns::middle(a, b) == a);
  CHECK(SplitColumns::middle(a, c) == b);
  CHECK(SplitColumns::middle(-infinity, infinity) == -infinity);
  CHECK(SplitColumns::middle(5, infinity) == 5);
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const float low = static_cast<float>(random.normal()), high = low + std::fabs(static_cast<float>(random.normal())) * 1e-6f;
    if (!(low < high)) continue;
    const double mean = (static_cast<double>(low) + static_cast<double>(high)) / 2;
    const float t = SplitColumns::middle(low, high);
    CHECK(static_cast<double>(t) <= mean);
    CHECK(static_cast<double>(std::nextafter(t, infinity)) > mean);
  }
}

TEST_CASE("bins are read like ranks") {
  const auto data = dataset<2>({1, 9, 4, 8, 2, 9});
  const Binned binned = bin_rows(data);
  const SplitColumns columns(binned);
  CHECK(columns.width() == 2);
  CHECK(codes(columns, 0, 3) == std::vector<std::uint32_t>{0, 2, 1});
  CHECK(columns.low(0, 1) == 2);
  CHECK(columns.high(0, 2) == 4);
  CHECK(columns.threshold(0, 0, 2) == 2.5f);
}
