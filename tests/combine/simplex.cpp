// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/simplex.hpp>
#include <tutti/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace tutti;

namespace {

std::vector<float> projected(std::vector<float> v) {
  project_on_simplex(v);
  return v;
}
/// The projection by sorting (Held, Wolfe, Crowder 1974), in double.
std::vector<double> reference(const std::vector<float>& v) {
  std::vector<double> sorted(v.begin(), v.end());
  std::sort(sorted.rbegin(), sorted.rend());
  double sum = 0, threshold = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    sum += sorted[i];
    const double t = (sum - 1) / static_cast<double>(i + 1);
    if (sorted[i] > t) threshold = t;
  }
  std::vector<double> p;
  for (const float a : v) p.push_back(std::max(a - threshold, 0.0));
  return p;
}

}  // namespace

TEST_CASE("a probability distribution is its own projection") {
  const std::vector<float> p{0.25f, 0.5f, 0.25f};
  CHECK(projected(p) == p);
  CHECK(projected({1}) == std::vector<float>{1});
  CHECK(projected({0, 1, 0}) == std::vector<float>{0, 1, 0});
}

TEST_CASE("the projection is the nearest point of the simplex, for any numbers") {
  Random random(3);
  for (const std::size_t classes : {1u, 2u, 3u, 10u, 100u})
    for (const float scale : {1e-3f, 1.0f, 30.0f})
      for (int round = 0; round < 20; ++round) {
        std::vector<float> v(classes);
        for (float& a : v) a = scale * static_cast<float>(random.normal());
        const auto p = projected(v);
        const auto expected = reference(v);
        double sum = 0;
        for (std::size_t k = 0; k < classes; ++k) {
          REQUIRE(p[k] >= 0);
          REQUIRE(std::abs(p[k] - expected[k]) <= 1e-6 * (1 + scale));
          sum += p[k];
        }
        REQUIRE(std::abs(sum - 1) <= 1e-5);
      }
}

TEST_CASE("ties stay ties and the order stays") {
  const auto p = projected({0.9f, 0.9f, -3.0f, 0.1f});
  CHECK(p[0] == p[1]);
  CHECK(p[0] == 0.5f);
  CHECK(p[2] == 0);
  CHECK(p[3] == 0);
}

TEST_CASE("a row with NaN does not come out as a probability") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto p = projected({0.5f, nan, 0.5f});
  CHECK(std::isnan(p[1]));
}

TEST_CASE("mixing with the uniform distribution leaves a distribution in which nothing is impossible") {
  std::vector<float> p{1, 0, 0, 0};
  mix_with_uniform(p, 0.2f);
  CHECK(p[0] == doctest::Approx(0.85));
  CHECK(p[1] == doctest::Approx(0.05));
  CHECK(p[0] + p[1] + p[2] + p[3] == doctest::Approx(1));
  std::vector<float> same{0.25f, 0.75f};
  mix_with_uniform(same, 0);
  CHECK(same == std::vector<float>{0.25f, 0.75f});
}
