// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/flags.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<HammingLoss> && Metric<CoverageError> && Metric<LabelRankingAveragePrecision> && Metric<RankingLoss>);

namespace {
Case row(std::vector<float> outputs, std::vector<float> truth) {
  return {static_cast<int>(outputs.size()), std::move(outputs), {}, std::move(truth), {}, true};
}
}  // namespace

TEST_CASE("the Hamming loss is the share of wrong answers") {
  CHECK(HammingLoss{}(row({0.9f, 0.4f, 0.6f, 0.1f}, {1, 1, 0, 0}).judged()) == 0.5);
  CHECK(HammingLoss{}(Case{2, {0, 1, 1, 0}, {0, 0}}.judged()) == 0.5);
}

TEST_CASE("coverage is how far down the last true flag stands, ties before it") {
  CHECK(CoverageError{}(row({0.9f, 0.4f, 0.6f, 0.1f}, {1, 0, 1, 0}).judged()) == 2);
  CHECK(CoverageError{}(row({0.9f, 0.6f, 0.6f, 0.1f}, {1, 0, 1, 0}).judged()) == 3);
  CHECK(CoverageError{}(row({0.9f, 0.6f}, {0, 0}).judged()) == 0);
}

TEST_CASE("label ranking precision and loss by hand") {
  const Case c = row({0.9f, 0.4f, 0.6f, 0.1f}, {0, 1, 1, 0});  // false, true, true, false
  CHECK(LabelRankingAveragePrecision{}(c.judged()) == doctest::Approx((1.0 / 2 + 2.0 / 3) / 2));
  CHECK(RankingLoss{}(c.judged()) == doctest::Approx(2.0 / 4));
  CHECK(RankingLoss{}(row({0.5f, 0.5f}, {1, 0}).judged()) == 1);
  for (const float all : {0.0f, 1.0f}) {
    CHECK(LabelRankingAveragePrecision{}(row({0.1f, 0.9f}, {all, all}).judged()) == 1);
    CHECK(RankingLoss{}(row({0.1f, 0.9f}, {all, all}).judged()) == 0);
  }
}

TEST_CASE("metrics of flags honour weights and refuse other targets") {
  CHECK(owes(HammingLoss{}, weighted_flags()));
  CHECK(owes(HammingLoss{}, weighted_labels()));
  CHECK(owes(CoverageError{}, weighted_flags()));
  CHECK(owes(LabelRankingAveragePrecision{}, weighted_flags()));
  CHECK(owes(RankingLoss{}, weighted_flags()));
  CHECK(message_of<DataError>([] { RankingLoss{}(weighted_labels().judged()); }) == "expected flags to judge, got \"labels\"");
  CHECK(message_of<DataError>([] { RankingLoss{}(weighted_numbers().judged()); }) == "expected flags to judge, got \"numbers\"");
  CHECK(message_of<DataError>([] { AnyMetric(RankingLoss{}).for_targets(false); }) == "ranking loss judges flags, the targets are numbers");
}
