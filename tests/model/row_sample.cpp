// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/row_sample.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

TEST_CASE("few rows are all in the sample") {
  detail::RowSample sample(1, 20);
  for (float i = 0; i < 20; ++i) sample.offer(&i);
  sample.finish();
  CHECK(sample.whole());
  REQUIRE(sample.rows() == 20);
  for (std::ptrdiff_t i = 0; i < 20; ++i) CHECK(sample.row(i)[0] == static_cast<float>(i));
}

TEST_CASE("of many rows as many as asked for are kept, in order, with their numbers") {
  for (const int rows : {21, 25, 26, 1000}) {
    CAPTURE(rows);
    detail::RowSample sample(2, 20), places(0, 20);
    for (int i = 0; i < rows; ++i) {
      const float row[2] = {static_cast<float>(i), static_cast<float>(-i)};
      sample.offer(row);
      places.offer(nullptr);
    }
    sample.finish();
    places.finish();
    CHECK_FALSE(sample.whole());
    CHECK(sample.seen() == rows);
    REQUIRE(sample.rows() == 20);
    REQUIRE(places.rows() == 20);
    for (std::ptrdiff_t i = 0; i < 20; ++i) {
      CHECK(sample.place(i) == places.place(i));
      CHECK(sample.row(i)[0] == static_cast<float>(sample.place(i)));
      CHECK(sample.row(i)[1] == -sample.row(i)[0]);
      if (i > 0) CHECK(sample.place(i - 1) < sample.place(i));
    }
  }
}

TEST_CASE("any part of the rows has its share of the sample") {
  detail::RowSample sample(0, 4000);
  for (int i = 0; i < 100'000; ++i) sample.offer(nullptr);
  sample.finish();
  int count[10] = {};
  for (std::ptrdiff_t i = 0; i < sample.rows(); ++i) ++count[sample.place(i) / 10'000];
  for (const int c : count) CHECK(std::abs(c - 400) < 5 * 20);  // five deviations of a binomial number
}
