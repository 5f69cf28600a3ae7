// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/classification.hpp>
#include <tutti/measure/precision_recall.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<F1> && F1::higher_is_better && F1::labels);
static_assert(Metric<Precision> && Metric<Recall> && Metric<FBeta> && Metric<Jaccard>);

namespace {
// true 0 0 0 1 1, predicted 0 0 1 1 0: F1 of class 0 is 4/6, of class 1 it is 2/4
const Case two{2, {1, 0, 1, 0, 0, 1, 0, 1, 1, 0}, {0, 0, 0, 1, 1}};
}  // namespace

TEST_CASE("F1 averages by hand") {
  CHECK(F1{}(two.judged()) == doctest::Approx((4.0 / 6 + 2.0 / 4) / 2));
  CHECK(F1{Averaging::weighted}(two.judged()) == doctest::Approx(0.6 * 4 / 6 + 0.4 * 2 / 4));
  CHECK(F1{Averaging::binary}(two.judged()) == doctest::Approx(2.0 / 4));
  CHECK(F1{.averaging = Averaging::binary, .positive = 0}(two.judged()) == doctest::Approx(4.0 / 6));
}

TEST_CASE("micro F1 is the accuracy") {
  CHECK(F1{Averaging::micro}(two.judged()) == doctest::Approx(0.6));
  const Case c = weighted_labels();
  CHECK(F1{Averaging::micro}(c.judged()) == doctest::Approx(Accuracy{}(c.judged())));
}

TEST_CASE("a class that does not occur stays out of the macro mean") {
  Case c{3, {1, 0, 0, 0, 1, 0}, {0, 1}};
  CHECK(F1{}(c.judged()) == 1);
  CHECK(F1{.averaging = Averaging::binary, .positive = 2}(c.judged()) == 0);
  c.outputs.insert(c.outputs.end(), {0, 0, 1});  // predicted, never true: its F1 is 0
  c.labels.push_back(0);
  CHECK(F1{}(c.judged()) == doctest::Approx((2.0 / 3 + 1 + 0) / 3));
}

TEST_CASE("with one class F1 is 1") { CHECK(F1{}(Case{1, {1, 1}, {0, 0}}.judged()) == 1); }

TEST_CASE("a weight of n is n rows to F1, a weight of 0 is none") {
  const Case c = weighted_labels();
  for (const Averaging a : {Averaging::macro, Averaging::micro, Averaging::weighted, Averaging::binary})
    CHECK(F1{a}(c.judged()) == doctest::Approx(F1{a}(repeated(c).judged())).epsilon(1e-12));
}

TEST_CASE("F1 is NaN where a probability is, and refuses a positive class that is none") {
  CHECK(std::isnan(F1{}(Case{2, {NAN, 1}, {1}}.judged())));
  CHECK(message_of<DataError>([] {
          F1{Averaging::binary, 2}(two.judged());
        }) == "expected a positive class below 2, got 2");
  CHECK(message_of<DataError>([] {
          F1{Averaging::binary, -1}(two.judged());
        }) == "expected a positive class below 2, got -1");
  CHECK_THROWS_AS(F1{}(Case{2}.judged()), DataError);
}

TEST_CASE("precision, recall, F-beta and Jaccard by hand") {
  // class 0: 2 right, 3 true, 3 predicted; class 1: 1 right, 2 true, 2 predicted
  CHECK(Precision{Averaging::binary}(two.judged()) == doctest::Approx(1.0 / 2));
  CHECK(Recall{}(two.judged()) == doctest::Approx((2.0 / 3 + 1.0 / 2) / 2));
  CHECK(Jaccard{}(two.judged()) == doctest::Approx((2.0 / 4 + 1.0 / 3) / 2));
  CHECK(FBeta{.beta = 1}(two.judged()) == F1{}(two.judged()));
  CHECK(FBeta{.beta = 0}(two.judged()) == Precision{}(two.judged()));
}

TEST_CASE("scores of counts are judged for flags as for labels") {
  CHECK(owes(Precision{}, weighted_labels()));
  CHECK(owes(Recall{Averaging::weighted}, weighted_labels()));
  CHECK(owes(FBeta{.averaging = Averaging::micro}, weighted_labels()));
  for (const Averaging a : {Averaging::macro, Averaging::micro, Averaging::weighted, Averaging::binary, Averaging::samples}) {
    CHECK(owes(F1{a}, weighted_flags()));
    CHECK(owes(Jaccard{a}, weighted_flags()));
  }
}

TEST_CASE("a beta below 0 is refused") {
  CHECK(message_of<DataError>([] { FBeta{.beta = -1}(two.judged()); }) == "beta: expected a number of 0 or more, got -1");
}
