// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/combine/prediction_sets.hpp>
#include <tutti/combine/uncertainty.hpp>

#include "combine/crafted.hpp"
#include "combine/learners.hpp"
#include "thrown_by.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {

/// Noise as wide as its input; no two targets are the same.
Dataset<Row<1>, Real> noise(int rows, std::uint64_t seed, SideColumns side = {}) {
  Random random(seed);
  std::vector<float> x, y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(1 + 9 * random.uniform());
    y.push_back(x.back() * static_cast<float>(random.normal()));
  }
  return table<Row<1>, Real>(1, std::move(x), std::move(y), std::move(side));
}
Conformal<Bag<Nearest>, AfterBootstrap> nearest(int members, float coverage = 0.9f, std::atomic<int>* fits = nullptr) {
  return Conformal{Bag{Nearest{fits}, {.members = members}}, AfterBootstrap{}, {.coverage = coverage}};
}
bool has_drawn(const auto& member, float target) {
  return std::find(member.targets.begin(), member.targets.end(), target) != member.targets.end();
}
/// The interval as the paper has it, of rows that `unseen(member, row)` tells of.
PredictionInterval plainly(const auto& model, const auto& data, const auto& x, float coverage, auto&& unseen) {
  std::vector<float> low, high;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    float own = 0, there = 0;
    int n = 0;
    for (const auto& m : model.model().member.models) {
      if (!unseen(m, i)) continue;
      own += m.predict(data.x(i)).value;
      there += m.predict(x).value;
      ++n;
    }
    if (n == 0) continue;
    const float r = std::abs(data.target(i)[0] - own / static_cast<float>(n));
    low.push_back(there / static_cast<float>(n) - r);
    high.push_back(there / static_cast<float>(n) + r);
  }
  std::sort(low.begin(), low.end(), std::greater<>{});
  std::sort(high.begin(), high.end());
  const auto rank = static_cast<std::size_t>(detail::conformal_rank(data.rows(), coverage) - 1);
  return {low[rank], high[rank]};
}
void is_about(const PredictionInterval& a, const PredictionInterval& b) {
  CHECK(a.low == doctest::Approx(b.low).epsilon(1e-5));
  CHECK(a.high == doctest::Approx(b.high).epsilon(1e-5));
}

}  // namespace

TEST_CASE("an interval after bootstrap, worked by hand") {
  // members say 1, 2 and 6; rows were not drawn by {0, 1}, {2}, {0, 2}, {1}: m_i = 1.5, 6, 3.5, 2, with scores 0.5, 1, 2, 3.
  // Upper ends 2, 7, 5.5, 5; lower ends 1, 5, 1.5, -1. Coverage 0.6 is rank ceil(5 x 0.6) = 3, 0.4 is rank 2.
  BootstrapScores s{.rows = 4, .members = 3, .score = {0.5f, 1, 2, 3}, .unseen = {0b011, 0b100, 0b101, 0b010}};
  s.loaded();
  const float said[] = {1, 2, 6};
  Workspace w(s.workspace_bytes());
  CHECK(s.around(said, s.rank(0.6f), w) == PredictionInterval{1, 5.5f});
  CHECK(s.around(said, s.rank(0.4f), w) == PredictionInterval{1.5f, 5});
  const float broken[] = {1, std::numeric_limits<float>::quiet_NaN(), 6};
  CHECK(std::isnan(s.around(broken, 2, w).low));
  s.rows = 5;  // one more that all members have drawn: rank ceil(6 x 0.6) = 4
  CHECK(s.around(said, s.rank(0.6f), w) == PredictionInterval{-1, 7});
  CHECK(thrown_by<DataError>([&] { (void)s.rank(0.8f); }) ==
        "conformal after bootstrap: expected 5 of 5 rows that a member has not drawn (more members would help), got 4");
}

TEST_CASE("a row is judged, and its model heard, by the members that have not drawn it; nothing but the bag is fitted") {
  for (const int members : {4, 8, 19}) {
    std::atomic<int> fits{0};
    const auto data = noise(50, 3);
    const auto model = fit(nearest(members, 0.7f, &fits), data, {.seed = static_cast<std::uint64_t>(members)});
    CHECK(fits == members);
    const auto unseen = [&](const auto& m, std::ptrdiff_t i) { return !has_drawn(m, data.target(i)[0]); };
    const auto asked = noise(10, 4);
    for (std::ptrdiff_t t = 0; t < 10; ++t)
      for (const float coverage : {0.3f, 0.7f})
        is_about(interval(model, asked.x(t), coverage), plainly(model, data, asked.x(t), coverage, unseen));
  }
}

TEST_CASE("a member that has drawn a row knows its group") {
  SideColumns side;
  for (int i = 0; i < 60; ++i) side.group.push_back(i / 2);
  const auto data = noise(60, 5, side);
  const auto model = fit(nearest(25, 0.7f), data);
  const auto asked = noise(5, 6);
  for (std::ptrdiff_t t = 0; t < 5; ++t)
    is_about(interval(model, asked.x(t)), plainly(model, data, asked.x(t), 0.7f, [&](const auto& m, std::ptrdiff_t i) {
               return !has_drawn(m, data.target(i)[0]) && !has_drawn(m, data.target(i ^ 1)[0]);
             }));
}

TEST_CASE("intervals after bootstrap cover about as often as was asked for, and never less than the bound") {
  for (const float coverage : {0.8f, 0.9f}) {
    double covered = 0;
    constexpr int draws = 150, tests = 25;
    for (int d = 0; d < draws; ++d) {
      const auto seed = static_cast<std::uint64_t>(2 * d + 1);
      const auto model = fit(nearest(20, coverage), noise(40, seed), {.seed = seed, .threads = 1});
      covered += measured_coverage(model, noise(tests, seed + 1)).coverage / draws;
    }
    CAPTURE(covered);
    const double asked = static_cast<double>(coverage);
    CHECK(covered >= 2 * asked - 1);           // theorem 1
    CHECK(std::abs(covered - asked) < 0.035);  // the share of 25 rows by 40 has a variance of 0.006 to 0.01: four standard errors
  }
}

TEST_CASE("a bag with intervals predicts what the bag predicts, stands in other forms, and stays itself when it is saved") {
  const auto data = noise(60, 17);
  const auto one = fit(nearest(12), data, {.threads = 1}), seven = fit(nearest(12), data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    float sum = 0;
    for (const auto& m : one.model().member.models) sum += m.predict(data.x(i)).value;
    CHECK(one.predict(data.x(i)).value == doctest::Approx(sum / 12));
    CHECK(interval(again, data.x(i)) == interval(one, data.x(i)));
  }
  CHECK(uncertainty(one, data.x(0)).variance >= 0);
  for (const bool nested : {false, true}) {
    std::atomic<int> fits{0};
    CHECK(fit(Stack{Average{nearest(12, 0.5f, &fits), Nearest{}}, Nearest{}}, data, {.folds = {.k = 3}, .nested = nested}).outputs() == 1);
    CHECK(fits == 4 * 12);
  }
  static_assert(std::is_same_v<decltype(Conformal{Bag{Nearest{}}, AfterBootstrap{}}), Conformal<Bag<Nearest>, AfterBootstrap>>);
}

TEST_CASE("what a bag cannot promise, it says") {
  CHECK(thrown_by<FitError>([&] { fit(nearest(3, 0.97f), noise(100, 1)); })
            .starts_with("Conformal: conformal after bootstrap: expected 98 of 100 rows that a member has not drawn"));
  CHECK(thrown_by<FitError>([&] { fit(nearest(10), noise(8, 1)); }) ==
        "Conformal: conformal: expected at least 9 rows for a coverage of 0.899999976, got 8");
  CHECK(thrown_by<FitError>([&] { fit(nearest(0), noise(20, 1)); }) == "Conformal[0]/Bag: expected at least one member, got 0");
  CHECK(thrown_by<FitError>([&] {
          fit(Conformal{Bag{Nearest{}}, AfterBootstrap{}, {.method = ConformalMethod::split}}, noise(20, 1));
        }) == "Conformal: conformal after bootstrap: expected the method cross, for no row is held out, got \"split\"");
  CHECK(thrown_by<FitError>([&] { fit(nearest(10), noise(20, 1), {.folds = {.forward = true}}); })
            .ends_with("expected folds that are dealt at random, for a bag knows rows of all times, got \"forward in time\""));
  CHECK(thrown_by<FitError>([&] { fit(nearest(10), noise(2, 1, {.weight = {1, 2}})); }) ==
        "Conformal: the data have weights, which this member cannot honour");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(thrown_by<FitError>([&] { fit(Conformal{Bag{Shows{{nan}}}, AfterBootstrap{}}, noise(20, 1)); })
            .find(": expected a finite prediction and target, so that its score is, got nan") != std::string::npos);
  using NotABag = Conformal<Nearest, AfterBootstrap>;
  using OfLabels = Conformal<Bag<Nearest>, AfterBootstrap>;
  static_assert(!error::composition_fits<DiagnosisOf<NotABag, Row<1>, Real>>);
  static_assert(!error::composition_fits<DiagnosisOf<OfLabels, Row<1>, Label<2>>>);
  static_assert(!error::composition_fits<DiagnosisOf<OfLabels, Row<1>, Reals<2>>>);
}

TEST_CASE("damaged scores of a bag are refused") {
  const BootstrapScores good{.rows = 2, .members = 9, .score = {1, 2}, .unseen = {1, 0, 0, 1}};
  good.loaded();
  const auto refuses = [&](auto&& damage) {
    BootstrapScores s = good;
    damage(s);
    CHECK_THROWS_AS(s.loaded(), FileError);
  };
  refuses([](BootstrapScores& s) { s.rows = 1; });
  refuses([](BootstrapScores& s) { s.members = 17; });
  refuses([](BootstrapScores& s) { s.members = -1; });
  refuses([](BootstrapScores& s) { s.unseen[3] = 0; });
  refuses([](BootstrapScores& s) { s.score[1] = std::numeric_limits<float>::infinity(); });
  auto model = fit(nearest(12), noise(20, 1)).model();
  model.loaded();
  model.scores.members = 11;
  CHECK_THROWS_AS(model.loaded(), FileError);
  model.scores.members = 12;
  model.coverage = 0.99f;
  CHECK_THROWS_AS(model.loaded(), FileError);

  const auto wide = table<Row<Dynamic>, Real>(2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {1, 5, 2, 7, 3, 4});
  const auto whole = fit(nearest(9, 0.5f), wide);
  const auto asks = [](const auto& m, const auto& x) { (void)interval(m, x); };
  const CraftedFiles seen = crafted_files<std::remove_const_t<decltype(whole)>>(to_bytes(whole), 1, {0, 1, 2, 4, 1 << 20, -1}, asks);
  CHECK(seen.refused > 100);
  CHECK(seen.accepted > 100);
}
