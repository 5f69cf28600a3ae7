// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/risk_coverage.hpp>

#include "thrown_by.hpp"

#include <tutti/core/random.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

namespace {
struct Said {
  std::vector<float> outputs{};
  std::vector<std::int32_t> labels{};
  std::vector<float> weight{};
  operator Judged() const { return {.outputs = {outputs.data(), std::ssize(labels), 2}, .labels = labels, .weight = weight, .classes = 2}; }
};
/// Confidences 0.9 0.8 0.7 0.6, the second and the last answer wrong.
const Said four{{0.1f, 0.9f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f}, {1, 1, 1, 1}};
}  // namespace

TEST_CASE("risk and coverage worked by hand: 1/1, 1/2, 1/3, 2/4 wrong of the surest one, two, three, four") {
  const RiskCoverage curve = risk_coverage(four);
  REQUIRE(curve.points.size() == 4);
  const double risk[] = {0, 0.5, 1.0 / 3, 0.5};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(curve.points[i].coverage == doctest::Approx(0.25 * static_cast<double>(i + 1)));
    CHECK(curve.points[i].risk == doctest::Approx(risk[i]));
  }
  CHECK(curve.area == doctest::Approx((0 + 0.5 + 1.0 / 3 + 0.5) / 4));
  CHECK(AURC{}(four) == curve.area);
  CHECK(curve.at_risk(0.4).coverage == 0.75);
  CHECK(curve.at_risk(0.1).coverage == 0.25);
  CHECK(curve.at_coverage(0.6).confidence == doctest::Approx(0.7));
  CHECK(to_string(curve).find("area 0.33333") != std::string::npos);
}

TEST_CASE("rows of one confidence are answered together, and weights count as copies") {
  const Said tied{{0.2f, 0.8f, 0.2f, 0.8f}, {1, 0}};
  CHECK(risk_coverage(tied).points.size() == 1);
  CHECK(AURC{}(tied) == 0.5);
  Said weighted = four;
  weighted.weight = {2, 1, 0, 1};
  const Said copied{{0.1f, 0.9f, 0.1f, 0.9f, 0.8f, 0.2f, 0.6f, 0.4f}, {1, 1, 1, 1}};
  CHECK(AURC{}(weighted) == doctest::Approx(AURC{}(copied)));
}

TEST_CASE("of confidences that mean nothing the area is near the error rate; a model that is never wrong has none") {
  Random random(3);
  Said s;
  for (int i = 0; i < 20000; ++i) {
    const float p = 0.5f + 0.5f * random.uniform();
    s.outputs.insert(s.outputs.end(), {1 - p, p});
    s.labels.push_back(random.uniform() < 0.7f);
  }
  CHECK(AURC{}(s) == doctest::Approx(0.3).epsilon(0.1));
  for (auto& y : s.labels) y = 1;
  CHECK(AURC{}(s) == 0);
  CHECK(risk_coverage(s).at_risk(0).coverage == 1);
  for (auto& y : s.labels) y = 0;
  CHECK(risk_coverage(s).at_risk(0.9).coverage == 0);
}

TEST_CASE("what cannot be judged is named") {
  const Said nan{{std::numeric_limits<float>::quiet_NaN(), 0}, {0}};
  CHECK(std::isnan(AURC{}(nan)));
  CHECK(thrown_by<DataError>([&] { (void)risk_coverage(nan); }) == "risk and coverage: expected probabilities that are numbers, got nan");
  CHECK_THROWS_AS((void)risk_coverage(Said{}), DataError);
}
