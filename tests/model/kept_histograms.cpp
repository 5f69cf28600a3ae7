// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/kept_histograms.hpp>
#include <tutti/model/tree_statistics.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

TEST_CASE("a node's histogram minus one child's is the other child's, for the columns in use") {
  const auto data = tree_data::numbers<20>(500, 1, 0.1, 30);
  const Binned binned = bin_rows(data);
  std::vector<kernel::GradientPair> pairs;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 500; ++r) {
    pairs.push_back({data.y(r).value, static_cast<float>(1 + r % 2)});
    rows.push_back((r * 7) % 500);
  }
  std::vector<std::int32_t> columns;
  for (std::int32_t j = 0; j < 20; ++j)
    if (j != 4) columns.push_back(j);
  KeptHistograms<GradientStatistics> kept(binned, GradientStatistics{.pair = pairs.data()}, true);
  kept.use(columns);
  const std::span<const std::uint32_t> all(rows);
  const int whole = kept.build(all), left = kept.build(all.first(123)), right = kept.build(all.subspan(123));
  kept.subtract(whole, left);
  for (const std::int32_t j : columns) {
    CAPTURE(j);
    const auto n = 3 * (binned.bins.count(j) + 1);
    const double *difference = kept.column(whole, j), *built = kept.column(right, j);
    CHECK(std::vector<double>(difference, difference + n) == std::vector<double>(built, built + n));
    double rows_in_column = 0;
    for (std::ptrdiff_t i = 0; i < n; i += 3) rows_in_column += built[i];
    CHECK(rows_in_column == 377);
  }
}

TEST_CASE("a histogram that was given back is used again, and starts from zero") {
  const auto data = tree_data::numbers<3>(50, 2);
  const Binned binned = bin_rows(data);
  const std::vector<kernel::GradientPair> pairs(50, {1, 1});
  const std::vector<std::uint32_t> rows{1, 2, 3};
  const std::vector<std::int32_t> columns{0, 1, 2};
  KeptHistograms<GradientStatistics> kept(binned, GradientStatistics{.pair = pairs.data()}, false);
  kept.use(columns);
  const int first = kept.build(rows), second = kept.build(rows);
  CHECK(first != second);
  const std::vector<double> before(kept.column(second, 0), kept.column(second, 0) + 3 * kept.cells());
  kept.release(first);
  CHECK(kept.build(rows) == first);
  CHECK(std::vector<double>(kept.column(first, 0), kept.column(first, 0) + 3 * kept.cells()) == before);
}
