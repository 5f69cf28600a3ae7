// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/calibration.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<Brier> && !Brier::higher_is_better && Metric<ECE> && !ECE::higher_is_better);

TEST_CASE("Brier of two classes looks at class 1, of more at all, of flags at their mean") {
  CHECK(Brier{}(Case{2, {0.25f, 0.75f, 0.5f, 0.5f}, {1, 0}}.judged()) == doctest::Approx((0.0625 + 0.25) / 2));
  CHECK(Brier{}(Case{3, {0.25f, 0.75f, 0}, {1}}.judged()) == doctest::Approx(0.0625 * 2));
  CHECK(Brier{}(Case{2, {0.25f, 0.75f}, {}, {1, 1}, {}, true}.judged()) == doctest::Approx((0.5625 + 0.0625) / 2));
}

TEST_CASE("the calibration error is the gap between confidence and accuracy, bin by bin") {
  // bin (0.5, 0.75]: 0.75 right, 0.625 wrong; bin (0.75, 1]: 1 right
  const Case c{2, {0.25f, 0.75f, 0.625f, 0.375f, 1, 0}, {1, 1, 0}};
  CHECK(ECE{4}(c.judged()) == doctest::Approx(std::abs(1 - 1.375) / 3));
  CHECK(ECE{1}(c.judged()) == doctest::Approx(std::abs(2 - 2.375) / 3));
}

TEST_CASE("a confidence at the edge of a bin belongs to the lower one, and 0 to the first") {
  const Case c{2, {0.5f, 0.5f, 0.25f, 0.75f}, {0, 0}};  // 0.5 right, 0.75 wrong
  CHECK(ECE{2}(c.judged()) == doctest::Approx((0.5 + 0.75) / 2));
  CHECK(ECE{2}(Case{2, {0, 0}, {0}}.judged()) == 1);
}

TEST_CASE("certain and right is calibrated, certain and wrong is not") {
  CHECK(ECE{}(Case{2, {1, 0, 0, 1}, {0, 1}}.judged()) == 0);
  CHECK(ECE{}(Case{2, {1, 0, 0, 1}, {1, 0}}.judged()) == 1);
}

TEST_CASE("metrics of probabilities honour weights") {
  CHECK(owes(Brier{}, weighted_labels()));
  CHECK(owes(Brier{}, weighted_flags()));
  CHECK(owes(ECE{}, weighted_labels()));
  CHECK(message_of<DataError>([] { ECE{0}(weighted_labels().judged()); }) == "bins: expected at least one, got 0");
}
