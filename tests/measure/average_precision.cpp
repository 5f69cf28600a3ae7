// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/average_precision.hpp>
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

static_assert(Metric<AveragePrecision> && AveragePrecision::higher_is_better && AveragePrecision::flags);

namespace {
Case binary(const std::vector<float>& scores, std::vector<std::int32_t> labels) {
  Case c{2, {}, std::move(labels)};
  for (const float s : scores) c.outputs.insert(c.outputs.end(), {1 - s, s});
  return c;
}
}  // namespace

TEST_CASE("average precision by hand") {
  // by falling score: 1 0 1 0
  CHECK(AveragePrecision{}(binary({0.1f, 0.4f, 0.35f, 0.8f}, {0, 0, 1, 1}).judged()) == doctest::Approx((1 + 2.0 / 3) / 2));
  CHECK(AveragePrecision{}(binary({0.3f, 0.3f, 0.3f}, {1, 0, 0}).judged()) == doctest::Approx(1.0 / 3));
  CHECK(AveragePrecision{.positive = 0}(binary({0.1f, 0.9f}, {0, 1}).judged()) == 1);
}

TEST_CASE("average precision is NaN where no class that is judged occurs, and 1 where no other does") {
  CHECK(std::isnan(AveragePrecision{}(binary({0.3f, 0.7f}, {0, 0}).judged())));
  CHECK(AveragePrecision{}(binary({0.3f, 0.7f}, {1, 1}).judged()) == 1);
}

TEST_CASE("with more classes it is the mean over those that occur") {
  const Case c{3, {0.6f, 0.3f, 0.1f, 0.2f, 0.7f, 0.1f, 0.3f, 0.5f, 0.2f, 0.1f, 0.4f, 0.5f}, {0, 0, 1, 1}};
  const double a = (1 + 2.0 / 3) / 2, b = (1.0 / 2 + 2.0 / 3) / 2;  // by falling score: 0 1 0 1, and 0 1 1 0
  CHECK(AveragePrecision{}(c.judged()) == doctest::Approx((a + b) / 2));
  CHECK(AveragePrecision{Averaging::binary}(c.judged()) == doctest::Approx(b));
}

TEST_CASE("average precision honours weights") {
  CHECK(owes(AveragePrecision{}, weighted_labels()));
  CHECK(owes(AveragePrecision{Averaging::weighted}, weighted_labels()));
  CHECK(owes(AveragePrecision{}, weighted_flags()));
}
