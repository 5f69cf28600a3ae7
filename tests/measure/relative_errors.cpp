// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/metric.hpp>
#include <tutti/measure/relative_errors.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<MAPE> && Metric<MSLE> && Metric<RMSLE> && !MAPE::higher_is_better);

TEST_CASE("errors in proportion to the target by hand") {
  const Case c{1, {1.5f, 3}, {}, {1, 4}};
  CHECK(MAPE{}(c.judged()) == doctest::Approx((0.5 + 0.25) / 2));
  const double a = std::log(2.0 / 2.5), b = std::log(5.0 / 4);
  CHECK(MSLE{}(c.judged()) == doctest::Approx((a * a + b * b) / 2));
  CHECK(RMSLE{}(c.judged()) == doctest::Approx(std::sqrt((a * a + b * b) / 2)));
}

TEST_CASE("an error at a target of 0 is huge, none is none") {
  CHECK(MAPE{}(Case{1, {0.5f}, {}, {0}}.judged()) == doctest::Approx(0.5 * 0x1p52));
  CHECK(MAPE{}(Case{1, {0}, {}, {0}}.judged()) == 0);
}

TEST_CASE("logarithmic errors refuse a target below 0, and have no score for a prediction below 0") {
  CHECK(message_of<DataError>([] { MSLE{}(Case{1, {1, 1}, {}, {1, -2}}.judged()); }) == "row 1: expected a target of 0 or more, got -2");
  CHECK(std::isnan(RMSLE{}(Case{1, {1, -0.5f}, {}, {1, 2}}.judged())));
  CHECK(MSLE{}(Case{1, {1, -0.5f}, {}, {1, -2}, {1, 0}}.judged()) == 0);  // a weight of 0: neither counts
}

TEST_CASE("errors in proportion honour weights") {
  CHECK(owes(MAPE{}, weighted_numbers()));
  CHECK(owes(MSLE{}, weighted_numbers()));
  CHECK(owes(RMSLE{}, weighted_numbers()));
}
