// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/agreement.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<BalancedAccuracy> && Metric<MCC> && Metric<CohenKappa>);

namespace {
// true 0 0 0 1 1, predicted 0 0 1 1 0
const Case two{2, {1, 0, 1, 0, 0, 1, 0, 1, 1, 0}, {0, 0, 0, 1, 1}};
// true 0 1 2 2, predicted 0 2 2 0
const Case three{3, {1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0}, {0, 1, 2, 2}};
const Case one_class{2, {1, 0, 0, 1}, {0, 0}};
}  // namespace

TEST_CASE("balanced accuracy by hand") {
  CHECK(BalancedAccuracy{}(two.judged()) == doctest::Approx((2.0 / 3 + 1.0 / 2) / 2));
  CHECK(BalancedAccuracy{.adjusted = true}(two.judged()) == doctest::Approx(2 * (2.0 / 3 + 1.0 / 2) / 2 - 1));
  CHECK(BalancedAccuracy{}(one_class.judged()) == 0.5);
  CHECK(std::isnan(BalancedAccuracy{.adjusted = true}(one_class.judged())));
}

TEST_CASE("MCC of two classes is the correlation of zeros and ones") {
  // tp 1, tn 2, fp 1, fn 1
  CHECK(MCC{}(two.judged()) == doctest::Approx((1.0 * 2 - 1.0 * 1) / std::sqrt(2.0 * 2 * 3 * 3)));
}

TEST_CASE("MCC is 0 where only one class is true or predicted, whatever the weights") {
  CHECK(MCC{}(one_class.judged()) == 0);
  const Case constant{3, {0.2f, 0.5f, 0.3f, 0.1f, 0.6f, 0.3f, 0.1f, 0.7f, 0.2f}, {0, 1, 2}, {}, {0.1f, 0.7f, 0.3f}};
  CHECK(MCC{}(constant.judged()) == 0);
}

TEST_CASE("kappa counts by how far a class is from the true one") {
  // by chance: true shares 1/4 1/4 2/4, predicted 2/4 0 2/4
  CHECK(CohenKappa{}(three.judged()) == doctest::Approx(1 - 0.5 / (1 - (2 + 0 + 4) / 16.0)));
  CHECK(CohenKappa{KappaWeights::linear}(three.judged()) ==
        doctest::Approx(1 - (1 + 2) / 4.0 / ((1 * 2 * 2 + 1 * 2 + 1 * 2 + 2 * 2 * 2) / 16.0)));
  CHECK(CohenKappa{KappaWeights::quadratic}(three.judged()) ==
        doctest::Approx(1 - (1 + 4) / 4.0 / ((1 * 2 * 4 + 1 * 2 + 1 * 2 + 2 * 2 * 4) / 16.0)));
  CHECK(std::isnan(CohenKappa{}(Case{2, {1, 0, 1, 0}, {0, 0}}.judged())));
}

TEST_CASE("metrics of agreement honour weights") {
  CHECK(owes(BalancedAccuracy{}, weighted_labels()));
  CHECK(owes(BalancedAccuracy{.adjusted = true}, weighted_labels()));
  CHECK(owes(MCC{}, weighted_labels()));
  for (const KappaWeights w : {KappaWeights::none, KappaWeights::linear, KappaWeights::quadratic})
    CHECK(owes(CohenKappa{w}, weighted_labels()));
}
