// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/measure/statistics.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

TEST_CASE("mean, deviation and error by hand") {
  const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
  CHECK(mean(values) == 5);
  CHECK(standard_deviation(values) == doctest::Approx(std::sqrt(32.0 / 7)));
  CHECK(standard_error(values) == doctest::Approx(std::sqrt(4.0 / 7)));
}

TEST_CASE("too few values have no deviation, none have no mean") {
  const double one[] = {3};
  CHECK(mean(one) == 3);
  CHECK(std::isnan(standard_deviation(one)));
  CHECK(std::isnan(standard_error(one)));
  CHECK(std::isnan(confidence_interval(one).low));
  CHECK(std::isnan(confidence_interval(one).high));
  CHECK(std::isnan(mean(std::span<const double>{})));
}

TEST_CASE("the t interval by hand") {
  const double values[] = {1, 2, 3};  // mean 2, s 1; t of 2 degrees for 0.95 is 4.302652729696142
  const Interval i = confidence_interval(values);
  CHECK(i.low == doctest::Approx(2 - 4.302652729696142 / std::sqrt(3.0)).epsilon(1e-10));
  CHECK(i.high == doctest::Approx(2 + 4.302652729696142 / std::sqrt(3.0)).epsilon(1e-10));
  CHECK(confidence_interval(values, 0.5).high < i.high);
}

TEST_CASE("the t interval of normal values holds their mean as often as it says") {
  Random random(11);
  int holds = 0;
  const int trials = 2000;
  for (int trial = 0; trial < trials; ++trial) {
    double values[5];
    for (double& v : values) v = 7 + 3 * random.normal();
    const Interval i = confidence_interval(values, 0.9);
    holds += i.low <= 7 && 7 <= i.high;
  }
  CHECK(std::abs(holds - 0.9 * trials) < 4 * std::sqrt(0.9 * 0.1 * trials));
}

TEST_CASE("a level that is no probability is refused, and so are no degrees of freedom") {
  CHECK(message_of<DataError>([] { normal_quantile(1); }) ==
        "expected a confidence level between 0 and 1, got 1");
  CHECK(message_of<DataError>([] { t_quantile(0, 3); }) ==
        "expected a confidence level between 0 and 1, got 0");
  CHECK(message_of<DataError>([] { t_quantile(0.9, 0); }) ==
        "expected at least one degree of freedom, got 0");
  const double values[] = {1, 2};
  CHECK_THROWS_AS(confidence_interval(values, 95), DataError);
}
