// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/resample.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

namespace {
Case numbered(int rows) {  // row i is predicted i, and 0
  Case c;
  for (int i = 0; i < rows; ++i) c.outputs.push_back(static_cast<float>(i));
  c.numbers.resize(c.outputs.size());
  return c;
}
}  // namespace

TEST_CASE("rows that count are drawn alone, or with their group") {
  Case c = numbered(5);
  c.weight = {1, 0, 1, 1, 1};
  CHECK(detail::DrawnUnits(c.judged()).size() == 4);
  CHECK(detail::DrawnUnits(c.judged()).unit(1)[0] == 2);
  c.group = {9, 9, -4, 9, -4};
  const detail::DrawnUnits grouped(c.judged());
  REQUIRE(grouped.size() == 2);
  CHECK(grouped.unit(0).size() == 2);
  CHECK(grouped.unit(0)[1] == 4);
  CHECK(grouped.unit(1)[1] == 3);
  CHECK(grouped.units(0, 2).size() == 4);
}

TEST_CASE("of few rows each is left out once, of many a thousandth of them") {
  const Case few = numbered(4), many = numbered(2500);
  const Buffer<double> without = detail::scores_without<parallel::Backend>(MAE{}, few.judged(), detail::DrawnUnits(few.judged()));
  REQUIRE(without.size() == 4);
  CHECK(without[0] == doctest::Approx(6.0 / 3));
  CHECK(without[3] == doctest::Approx(3.0 / 3));
  const Buffer<double> parts = detail::scores_without<parallel::Backend>(MAE{}, many.judged(), detail::DrawnUnits(many.judged()));
  REQUIRE(parts.size() == 1000);
  CHECK(parts[0] == doctest::Approx((2499.0 * 1250 - 0 - 1) / 2498));            // without rows 0 and 1
  CHECK(parts[999] == doctest::Approx((2499.0 * 1250 - 2497 - 2498 - 2499) / 2497));
}
