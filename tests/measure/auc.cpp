// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/measure/auc.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<AUC> && AUC::higher_is_better && AUC::labels);

namespace {

Case binary(const std::vector<float>& scores, std::vector<std::int32_t> labels,
            std::vector<float> weight = {}) {
  Case c{2, {}, std::move(labels), {}, std::move(weight)};
  for (const float s : scores) c.outputs.insert(c.outputs.end(), {1 - s, s});
  return c;
}
/// 60 rows whose scores are multiples of 1/8, so that many are tied.
Case many() {
  Random random(5);
  std::vector<float> scores, weight;
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 60; ++i) {
    labels.push_back(static_cast<std::int32_t>(random.below(2)));
    scores.push_back(static_cast<float>(random.below(7) + static_cast<std::uint32_t>(labels.back())) / 8);
    weight.push_back(static_cast<float>(random.below(4)));
  }
  return binary(scores, labels, weight);
}

}  // namespace

TEST_CASE("AUC by hand") {
  CHECK(AUC{}(binary({0.1f, 0.4f, 0.35f, 0.8f}, {0, 0, 1, 1}).judged()) == doctest::Approx(0.75));
  CHECK(AUC{}(binary({0.1f, 0.2f, 0.8f, 0.9f}, {0, 0, 1, 1}).judged()) == 1);
  CHECK(AUC{}(binary({0.1f, 0.2f, 0.8f, 0.9f}, {1, 1, 0, 0}).judged()) == 0);
  CHECK(AUC{}(binary({0.3f, 0.3f, 0.3f}, {1, 0, 0}).judged()) == 0.5);
  CHECK(AUC{}(binary({0.1f, 0.4f, 0.35f, 0.8f}, {0, 0, 1, 1}, {1, 3, 1, 1}).judged()) ==
        doctest::Approx(5.0 / 8));
}

TEST_CASE("AUC counts the pairs that are in order, ties half") {
  const Case c = many();
  double won = 0, pairs = 0;
  for (std::size_t a = 0; a < c.labels.size(); ++a)
    for (std::size_t b = 0; b < c.labels.size(); ++b)
      if (c.labels[a] == 1 && c.labels[b] == 0) {
        const double w = static_cast<double>(c.weight[a]) * static_cast<double>(c.weight[b]);
        const float sa = c.outputs[2 * a + 1], sb = c.outputs[2 * b + 1];
        pairs += w;
        won += sa > sb ? w : sa == sb ? w / 2 : 0;
      }
  CHECK(AUC{}(c.judged()) == doctest::Approx(won / pairs).epsilon(1e-12));
}

TEST_CASE("AUC sees the order of scores only") {
  const Case c = many();
  Case squared = c;
  for (float& p : squared.outputs) p = p * p;
  CHECK(AUC{}(squared.judged()) == AUC{}(c.judged()));
}

TEST_CASE("AUC of the mirrored scores is the rest to 1") {
  Case c = many();
  const double area = AUC{}(c.judged());
  for (std::size_t i = 0; i < c.outputs.size(); i += 2) std::swap(c.outputs[i], c.outputs[i + 1]);
  CHECK(AUC{}(c.judged()) == doctest::Approx(1 - area).epsilon(1e-12));
}

TEST_CASE("a weight of n is n rows to AUC, a weight of 0 is none") {
  for (const Case& c : {many(), weighted_labels()})
    CHECK(AUC{}(c.judged()) == doctest::Approx(AUC{}(repeated(c).judged())).epsilon(1e-12));
}

TEST_CASE("with more classes AUC is the mean over those that occur") {
  // class 0 against the rest: scores 0.6 0.2 | 0.3 0.1 -> 3 of 4 pairs; class 1: 0.5 0.4 | 0.3 0.7 -> 2 of 4
  const Case c{3, {0.6f, 0.3f, 0.1f, 0.2f, 0.7f, 0.1f, 0.3f, 0.5f, 0.2f, 0.1f, 0.4f, 0.5f}, {0, 0, 1, 1}};
  CHECK(AUC{}(c.judged()) == doctest::Approx((3.0 / 4 + 2.0 / 4) / 2));
}

TEST_CASE("AUC is NaN where fewer than two classes occur") {
  CHECK(std::isnan(AUC{}(binary({0.1f, 0.2f}, {1, 1}).judged())));
  CHECK(std::isnan(AUC{}(binary({0.1f, 0.2f}, {0, 1}, {1, 0}).judged())));
  CHECK(std::isnan(AUC{}(Case{3, {1, 0, 0, 1, 0, 0}, {2, 2}}.judged())));
  CHECK(std::isnan(AUC{}(Case{1, {1, 1}, {0, 0}}.judged())));
}

TEST_CASE("AUC is NaN where a probability is, and refuses to judge nothing") {
  CHECK(std::isnan(AUC{}(binary({0.1f, NAN}, {0, 1}).judged())));
  CHECK_THROWS_AS(AUC{}(Case{2}.judged()), DataError);
}

TEST_CASE("one against one AUC is the mean over pairs of classes") {
  // classes 0 and 1: 3/4 by the score of 0, 2/4 by that of 1; class 2 does not occur
  const Case c{3, {0.6f, 0.3f, 0.1f, 0.2f, 0.7f, 0.1f, 0.3f, 0.5f, 0.2f, 0.1f, 0.4f, 0.5f}, {0, 0, 1, 1}};
  CHECK(AUC{.one_vs_one = true}(c.judged()) == doctest::Approx((3.0 / 4 + 2.0 / 4) / 2));
  CHECK(owes(AUC{.one_vs_one = true}, weighted_labels()));
  CHECK(owes(AUC{.averaging = Averaging::weighted, .one_vs_one = true}, weighted_labels()));
  CHECK(std::isnan(AUC{.one_vs_one = true}(Case{3, {1, 0, 0, 1, 0, 0}, {2, 2}}.judged())));
  CHECK_THROWS_AS((AUC{.averaging = Averaging::micro, .one_vs_one = true}(c.judged())), DataError);
}

TEST_CASE("AUC of flags is the mean over the flags that differ") {
  const Case c{2, {0.1f, 0.5f, 0.4f, 0.5f, 0.35f, 0.5f, 0.8f, 0.5f}, {}, {0, 1, 0, 1, 1, 1, 1, 1}, {}, true};
  CHECK(AUC{}(c.judged()) == doctest::Approx(0.75));
  CHECK(std::isnan(AUC{Averaging::binary}(c.judged())));
  CHECK(owes(AUC{}, weighted_flags()));
  CHECK(owes(AUC{Averaging::weighted}, weighted_flags()));
}
