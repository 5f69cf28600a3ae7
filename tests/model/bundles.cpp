// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/kept_histograms.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

using namespace tutti;

namespace {

/// 20 ones and zeros of one category, 8 of another (some rows have none), a number between them, a column with missing.
Dataset<Row<30>, Real> categories(int rows) {
  Buffer<float> x;
  std::vector<float> y;
  Random random(3);
  for (int i = 0; i < rows; ++i) {
    const auto first = static_cast<int>(random.below(20)), second = static_cast<int>(random.below(12));
    const float number = random.uniform();
    for (int j = 0; j < 30; ++j)
      x.push_back(j < 20    ? static_cast<float>(j == first)
                  : j == 20 ? number
                  : j < 29  ? static_cast<float>(j - 21 == second)
                  : i % 5 == 0 ? tree_data::missing_value
                               : static_cast<float>(i % 9 == 0));
    y.push_back(number * static_cast<float>(first % 3) + static_cast<float>(second == 4));
  }
  return {DenseStorage<float>(30, std::move(x)), std::move(y)};
}

void compare(const Binned& with) {
  REQUIRE_FALSE(with.bundles.empty());
  Binned without = with;
  without.bundles = {};
  std::vector<kernel::GradientPair> pairs;
  for (std::uint32_t r = 0; r < 700; ++r) pairs.push_back({std::sin(static_cast<float>(r)), 0.2f + 0.1f * std::cos(static_cast<float>(r))});
  std::vector<std::uint32_t> rows(700);
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<std::int32_t> all(30);
  std::iota(all.begin(), all.end(), 0);
  for (const std::vector<std::int32_t>& columns : {all, std::vector<std::int32_t>{3, 20, 27}, {29}, {5, 28, 29}}) {
    KeptHistograms a(with, true), b(without, true);
    a.begin(columns, pairs.data(), rows);
    b.begin(columns, pairs.data(), rows);
    const std::span<const std::uint32_t> of(rows);
    const int whole[] = {a.build(of), b.build(of)}, part[] = {a.build(of.first(200)), b.build(of.first(200))};
    a.subtract(whole[0], part[0]);
    b.subtract(whole[1], part[1]);
    for (const int k : {0, 1})
      for (const std::int32_t j : columns) {
        kernel::GradientCell room[2][256];
        const auto* left = a.column((k == 0 ? whole : part)[0], j, room[0]);
        const auto* right = b.column((k == 0 ? whole : part)[1], j, room[1]);
        for (int code = 0; code <= with.bins.count(j); ++code) {
          REQUIRE(left[code].gradient == right[code].gradient);
          REQUIRE(left[code].rest == right[code].rest);
        }
      }
    CHECK(a.total(whole[0]).rest == b.total(whole[1]).rest);
    CHECK(a.total(whole[0]).rows() == 500);
  }
}

}  // namespace

TEST_CASE("columns of one category share a code, others do not, and every code of a row can be told from the shared ones") {
  const auto data = categories(800);
  const Binned binned = bin_rows(data);
  const Bundles& bundles = binned.bundles;
  REQUIRE_FALSE(bundles.empty());
  CHECK(bundles.width() < 8);
  for (int j = 1; j < 20; ++j) CHECK(bundles.column[static_cast<std::size_t>(j)].bundle == bundles.column[0].bundle);
  CHECK(bundles.column[20].usual == -1);
  for (std::ptrdiff_t i = 0; i < binned.rows; ++i)
    for (int j = 0; j < 30; ++j) {
      const Bundles::Column& c = bundles.column[static_cast<std::size_t>(j)];
      const int code = bundles.codes[i * bundles.width() + c.bundle];
      const int own = binned.code(i, j), others = binned.bins.count(j);  // codes but the usual one
      if (c.usual < 0) REQUIRE(code == own);
      else if (own == c.usual) REQUIRE((code < c.first || code >= c.first + others));
      else REQUIRE(code == c.first + (own < c.usual ? own : own - 1));
    }
}

TEST_CASE("rows without columns that exclude each other have no bundles") {
  CHECK(bin_rows(tree_data::numbers<20>(500, 1, 0.1, 30)).bundles.empty());
  CHECK(bin_rows(tree_data::numbers<1>(5, 1)).bundles.empty());
}

TEST_CASE("histograms are the same to the last bit with bundles and without, for some of the columns too") {
  const auto data = categories(700);
  for (const int most : {Bins::usual, 1024}) compare(bin_rows(data, most));
  CHECK(bin_rows(data, 1024).bundles.codes.words() != nullptr);
}
