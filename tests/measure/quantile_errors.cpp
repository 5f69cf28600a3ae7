// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/metric.hpp>
#include <tutti/measure/quantile_errors.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<MedianAbsoluteError> && Metric<MaxError> && Metric<D2Pinball>);

TEST_CASE("the median error is the middle one, or the mean of the two in the middle") {
  const Case three{1, {0, 0, 0}, {}, {5, -1, 3}}, four{1, {0, 0, 0, 0}, {}, {5, -1, 3, 2}};
  CHECK(MedianAbsoluteError{}(three.judged()) == 3);
  CHECK(MedianAbsoluteError{}(four.judged()) == 2.5);
}

TEST_CASE("equal weights are as good as none, and half of the weight decides") {
  Case c{1, {0, 0, 0, 0}, {}, {5, -1, 3, 2}, {0.1f, 0.1f, 0.1f, 0.1f}};
  CHECK(MedianAbsoluteError{}(c.judged()) == 2.5);
  c.weight = {9, 1, 1, 1};
  CHECK(MedianAbsoluteError{}(c.judged()) == 5);
}

TEST_CASE("the largest error is that of any number of any row that counts") {
  CHECK(MaxError{}(Case{2, {1, 2, 3, 4}, {}, {1, 5, 2, 4}}.judged()) == 3);
  CHECK(MaxError{}(Case{1, {0, 0}, {}, {1, 100}, {1, 0}}.judged()) == 1);
}

TEST_CASE("D2 of pinball losses is 0 for the quantile itself and 1 for the truth") {
  const std::vector<float> y{1, 2, 3, 10, 20};
  CHECK(D2Pinball{}(Case{1, {3, 3, 3, 3, 3}, {}, y}.judged()) == 0);
  CHECK(D2Pinball{0.75}(Case{1, {10, 10, 10, 10, 10}, {}, y}.judged()) == 0);
  CHECK(D2Pinball{}(Case{1, y, {}, y}.judged()) == 1);
  CHECK(D2Pinball{}(Case{1, {2, 3}, {}, {2, 2}}.judged()) == 0);
  CHECK(std::isnan(D2Pinball{}(Case{1, {2}, {}, {2}}.judged())));
  CHECK(message_of<DataError>([&] { D2Pinball{1}(Case{1, y, {}, y}.judged()); }) == "level: expected a number between 0 and 1, got 1");
}

TEST_CASE("metrics of ordered errors honour weights") {
  CHECK(owes(MedianAbsoluteError{}, weighted_numbers()));
  CHECK(owes(MaxError{}, weighted_numbers()));
  CHECK(owes(D2Pinball{0.3}, weighted_numbers()));
}
