// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/units.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <set>

using namespace tutti;

namespace {

Dataset<Row<1>, Label<Dynamic>> rows_of_classes(const std::vector<std::int32_t>& y, int classes,
                                                SideColumns side = {}) {
  return {DenseStorage<float>(1, Buffer<float>(y.size())), y, std::move(side),
          Schema{{}, "y", ClassNames(static_cast<std::size_t>(classes), "c")}};
}
/// rows in each (bin, class)
std::vector<std::vector<int>> counts(const std::vector<int>& bin, const std::vector<std::int32_t>& y,
                                     std::size_t bins, std::size_t classes) {
  std::vector<std::vector<int>> n(bins, std::vector<int>(classes));
  for (std::size_t i = 0; i < bin.size(); ++i)
    ++n[static_cast<std::size_t>(bin[i])][static_cast<std::size_t>(y[i])];
  return n;
}

}  // namespace

TEST_CASE("whole numbers are ordered as the numbers they stand for") {
  const double values[] = {-std::numeric_limits<double>::max(),
                           -1.5,
                           -1,
                           -std::numeric_limits<double>::denorm_min(),
                           0,
                           std::numeric_limits<double>::denorm_min(),
                           1,
                           1.5,
                           1e300};
  for (std::size_t i = 1; i < std::size(values); ++i)
    CHECK(detail::ordered(values[i - 1]) < detail::ordered(values[i]));
  CHECK(detail::ordered(-0.0) == detail::ordered(0.0));
}

TEST_CASE("rows of one group, one id or one original row are one unit") {
  const std::vector<std::int32_t> y(4);
  CHECK(Units(rows_of_classes(y, 1)).size() == 4);
  CHECK(Units(rows_of_classes(y, 1, {.group = {7, 8, 7, 7}})).size() == 2);
  CHECK(Units(rows_of_classes(y, 1, {.id = {1, 2, 2, 3}})).size() == 3);
  const Units repeated(rows_of_classes(y, 1).subset(std::vector<RowIndex>{3, 1, 3, 3}));
  REQUIRE(repeated.size() == 2);
  CHECK(std::vector<RowIndex>(repeated.rows(1).begin(), repeated.rows(1).end()) ==
        std::vector<RowIndex>{0, 2, 3});
  CHECK(Units(Dataset<Row<1>>{}).size() == 0);
}

TEST_CASE("every class comes within one row of its share, and so do the bins") {
  Random random(4);
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t classes = 1 + random.below(12), n = 20 + random.below(300);
    std::vector<std::int32_t> y(n);
    for (auto& label : y)
      label = static_cast<std::int32_t>(random.below(1 + random.below(static_cast<std::uint32_t>(classes))));
    for (const auto& share :
         {std::vector<double>{0.75, 0.25}, {0.9, 0.1}, {0.7, 0.15, 0.15}, {0.2, 0.2, 0.2, 0.2, 0.2}}) {
      const auto bin = detail::deal(rows_of_classes(y, static_cast<int>(classes)), share, true,
                                    random.stream(static_cast<std::uint64_t>(trial)));
      const auto n_of = counts(bin, y, share.size(), classes);
      for (std::size_t b = 0; b < share.size(); ++b) {
        double all = 0;
        for (std::size_t c = 0; c < classes; ++c) {
          const double wanted =
              share[b] * static_cast<double>(std::count(y.begin(), y.end(), static_cast<std::int32_t>(c)));
          CHECK(std::abs(n_of[b][c] - wanted) < 1 + 1e-6);
          all += n_of[b][c];
        }
        CHECK(std::abs(all - share[b] * static_cast<double>(n)) <= 3);
      }
    }
  }
}

TEST_CASE("many rare classes do not all end in the larger bin") {
  for (const int each : {1, 2, 3, 4}) {
    std::vector<std::int32_t> y;
    for (int i = 0; i < 100 * each; ++i) y.push_back(i % 100);
    const auto bin = detail::deal(rows_of_classes(y, 100), {0.9, 0.1}, true, Random(1));
    CHECK(std::abs(static_cast<int>(std::count(bin.begin(), bin.end(), 1)) - 10 * each) <= 3);
  }
}

TEST_CASE("no bin stays empty while another has two units") {
  const std::vector<std::int32_t> y(5);
  const auto bin = detail::deal(rows_of_classes(y, 1), {0.98, 0.01, 0.01}, true, Random(1));
  CHECK(std::set<int>(bin.begin(), bin.end()).size() == 3);
}

TEST_CASE("large groups go first and small ones fill up") {
  std::vector<std::int64_t> group;
  for (int g = 0; g < 10; ++g) group.insert(group.end(), g == 0 ? 40 : 5, g);
  const auto data = rows_of_classes(std::vector<std::int32_t>(group.size()), 1, {.group = group});
  const auto bin = detail::deal(data, {0.5, 0.5}, true, Random(2));
  for (std::size_t i = 1; i < bin.size(); ++i)
    if (group[i] == group[i - 1]) CHECK(bin[i] == bin[i - 1]);
  CHECK(std::abs(static_cast<int>(std::count(bin.begin(), bin.end(), 0)) - 43) <= 3);
}

TEST_CASE("each row is as likely to be held out as any other") {
  std::vector<int> held(20);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto bin =
        detail::deal(rows_of_classes(std::vector<std::int32_t>(20), 1), {0.75, 0.25}, true, Random(seed));
    for (std::size_t i = 0; i < bin.size(); ++i) held[i] += bin[i];
  }
  for (const int n : held) CHECK(std::abs(n - 500) < 100);  // five standard deviations
}

TEST_CASE("blocks of time keep one moment and one group together") {
  const auto cut = [](SideColumns side, std::vector<double> share) {
    return detail::cut_by_time(rows_of_classes(std::vector<std::int32_t>(6), 1, std::move(side)), share);
  };
  CHECK(cut({}, {0.5, 0.5}) == std::vector<int>{0, 0, 0, 1, 1, 1});
  CHECK(cut({.time = {6, 5, 4, 3, 2, 1}}, {0.5, 0.5}) == std::vector<int>{1, 1, 1, 0, 0, 0});
  CHECK(cut({.time = {1, 2, 2, 2, 2, 3}}, {0.5, 0.5}) == std::vector<int>{0, 0, 0, 0, 0, 1});
  CHECK(cut({.time = {-2, -1, 0, 1, 2, 3}}, {1.0 / 3, 1.0 / 3, 1.0 / 3}) ==
        std::vector<int>{0, 0, 1, 1, 2, 2});
  CHECK(cut({.group = {1, 2, 3, 4, 5, 1}}, {0.5, 0.5}) == std::vector<int>{1, 0, 0, 0, 1, 1});
}
