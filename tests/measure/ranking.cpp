// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/ranking.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<DCG> && Metric<NDCG> && Metric<MAP> && Metric<MRR>);

namespace {
/// Two queries, their rows in turn: relevance 0 2 1 by falling score, and 1 0.
Case two() {
  Case c{1, {0.9f, 0.8f, 0.7f, 0.2f, 0.5f}, {}, {0, 1, 2, 0, 1}};
  c.group = {7, 3, 7, 3, 7};
  return c;
}
}  // namespace

TEST_CASE("discounted gains by hand") {
  const double first = 2 / std::log2(3.0) + 1 / std::log2(4.0), best = 2 + 1 / std::log2(3.0);
  CHECK(DCG{}(two().judged()) == doctest::Approx((first + 1) / 2));
  CHECK(NDCG{}(two().judged()) == doctest::Approx((first / best + 1) / 2));
  CHECK(NDCG{.k = 1}(two().judged()) == doctest::Approx((0.0 + 1) / 2));
  CHECK(DCG{.gain = Gain::exponential}(two().judged()) == doctest::Approx((3 / std::log2(3.0) + 1 / std::log2(4.0) + 1) / 2));
}

TEST_CASE("average precision and reciprocal rank by hand") {
  CHECK(MAP{}(two().judged()) == doctest::Approx(((1.0 / 2 + 2.0 / 3) / 2 + 1) / 2));
  CHECK(MRR{}(two().judged()) == doctest::Approx((1.0 / 2 + 1) / 2));
}

TEST_CASE("constant scores earn nothing from the order of the rows") {
  Case c{1, {1, 1, 1, 1}, {}, {1, 0, 0, 0}};
  c.group = {1, 1, 1, 1};
  CHECK(MRR{}(c.judged()) == 0.25);
  CHECK(MAP{}(c.judged()) == 0.25);
  const double forwards = NDCG{}(c.judged());
  c.numbers = {0, 0, 0, 1};
  CHECK(NDCG{}(c.judged()) == forwards);
}

TEST_CASE("a query counts with the mean weight of its rows, and rows of weight 0 are absent") {
  Case c = two();
  c.weight = {3, 1, 3, 1, 3};
  CHECK(MRR{}(c.judged()) == doctest::Approx((3 * 0.5 + 1) / 4));
  c.weight = {0, 1, 1, 1, 1};  // the row above the first relevant one is absent
  CHECK(MRR{}(c.judged()) == 1);
  c.weight = {0, 1, 0, 1, 0};
  CHECK(MAP{}(c.judged()) == 1);
}

TEST_CASE("a query without a relevant row counts 0") {
  Case c = two();
  c.numbers[1] = 0;
  CHECK(NDCG{}(c.judged()) < 0.5);
  CHECK(MRR{}(c.judged()) == 0.25);
}

TEST_CASE("of labels the class is the relevance and its expectation the score") {
  Case c{3, {0.1f, 0.2f, 0.7f, 0.8f, 0.1f, 0.1f, 0.2f, 0.6f, 0.2f}, {1, 0, 2}};  // scores 1.6 0.3 1
  c.group = {4, 4, 4};
  CHECK(DCG{}(c.judged()) == doctest::Approx(1 + 2 / std::log2(3.0)));
  CHECK(AnyMetric(NDCG{}).for_targets(true).name() == "NDCG");
  CHECK(AnyMetric(NDCG{}).for_targets(false).name() == "NDCG");
  CHECK(message_of<DataError>([] { AnyMetric(NDCG{}).for_targets(false, true); }) ==
        "NDCG judges labels and numbers, the targets are flags");
}

TEST_CASE("metrics of rankings refuse rows without groups and relevances that are none") {
  Case c = two();
  c.group.clear();
  CHECK(message_of<DataError>([&] { NDCG{}(c.judged()); }) ==
        "expected data with a group for each row, the query that it answers, got \"none\"");
  c.group = {1, 2};
  CHECK(message_of<DataError>([&] { MAP{}(c.judged()); }) == "expected 5 groups, got 2");
  c = two();
  c.numbers[4] = -1;
  CHECK(message_of<DataError>([&] { MRR{}(c.judged()); }) == "row 4: expected a relevance that is finite and not negative, got -1");
  CHECK(message_of<DataError>([] { DCG{.k = -1}(two().judged()); }) == "k: expected 0 (all rows) or more, got -1");
  Case wide = weighted_numbers();
  wide.group = {1, 1, 2, 2};
  CHECK(message_of<ShapeError>([&] { NDCG{}(wide.judged()); }) == "expected one number in a row to rank by, got 2");
}

TEST_CASE("a ranking is NaN where a score is") {
  Case c = two();
  c.outputs[2] = NAN;
  CHECK(std::isnan(NDCG{}(c.judged())));
  CHECK(std::isnan(MRR{}(c.judged())));
}
