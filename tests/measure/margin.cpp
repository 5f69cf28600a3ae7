// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/classification.hpp>
#include <tutti/measure/margin.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<TopK> && Metric<Hinge>);

namespace {
const Case three{3, {0.5f, 0.3f, 0.2f, 0.2f, 0.2f, 0.6f, 0.2f, 0.2f, 0.6f}, {1, 0, 1}};
}  // namespace

TEST_CASE("top-k counts rows whose class is among the k most probable, ties to the lowest") {
  CHECK(TopK{1}(three.judged()) == 0);
  CHECK(TopK{2}(three.judged()) == doctest::Approx(2.0 / 3));
  CHECK(TopK{3}(three.judged()) == 1);
  CHECK(TopK{}(three.judged()) == 1);
  CHECK(TopK{1}(weighted_labels().judged()) == Accuracy{}(weighted_labels().judged()));
}

TEST_CASE("the hinge loss grows where the true class is not one ahead of the best other") {
  CHECK(Hinge{}(three.judged()) == doctest::Approx((1.2 + 1.4 + 1.4) / 3));
  CHECK(Hinge{}(Case{2, {3, -1}, {0}}.judged()) == 0);
  CHECK(Hinge{}(Case{1, {1}, {0}}.judged()) == 0);
}

TEST_CASE("metrics of margins honour weights") {
  CHECK(owes(TopK{2}, weighted_labels()));
  CHECK(owes(Hinge{}, weighted_labels()));
  CHECK(message_of<DataError>([] { TopK{0}(three.judged()); }) == "k: expected at least 1, got 0");
}
