// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/classification.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<Accuracy> && Accuracy::higher_is_better && Accuracy::labels);
static_assert(Metric<LogLoss> && !LogLoss::higher_is_better && LogLoss::labels);

TEST_CASE("accuracy is the weighted share of right answers") {
  const Case c{2, {0.9f, 0.1f, 0.4f, 0.6f, 0.5f, 0.5f}, {0, 0, 1}, {}, {}};
  CHECK(Accuracy{}(c.judged()) == doctest::Approx(1.0 / 3));
  Case w = c;
  w.weight = {3, 0.5f, 0.5f};
  CHECK(Accuracy{}(w.judged()) == doctest::Approx(0.75));
}

TEST_CASE("log-loss is the mean negative logarithm of what the true class got") {
  const Case c{2, {0.5f, 0.5f, 0.25f, 0.75f}, {0, 0}};
  CHECK(LogLoss{}(c.judged()) == doctest::Approx((std::log(2.0) + std::log(4.0)) / 2).epsilon(1e-12));
}

TEST_CASE("log-loss clips certainty at the float epsilon") {
  const double eps = 0x1p-23;
  CHECK(LogLoss{}(Case{2, {1, 0}, {1}}.judged()) == doctest::Approx(-std::log(eps)).epsilon(1e-12));
  CHECK(LogLoss{}(Case{2, {1, 0}, {0}}.judged()) == doctest::Approx(-std::log1p(-eps)).epsilon(1e-6));
  CHECK(LogLoss{}(Case{2, {-1, 3}, {1}}.judged()) < 1e-6);  // a score out of range is clipped, too
}

TEST_CASE("log-loss scales rows to the sum 1") {
  CHECK(LogLoss{}(Case{2, {0.2f, 0.6f}, {0}}.judged()) == doctest::Approx(std::log(4.0)).epsilon(1e-6));
}

TEST_CASE("with one class everything is right and costs nothing") {
  const Case c{1, {1, 1}, {0, 0}};
  CHECK(Accuracy{}(c.judged()) == 1);
  CHECK(LogLoss{}(c.judged()) == 0);
}

TEST_CASE_TEMPLATE("a weight of n is n rows, a weight of 0 is none", M, Accuracy, LogLoss) {
  const Case c = weighted_labels();
  CHECK(M{}(c.judged()) == doctest::Approx(M{}(repeated(c).judged())).epsilon(1e-12));
}

TEST_CASE_TEMPLATE("a NaN probability makes the score NaN, unless its row weighs nothing", M, Accuracy,
                   LogLoss) {
  Case c{2, {0.9f, 0.1f, 0.5f, NAN}, {0, 0}, {}, {1, 1}};
  CHECK(std::isnan(M{}(c.judged())));
  c.weight = {1, 0};
  CHECK(M{}(c.judged()) == M{}(Case{2, {0.9f, 0.1f}, {0}}.judged()));
}

TEST_CASE_TEMPLATE("nothing to judge is an error", M, Accuracy, LogLoss) {
  CHECK_THROWS_AS(M{}(Case{2}.judged()), DataError);
  CHECK_THROWS_AS(M{}(Case{2, {0.5f, 0.5f}, {0}, {}, {0}}.judged()), DataError);
  CHECK_THROWS_AS(M{}(Case{2, {0.5f, 0.5f}, {}, {1, 2}}.judged()), ShapeError);
}
