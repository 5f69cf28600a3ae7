// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/moments.hpp>

#include <doctest/doctest.h>

using namespace linear;

TEST_CASE("moments are exact for a constant column, whatever its value and however many rows") {
  constexpr std::size_t rows = 1000;
  const auto x = std::vector<float>(rows, 0.1f);
  const auto data = dataset<Row<1>, Nothing>(1, x, {}, std::vector<float>(rows, 0.3f));
  const Moments m = moments(row_source(data));
  CHECK(m.mean[0] == static_cast<double>(0.1f));
  CHECK(m.variance[0] == 0);
}

TEST_CASE("moments leave NaN and rows of weight 0 out") {
  const float nan = std::nanf("");
  const float x[] = {100, nan, 1, nan, nan, nan, 3, 5};
  const auto data = dataset<Row<2>, Nothing>(2, x, {}, {0, 1, 2, 2});
  const Moments m = moments(row_source(data));
  CHECK(m.weight[0] == 3);
  CHECK(m.mean[0] == doctest::Approx((1 + 3 * 2) / 3.0));
  CHECK(m.variance[0] == doctest::Approx(8 / 9.0));
  CHECK(m.mean[1] == 5);
  CHECK(m.variance[1] == 0);
}

TEST_CASE("moments keep their digits where the mean is large against the deviation") {
  std::vector<float> x;
  for (int i = 0; i < 5000; ++i) x.push_back(16000000.0f + static_cast<float>(i % 2));
  const Moments m = moments(row_source(dataset<Row<1>, Nothing>(1, x, {})));
  CHECK(m.mean[0] == doctest::Approx(16000000.5).epsilon(1e-15));
  CHECK(m.variance[0] == doctest::Approx(0.25).epsilon(1e-12));
}

TEST_CASE("moments of a selection are those of its rows") {
  const float x[] = {1, 2, 3, 4};
  const RowIndex rows[] = {3, 3, 0};
  const Moments m = moments(row_source(dataset<Row<1>, Nothing>(1, x, {}).subset(rows)));
  CHECK(m.mean[0] == doctest::Approx(3));
  CHECK(m.variance[0] == doctest::Approx(2));
}

TEST_CASE("what a row of weight 0 holds counts for nothing") {
  const float x[] = {1, INFINITY, std::nanf(""), 3};
  const Moments m = moments(row_source(dataset<Row<1>, Nothing>(1, x, {}, {1, 0, 0, 1})));
  CHECK(m.mean[0] == 2);
  CHECK(m.variance[0] == 1);
}
