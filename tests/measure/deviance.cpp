// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/deviance.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<TweedieDeviance> && Metric<PoissonDeviance> && Metric<GammaDeviance> && Metric<D2Tweedie>);

namespace {
const Case positive{1, {1.5f, 3, 2, 5}, {}, {1, 4, 2.5f, 7}};
}  // namespace

TEST_CASE("deviances by hand") {
  const Case c{1, {2}, {}, {1}};
  CHECK(PoissonDeviance{}(c.judged()) == doctest::Approx(2 * (std::log(0.5) + 1)));
  CHECK(GammaDeviance{}(c.judged()) == doctest::Approx(2 * (std::log(2.0) + 0.5 - 1)));
  CHECK(TweedieDeviance{0}(c.judged()) == 1);
  CHECK(TweedieDeviance{3}(c.judged()) == doctest::Approx(0.25));  // (y - p)^2 / (y p^2)
}

TEST_CASE("deviance is 0 where all is predicted, and continuous in its power") {
  for (const double power : {-1.0, 0.0, 1.0, 1.3, 2.0, 3.0})
    CHECK(TweedieDeviance{power}(Case{1, {1, 4}, {}, {1, 4}}.judged()) == doctest::Approx(0).epsilon(1e-12));
  for (const double power : {1.0, 2.0})
    CHECK(TweedieDeviance{power}(positive.judged()) == doctest::Approx(TweedieDeviance{power + 1e-6}(positive.judged())).epsilon(1e-4));
}

TEST_CASE("D2 of power 0 is R2, and constant targets have a score") {
  CHECK(D2Tweedie{0}(positive.judged()) == doctest::Approx(R2{}(positive.judged())).epsilon(1e-12));
  CHECK(D2Tweedie{1}(Case{1, {2, 2}, {}, {2, 2}}.judged()) == 1);
  CHECK(D2Tweedie{1}(Case{1, {2, 3}, {}, {2, 2}}.judged()) == 0);
  CHECK(std::isnan(D2Tweedie{1}(Case{1, {2}, {}, {2}}.judged())));
}

TEST_CASE("a deviance refuses targets that its distribution does not have") {
  CHECK(message_of<DataError>([] { PoissonDeviance{}(Case{1, {1}, {}, {-1}}.judged()); }) ==
        "row 0: expected a target of 0 or more, got -1");
  CHECK(message_of<DataError>([] { GammaDeviance{}(Case{1, {1}, {}, {0}}.judged()); }) == "row 0: expected a target above 0, got 0");
  CHECK(message_of<DataError>([] { TweedieDeviance{0.5}(positive.judged()); }) == "power: expected 0 or less, or 1 or more, got 0.5");
  CHECK(PoissonDeviance{}(Case{1, {1}, {}, {0}}.judged()) == 2);
}

TEST_CASE("a mean that the distribution does not have gets no score") {
  CHECK(std::isnan(PoissonDeviance{}(Case{1, {0, 1}, {}, {1, 1}}.judged())));
  CHECK(std::isnan(D2Tweedie{2}(Case{1, {-1, 1}, {}, {1, 2}}.judged())));
}

TEST_CASE("deviances honour weights") {
  for (const double power : {-1.0, 0.0, 1.0, 1.5, 2.0, 3.0}) {
    CHECK(owes(TweedieDeviance{power}, weighted_numbers()));
    CHECK(owes(D2Tweedie{power}, weighted_numbers()));
  }
}
