// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

using namespace tutti;
using tree_data::infinity;
using tree_data::missing_value;

namespace {

Dataset<Row<1>> column(std::vector<float> values) {
  return {DenseStorage<float>(1, std::span<const float>(values)), {}};
}

}  // namespace

TEST_CASE("the middle of two numbers separates them, however close, large or infinite they are") {
  const float most = std::numeric_limits<float>::max();
  CHECK(Bins::middle(1, 2) == 1.5f);
  for (const auto& pair :
       std::vector<std::pair<float, float>>{{1, std::nextafter(1.0f, 2.0f)},
                                            {-most, most},
                                            {most / 2, most},
                                            {-infinity, infinity},
                                            {-infinity, 3},
                                            {3, infinity},
                                            {most, infinity},
                                            {0, std::numeric_limits<float>::denorm_min()}}) {
    CAPTURE(pair.first);
    CAPTURE(pair.second);
    CHECK(Bins::middle(pair.first, pair.second) >= pair.first);
    CHECK(Bins::middle(pair.first, pair.second) < pair.second);
  }
}

TEST_CASE("up to 255 distinct values have a bin each, in order, whatever their number of rows") {
  for (const int distinct : {1, 2, 3, 7, 254, 255}) {
    CAPTURE(distinct);
    std::vector<float> values;
    for (int v = 0; v < distinct; ++v)
      for (int repeat = 0; repeat <= v % 5 * 40; ++repeat) values.push_back(static_cast<float>(v * v) - 100);
    Random random(3);
    shuffle(std::span<float>(values), random);
    const auto data = column(values);
    const Binned binned = bin_rows(data);
    REQUIRE(binned.bins.count(0) == distinct);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const int v = binned.code(i, 0);
      REQUIRE(static_cast<float>(v * v) - 100 == data.x(i)[0]);
    }
  }
}

TEST_CASE("many distinct values share 255 bins evenly, and frequent ones keep a bin of their own") {
  std::vector<float> values;
  for (int v = 0; v < 5100; ++v) values.push_back(static_cast<float>(v));
  {
    const Binned binned = bin_rows(column(values));
    REQUIRE(binned.bins.count(0) == 255);
    std::vector<int> rows(255);
    for (std::ptrdiff_t i = 0; i < binned.rows; ++i) ++rows[static_cast<std::size_t>(binned.code(i, 0))];
    CHECK(*std::min_element(rows.begin(), rows.end()) >= 18);
    CHECK(*std::max_element(rows.begin(), rows.end()) <= 22);
  }
  for (int repeat = 0; repeat < 3000; ++repeat) values.push_back(2500);
  const Binned binned = bin_rows(column(values));
  const int frequent = binned.bins.code(0, 2500);
  CHECK(binned.bins.code(0, 2499) < frequent);
  CHECK(binned.bins.code(0, 2501) > frequent);
  CHECK(binned.bins.count(0) == 255);
}

TEST_CASE("as many bins as are asked for: two bytes a code where they are more than 255, one where few values are there") {
  std::vector<float> values;
  for (int v = 0; v < 70'000; ++v) values.push_back(static_cast<float>(v * 11 % 70'000));
  for (const int most : {2, 255, 256, 1000, 65'535}) {
    CAPTURE(most);
    const auto data = column(values);
    const Binned binned = bin_rows(data, most);
    REQUIRE(binned.bins.count(0) == most);
    CHECK((binned.codes.bytes() == nullptr) == (most > 255));
    std::vector<int> rows(static_cast<std::size_t>(most));
    int wrong = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const int code = binned.code(i, 0);
      ++rows[static_cast<std::size_t>(code)];
      wrong += !(binned.bins.low(0, code) <= data.x(i)[0] && data.x(i)[0] <= binned.bins.high(0, code));
    }
    CHECK(wrong == 0);
    CHECK(*std::max_element(rows.begin(), rows.end()) <= 70'000 / most + 2);
  }
  values.resize(300);
  values[7] = missing_value;
  const Binned exact = bin_rows(column(values), 1024);
  CHECK(exact.bins.count(0) == 299);
  CHECK(exact.code(7, 0) == 299);
  values.resize(200);
  CHECK(bin_rows(column(values), 1024).codes.bytes() != nullptr);
}

TEST_CASE("a column of many bins makes the codes of all columns wide") {
  std::vector<float> values;
  for (int v = 0; v < 600; ++v) {
    values.push_back(static_cast<float>(v % 3));
    values.push_back(static_cast<float>(v));
  }
  const Binned binned = bin_rows(Dataset<Row<2>>(DenseStorage<float>(2, std::span<const float>(values)), {}), 1024);
  CHECK(binned.bins.codes() == 601);
  int wrong = 0;
  for (int i = 0; i < 600; ++i) wrong += binned.code(i, 0) != i % 3 || binned.code(i, 1) != i;
  CHECK(wrong == 0);
}

TEST_CASE("NaN has the code after the last bin, and a column of nothing else has no bins") {
  const Binned some = bin_rows(column({2, missing_value, 1, missing_value}));
  CHECK(some.bins.count(0) == 2);
  CHECK(some.code(0, 0) == 1);
  CHECK(some.code(1, 0) == 2);
  CHECK(some.bins.splits(0));
  const Binned none = bin_rows(column({missing_value, missing_value}));
  CHECK(none.bins.count(0) == 0);
  CHECK(none.code(1, 0) == 0);
  CHECK_FALSE(none.bins.splits(0));
  CHECK_FALSE(bin_rows(column({5, 5, 5})).bins.splits(0));
  CHECK(bin_rows(column({5, missing_value, 5})).bins.splits(0));
}

TEST_CASE("a value lies at or below the threshold between two bins exactly when its bin does") {
  Random random(11);
  for (const std::ptrdiff_t rows :
       {std::ptrdiff_t{40}, std::ptrdiff_t{3000}, std::ptrdiff_t{230'000}}) {  // the last one is sampled
    std::vector<float> values(static_cast<std::size_t>(rows));
    for (float& v : values) v = static_cast<float>(std::exp(4 * random.normal()));
    values[0] = infinity;
    values[1] = -infinity;
    const auto data = column(values);
    const Binned binned = bin_rows(data);
    const int count = binned.bins.count(0);
    REQUIRE(count > 10);
    int wrong = 0;
    for (const auto& [left, right] : {std::pair{0, 1},
                                      {1, 3},
                                      {count / 2, count / 2 + 1},
                                      {3, count - 1},
                                      {count - 2, count - 1},
                                      {count - 1, count}}) {
      const float threshold = binned.bins.threshold(0, left, right);
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
        const int code = binned.code(i, 0);
        if (code > left && code < right) continue;  // such a split is made only where these bins are empty
        wrong += (data.x(i)[0] <= threshold) != (code <= left);
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("bytes, records and rows of equal numbers have equal codes") {
  const std::vector<std::uint8_t> pixels{0, 9, 200, 3, 9, 100, 0, 255};
  const Dataset<Image<1, 1, 2>> image(DenseStorage<std::uint8_t>(2, std::span<const std::uint8_t>(pixels)),
                                      {});
  const std::vector<float> floats(pixels.begin(), pixels.end());
  const Dataset<Row<2>> row(DenseStorage<float>(2, std::span<const float>(floats)), {});
  std::vector<float> first, second;
  for (std::size_t i = 0; i < floats.size(); i += 2) {
    first.push_back(floats[i]);
    second.push_back(floats[i + 1]);
  }
  using Both = Record<Field<"a", Row<1>>, Field<"b", Row<1>>>;
  const Dataset<Both> record(
      RecordStorage<Field<"a", Row<1>>, Field<"b", Row<1>>>(
          std::make_shared<const DenseStorage<float>>(1, std::span<const float>(first)),
          std::make_shared<const DenseStorage<float>>(1, std::span<const float>(second))),
      {});
  CHECK(bin_rows(image).codes == bin_rows(row).codes);
  CHECK(bin_rows(record).codes == bin_rows(row).codes);
}

TEST_CASE("members that ask for the same rows share one copy of their bins") {
  const auto data = column({1, 2, 3});
  CHECK(shared_bins(data) == shared_bins(data));
  const std::vector<RowIndex> rows{0, 2};
  CHECK(shared_bins(data) != shared_bins(data.subset(rows)));
  CHECK(shared_bins(data.subset(rows))->rows == 2);
  CHECK(shared_bins(data, 300) == shared_bins(data, 300));
  CHECK(shared_bins(data, 300) != shared_bins(data));
}

TEST_CASE("bins do not depend on the number of threads") {
  const auto data = tree_data::numbers<7>(5000, 5, 0.1, 4000);
  const Binned one = parallel::with_threads(1, [&] { return bin_rows(data); });
  for (const int threads : {2, 7}) {
    const Binned many = parallel::with_threads(threads, [&] { return bin_rows(data); });
    CHECK(many.codes == one.codes);
  }
}
