// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/target.hpp>
#include <tutti/model/boost_scores.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numeric>

using namespace tutti;

TEST_CASE("scores become probabilities that sum to 1, however large they are") {
  std::array<float, 2> two{};
  for (const float z : {-1000.0f, -3.0f, 0.0f, 3.0f, 1000.0f}) {
    two[0] = z;
    BoostScores<Label<2>>{2}.finish(two.data(), two.data());
    CHECK(two[0] + two[1] == doctest::Approx(1));
    CHECK(two[1] == doctest::Approx(1 / (1 + std::exp(-static_cast<double>(z)))));
  }
  std::array<float, 3> three{1000, 999, -1000};
  BoostScores<Label<3>>{3}.finish(three.data(), three.data());
  CHECK(three[0] == doctest::Approx(1 / (1 + std::exp(-1.0))));
  CHECK(std::accumulate(three.begin(), three.end(), 0.0f) == doctest::Approx(1));
}

TEST_CASE("a number is its score, or the exponential of it") {
  float out = 0;
  const float score = 1.5f;
  BoostScores<Real>{1}.finish(&score, &out);
  CHECK(out == 1.5f);
  BoostScores<Real>{1, Link::log}.finish(&out, &out);
  CHECK(out == doctest::Approx(std::exp(1.5)));
}

TEST_CASE("two classes have one score, more one for each") {
  CHECK(BoostScores<Label<2>>{2}.count() == 1);
  CHECK(BoostScores<Label<5>>{5}.count() == 5);
  CHECK(BoostScores<Real>{1}.count() == 1);
}
