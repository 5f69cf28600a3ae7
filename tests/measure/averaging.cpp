// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/averaging.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

namespace {
// true 0 0 0 1 1, predicted 0 0 1 1 0; the last row weighs 2
const Case two{2, {1, 0, 1, 0, 0, 1, 0, 1, 1, 0}, {0, 0, 0, 1, 1}, {}, {1, 1, 1, 1, 2}};
double recall(const Case& c, Averaging averaging, int positive = 1) {
  return detail::averaged(c.judged(), averaging, positive, &detail::recall_of);
}
}  // namespace

static_assert(name_of(Averaging::macro) == "macro" && name_of(Averaging::samples) == "samples");

TEST_CASE("a class is counted where it is true, where it is predicted, and where it is both") {
  const auto counts = detail::class_counts(two.judged());
  CHECK(counts[0].right == 2);
  CHECK(counts[0].of_true == 3);
  CHECK(counts[0].of_predicted == 4);
  CHECK(counts[1].right == 1);
  CHECK(counts[1].of_true == 3);
  CHECK(counts[1].of_predicted == 2);
}

TEST_CASE("the scores of classes become one number in every way that there is") {
  CHECK(recall(two, Averaging::macro) == doctest::Approx((2.0 / 3 + 1.0 / 3) / 2));
  CHECK(recall(two, Averaging::micro) == doctest::Approx(3.0 / 6));
  CHECK(recall(two, Averaging::weighted) == doctest::Approx((2.0 / 3 + 1.0 / 3) / 2));
  CHECK(recall(two, Averaging::binary, 0) == doctest::Approx(2.0 / 3));
}

TEST_CASE("a flag counts in the mean even where it is neither true nor predicted") {
  const Case c{2, {0.9f, 0.1f, 0.8f, 0.2f}, {}, {1, 0, 1, 0}, {}, true};
  CHECK(recall(c, Averaging::macro) == 0.5);
  CHECK(recall(c, Averaging::micro) == 1);
  CHECK(recall(c, Averaging::weighted) == 1);
  CHECK(recall(c, Averaging::samples) == 1);
}

TEST_CASE("of flags each row may have its score") {
  // true 100 110 011 001, predicted 101 010 011 000; weights 1 2 3 1
  CHECK(recall(weighted_flags(), Averaging::samples) == doctest::Approx((1 * 1 + 2 * 0.5 + 3 * 1 + 0) / 7));
}

TEST_CASE("labels have no samples to average over, and a positive class is one of them") {
  CHECK(message_of<DataError>([] { recall(two, Averaging::samples); }) == "expected flags to average over samples, got \"labels\"");
  CHECK(message_of<DataError>([] { recall(two, Averaging::binary, 2); }) == "expected a positive class below 2, got 2");
}
