// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/scores.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace tutti;

namespace {
/// Two classes with the same scores in every row; the first `right` rows are of class 0.
ScoredRows rows_with(float first, float second, int rows, int right) {
  ScoredRows r{2};
  for (int i = 0; i < rows; ++i) {
    r.scores.append({first, second});
    r.labels.push_back(i < right ? 0 : 1);
    r.weight.push_back(1);
  }
  return r;
}
}  // namespace

TEST_CASE("a link makes probabilities of scores and keeps the likeliest class") {
  float z[] = {0.3f, 0.8f, -0.1f};
  ScoreLink{0.05f, 2}.apply(z);
  const double sum = 0.09 + 0.64 + 0.0025;
  CHECK(z[0] == doctest::Approx(0.09 / sum));
  CHECK(z[1] == doctest::Approx(0.64 / sum));
  CHECK(z[2] == doctest::Approx(0.0025 / sum));
}

TEST_CASE("scores that are probabilities already are left alone by a link of sharpness 1") {
  float z[] = {0.25f, 0.75f};
  ScoreLink{0.01f, 1}.apply(z);
  CHECK(z[0] == doctest::Approx(0.25));
  CHECK(z[1] == doctest::Approx(0.75));
}

TEST_CASE("no class is ever impossible") {
  float z[] = {3, -2};
  ScoreLink{1.0f / 128, 8}.apply(z);
  CHECK(z[1] > 0);
  CHECK(z[0] + z[1] == doctest::Approx(1));
}

TEST_CASE("a row with NaN becomes NaN") {
  float z[] = {0.5f, std::numeric_limits<float>::quiet_NaN()};
  ScoreLink{}.apply(z);
  CHECK(std::isnan(z[0]));
  CHECK(std::isnan(z[1]));
}

TEST_CASE("the likeliest link gives the classes the shares that they have") {
  for (const int right : {60, 80, 95}) {
    float z[] = {0.7f, 0.3f};
    likeliest_link(rows_with(0.7f, 0.3f, 100, right)).apply(z);
    CHECK(z[0] == doctest::Approx(right / 100.0).epsilon(0.01));
  }
}

TEST_CASE("rows of weight 0 count for nothing") {
  ScoredRows rows = rows_with(0.7f, 0.3f, 100, 60);
  for (std::size_t i = 80; i < 100; ++i) rows.weight[i] = 0;  // 60 of 80 remain right
  float z[] = {0.7f, 0.3f};
  likeliest_link(rows).apply(z);
  CHECK(z[0] == doctest::Approx(0.75).epsilon(0.01));
}

TEST_CASE("a link of no rows is a link all the same") {
  const ScoreLink link = likeliest_link(ScoredRows{3});
  CHECK(std::isfinite(link.sharpness));
  CHECK(link.floor > 0);
}
