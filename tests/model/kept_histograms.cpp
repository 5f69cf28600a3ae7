// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/kept_histograms.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace tutti;

namespace {

std::vector<double> sums_of(const KeptHistograms& kept, int histogram, std::int32_t column, int cells) {
  std::vector<double> sums(3 * static_cast<std::size_t>(cells));
  kernel::GradientCell scratch[256];
  for (int i = 0; i < cells; ++i) kept.unpack(kept.column(histogram, column, scratch)[i], sums.data() + 3 * i);
  return sums;
}
std::vector<std::uint32_t> rows_below(std::uint32_t n) {
  std::vector<std::uint32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

}  // namespace

TEST_CASE("a node's histogram minus one child's is the other child's, for the columns in use") {
  const auto data = tree_data::numbers<20>(500, 1, 0.1, 30);
  const Binned binned = bin_rows(data);
  std::vector<kernel::GradientPair> pairs;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 500; ++r) {
    pairs.push_back({std::sin(static_cast<float>(r)), std::fabs(std::cos(static_cast<float>(r)))});
    rows.push_back((r * 7) % 500);
  }
  std::vector<std::int32_t> columns;
  for (std::int32_t j = 0; j < 20; ++j)
    if (j != 4) columns.push_back(j);
  KeptHistograms kept(binned, true);
  kept.begin(columns, pairs.data(), rows);
  const std::span<const std::uint32_t> all(rows);
  const int whole = kept.build(all), left = kept.build(all.first(123)), right = kept.build(all.subspan(123));
  kept.subtract(whole, left);
  for (const std::int32_t j : columns) {
    CAPTURE(j);
    const int cells = binned.bins.count(j) + 1;
    const auto difference = sums_of(kept, whole, j, cells), built = sums_of(kept, right, j, cells);
    CHECK(difference == built);
    double rows_in_column = 0;
    for (std::size_t i = 0; i < built.size(); i += 3) rows_in_column += built[i];
    CHECK(rows_in_column == 377);
  }
}

TEST_CASE("a histogram holds the sums of each bin, to the rounding of single derivatives") {
  const auto data = tree_data::numbers<3>(2000, 4, 0.1, 40);
  const Binned binned = bin_rows(data);
  std::vector<kernel::GradientPair> pairs;
  for (std::uint32_t r = 0; r < 2000; ++r)  // one far out: the others keep their digits
    pairs.push_back({r == 77 ? 1e6f : std::sin(static_cast<float>(r)), 0.25f + 0.2f * std::cos(static_cast<float>(r))});
  const std::vector<std::int32_t> columns{0, 1, 2};
  const auto rows = rows_below(2000);
  KeptHistograms kept(binned, false);
  kept.begin(columns, pairs.data(), rows);
  const int built = kept.build(rows);
  for (const std::int32_t j : columns) {
    const int cells = binned.bins.count(j) + 1;
    std::vector<double> expected(3 * static_cast<std::size_t>(cells));
    for (const std::uint32_t r : rows) {
      double* cell = expected.data() + 3 * binned.code(r, j);
      cell[0] += 1;
      cell[1] += static_cast<double>(pairs[r].gradient);
      cell[2] += static_cast<double>(pairs[r].hessian);
    }
    const auto sums = sums_of(kept, built, j, cells);
    for (std::size_t i = 0; i < sums.size(); i += 3) {
      CHECK(sums[i] == expected[i]);
      CHECK(std::fabs(sums[i + 1] - expected[i + 1]) <= 1e6 * 0x1p-30 * expected[i]);
      CHECK(std::fabs(sums[i + 2] - expected[i + 2]) <= 500 * 0x1p-28 * expected[i]);
    }
  }
}

TEST_CASE("a histogram has the same bits whatever the order of rows and the number of threads") {
  const auto data = tree_data::numbers<30>(9000, 6, 0.1);
  const Binned binned = bin_rows(data);
  std::vector<kernel::GradientPair> pairs;
  for (std::uint32_t r = 0; r < 9000; ++r) pairs.push_back({std::sin(static_cast<float>(r)), 0.3f});
  std::vector<std::int32_t> columns(30);
  std::iota(columns.begin(), columns.end(), 0);
  auto rows = rows_below(9000);
  const auto sums = [&](int threads) {
    return parallel::with_threads(threads, [&] {
      KeptHistograms kept(binned, true);
      kept.begin(columns, pairs.data(), rows);
      const int built = kept.build(rows);
      std::vector<double> all;
      for (const std::int32_t j : columns) {
        const auto one = sums_of(kept, built, j, binned.bins.count(j) + 1);
        all.insert(all.end(), one.begin(), one.end());
      }
      return all;
    });
  };
  const auto one = sums(1);
  CHECK(sums(2) == one);
  CHECK(sums(7) == one);
  std::reverse(rows.begin(), rows.end());
  CHECK(sums(1) == one);
}

TEST_CASE("derivatives that are no numbers count as none, as do all beside an infinite one") {
  const auto data = tree_data::numbers<2>(10, 2);
  const Binned binned = bin_rows(data);
  std::vector<kernel::GradientPair> pairs(10, {1, 1});
  pairs[3] = {std::numeric_limits<float>::quiet_NaN(), 1};
  const std::vector<std::int32_t> columns{0, 1};
  const auto rows = rows_below(10);
  KeptHistograms kept(binned, false);
  const auto gradients = [&] {
    kept.begin(columns, pairs.data(), rows);
    return static_cast<double>(kept.total(kept.build(rows)).gradient) * (std::isfinite(kept.gradient_unit()) ? kept.gradient_unit() : 1);
  };
  CHECK(gradients() == 9);
  pairs[4].gradient = std::numeric_limits<float>::infinity();
  CHECK(gradients() == 0);
}

TEST_CASE("a histogram that was given back is used again, and starts from zero") {
  const auto data = tree_data::numbers<3>(50, 2);
  const Binned binned = bin_rows(data);
  const std::vector<kernel::GradientPair> pairs(50, {1, 1});
  const std::vector<std::uint32_t> rows{1, 2, 3};
  const std::vector<std::int32_t> columns{0, 1, 2};
  KeptHistograms kept(binned, false);
  kept.begin(columns, pairs.data(), rows);
  const int first = kept.build(rows), second = kept.build(rows);
  CHECK(first != second);
  const auto before = sums_of(kept, second, 0, static_cast<int>(kept.cells()));
  kept.release(first);
  CHECK(kept.build(rows) == first);
  CHECK(sums_of(kept, first, 0, static_cast<int>(kept.cells())) == before);
}
