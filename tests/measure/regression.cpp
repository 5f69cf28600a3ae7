// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/metric.hpp>
#include <tutti/measure/number_losses.hpp>
#include <tutti/measure/regression.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<RMSE> && !RMSE::higher_is_better && !RMSE::labels);
static_assert(Metric<MAE> && !MAE::higher_is_better && !MAE::labels);
static_assert(Metric<R2> && R2::higher_is_better && !R2::labels);

TEST_CASE("errors of numbers, by hand") {
  Case c{1, {1, 2, 5}, {}, {1, 4, 4}};  // errors 0, -2, 1; mean of the truth 3, spread 6
  CHECK(RMSE{}(c.judged()) == doctest::Approx(std::sqrt(5.0 / 3)));
  CHECK(MAE{}(c.judged()) == doctest::Approx(1));
  CHECK(R2{}(c.judged()) == doctest::Approx(1 - 5.0 / 6));
  c.weight = {1, 2, 0};  // mean 3, spread 4 + 2
  CHECK(RMSE{}(c.judged()) == doctest::Approx(std::sqrt(8.0 / 3)));
  CHECK(MAE{}(c.judged()) == doctest::Approx(4.0 / 3));
  CHECK(R2{}(c.judged()) == doctest::Approx(1 - 8.0 / 6));
}

TEST_CASE("several numbers score the mean of their scores") {
  const Case both{2, {1, 10, 2, 20, 5, 30}, {}, {1, 11, 4, 20, 4, 33}};
  const Case one{1, {1, 2, 5}, {}, {1, 4, 4}}, other{1, {10, 20, 30}, {}, {11, 20, 33}};
  const auto mean = [](const auto& metric, const Case& a, const Case& b) {
    return (metric(a.judged()) + metric(b.judged())) / 2;
  };
  CHECK(RMSE{}(both.judged()) == doctest::Approx(mean(RMSE{}, one, other)));
  CHECK(MAE{}(both.judged()) == doctest::Approx(mean(MAE{}, one, other)));
  CHECK(R2{}(both.judged()) == doctest::Approx(mean(R2{}, one, other)));
}

TEST_CASE("R2 of a constant target is 1 when it is met exactly and 0 otherwise") {
  const float c = 0.1f;
  CHECK(R2{}(Case{1, {c, c, c}, {}, {c, c, c}}.judged()) == 1);
  CHECK(R2{}(Case{1, {c, c, 1}, {}, {c, c, c}}.judged()) == 0);
  CHECK(R2{}(Case{1, {1, 1, 1}, {}, {c, c, c}, {0.3f, 0.7f, 1.1f}}.judged()) ==
        0);  // the weighted mean is rounded
}

TEST_CASE("R2 of one row is not defined") {
  CHECK(std::isnan(R2{}(Case{1, {1}, {}, {2}}.judged())));
  CHECK(std::isnan(R2{}(Case{1, {1, 2}, {}, {2, 3}, {1, 0}}.judged())));
}

TEST_CASE_TEMPLATE("a weight of n is n rows, a weight of 0 is none", M, RMSE, MAE, R2) {
  const Case c = weighted_numbers();
  CHECK(M{}(c.judged()) == doctest::Approx(M{}(repeated(c).judged())).epsilon(1e-12));
}

TEST_CASE_TEMPLATE("a NaN output makes the score NaN, unless its row weighs nothing", M, RMSE, MAE, R2) {
  Case c{1, {1, 2, NAN}, {}, {1, 3, 4}, {1, 1, 1}};
  CHECK(std::isnan(M{}(c.judged())));
  c.weight = {1, 1, 0};
  CHECK(std::isfinite(M{}(c.judged())));
}

TEST_CASE("an infinite output is infinitely wrong") {
  const Case c{1, {1, INFINITY}, {}, {1, 3}};
  CHECK(RMSE{}(c.judged()) == INFINITY);
  CHECK(MAE{}(c.judged()) == INFINITY);
  CHECK(R2{}(c.judged()) == -INFINITY);
}

TEST_CASE_TEMPLATE("nothing to judge is an error", M, RMSE, MAE, R2) {
  CHECK_THROWS_AS(M{}(Case{}.judged()), DataError);
  CHECK_THROWS_AS(M{}(Case{1, {1}, {}, {1}, {0}}.judged()), DataError);
  CHECK_THROWS_AS(M{}(Case{2, {0.5f, 0.5f}, {1}}.judged()), ShapeError);
}

TEST_CASE("explained variance does not see a bias") {
  const Case c{1, {2, 3, 5, 6}, {}, {1, 2, 4, 5}}, noisy{1, {2, 3, 5, 7}, {}, {1, 2, 4, 5}};
  CHECK(ExplainedVariance{}(c.judged()) == 1);
  CHECK(R2{}(c.judged()) < 1);
  CHECK(ExplainedVariance{}(noisy.judged()) == doctest::Approx(1 - 0.75 / 10));  // errors -1 -1 -1 -2
  CHECK(ExplainedVariance{}(Case{1, {1, 2}, {}, {3, 3}}.judged()) == 0);
  CHECK(owes(ExplainedVariance{}, weighted_numbers()));
}

TEST_CASE("losses of numbers are metrics of what they cost") {
  const Case c{1, {1, 5}, {}, {2, 2}, {3, 1}};
  CHECK(MSE{}(c.judged()) == doctest::Approx((3 * 1 + 9) / 4.0));
  CHECK(Huber{1}(c.judged()) == doctest::Approx((3 * 0.5 + 2.5) / 4));
  CHECK(Quantile{0.9}(c.judged()) == doctest::Approx((3 * 0.9 + 0.1 * 3) / 4));
  CHECK(owes(MSE{}, weighted_numbers()));
  CHECK(owes(Huber{}, weighted_numbers()));
  CHECK(owes(Quantile{0.9}, weighted_numbers()));
  CHECK_THROWS_AS(Quantile{1}(c.judged()), DataError);
}
