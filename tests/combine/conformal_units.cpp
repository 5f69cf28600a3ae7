// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/combine/prediction_sets.hpp>

#include "combine/learners.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {

/// The nearest row's numbers, however many.
struct NearestOfAll {
  static constexpr Capabilities capabilities{.labels = false, .numbers = true};
  struct Model {
    std::vector<float> rows{}, targets{};
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.rows(); ++i) {
        std::size_t best = 0;
        for (std::size_t r = 1; r < rows.size(); ++r)
          if (std::abs(rows[r] - x[static_cast<std::size_t>(i)][0]) < std::abs(rows[best] - x[static_cast<std::size_t>(i)][0])) best = r;
        const auto width = static_cast<std::size_t>(y.width());
        std::copy_n(targets.data() + best * width, width, y.row(i).data());
      }
    }
    static void visit(auto& self, auto& archive) { archive("rows", self.rows)("targets", self.targets); }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const {
    Model m;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      m.rows.push_back(data.x(i)[0]);
      for (const float v : data.target(i)) m.targets.push_back(v);
    }
    return m;
  }
};

/// Two numbers of noise, the second a thousand times as large.
template <class Y = Reals<2>>
Dataset<Row<1>, Y> noise(int rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x, y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(random.uniform());
    for (const double unit : {1.0, 1000.0}) y.push_back(static_cast<float>(unit * random.normal()));
  }
  return table<Row<1>, Y>(1, std::move(x), std::move(y), {}, 2);
}

const ConformalOptions split_of_90{.coverage = 0.9f, .method = ConformalMethod::split};

}  // namespace

TEST_CASE("units and scores of several numbers, worked by hand") {
  const auto data = table<Row<1>, Reals<3>>(1, {0, 0}, {1, 5, 7, 3, 9, 7});
  Buffer<float> units;  // errors |1 - 2|, |3 - 2|; 0 by a judge that knows them by heart; of a constant none
  detail::append_units(units, Shows::Model{{2, 5, 7}}, data);
  REQUIRE(units.size() == 3);
  CHECK(units[0] == 1);
  CHECK(units[1] == 2);  // |5 - 5|, |9 - 5|
  CHECK(units[2] == 1);  // never wrong, never different
  const auto known = table<Row<1>, Reals<3>>(1, {0, 1}, {1, 5, 7, 3, 9, 7});
  Buffer<float> by_heart;
  detail::append_units(by_heart, NearestOfAll::Model{{0, 1}, {1, 5, 7, 3, 9, 7}}, known);
  CHECK(by_heart == std::vector<float>{0.001f, 0.002f, 1});  // standard deviations 1 and 2
  const float said[] = {2, 4, 7};
  CHECK(detail::miss_of(data, 0, said, units) == 1);      // 1 / 1, 1 / 2, 0
  CHECK(detail::miss_of(data, 1, said, units) == 2.5f);   // 1 / 1, 5 / 2, 0
  const float broken[] = {2, std::numeric_limits<float>::quiet_NaN(), 7};
  CHECK(std::isnan(detail::miss_of(data, 1, broken, units)));
}

TEST_CASE("a split box is the prediction and the score of its rank in each output's unit") {
  const auto data = noise(76, 3);
  const auto model = fit(Conformal{Shows{{2, 30}}, split_of_90}, data);
  const auto& m = model.model();
  REQUIRE(m.scores.rows() == 19);
  REQUIRE(m.units.size() == 2);
  CHECK(m.units[1] > 300 * m.units[0]);
  const float s = m.scores.sorted[17];
  const std::array<PredictionInterval, 2> box = interval(model, data.x(0));
  CHECK(box[0] == PredictionInterval{2 - m.units[0] * s, 2 + m.units[0] * s});
  CHECK(box[1] == PredictionInterval{30 - m.units[1] * s, 30 + m.units[1] * s});
  const float mine[] = {0.5f};
  CHECK(interval(model, mine, 0.5f)[0].width() < box[0].width());
}

TEST_CASE("split boxes hold all numbers at once as often as the law says, cross-conformal ones about as often") {
  const auto covered = [](const auto& spec, int draws) {
    double mean = 0;
    for (int d = 0; d < draws; ++d) {
      const auto seed = static_cast<std::uint64_t>(2 * d + 1);
      const auto model = fit(spec, noise(76, seed), {.seed = seed, .threads = 1});
      mean += measured_coverage(model, noise(25, seed + 1)).coverage / draws;
    }
    return mean;
  };
  const double of_beta = 18.0 * 2 / (20 * 20 * 21), all = of_beta + (0.9 * 0.1 - of_beta) / 25;  // Beta(18, 2), of which 25 rows are seen
  CHECK(std::abs(covered(Conformal{Shows{{0, 0}}, split_of_90}, 400) - 0.9) < 5 * std::sqrt(all / 400));
  CHECK(std::abs(covered(Conformal{NearestOfAll{}, split_of_90}, 400) - 0.9) < 5 * std::sqrt(all / 400));
  const double cross = covered(Conformal{NearestOfAll{}}, 60);
  CHECK(cross > 0.87);
  CHECK(cross < 0.97);
}

TEST_CASE("a cross-conformal box is made of all fold models in their units") {
  const auto data = noise<Reals<Dynamic>>(40, 7);
  const auto model = fit(Conformal{NearestOfAll{}, {.coverage = 0.8f}}, data, {.folds = {.k = 4}});
  const auto& m = model.model();
  REQUIRE(m.judges.size() == 4);
  REQUIRE(m.units.size() == 8);
  const auto asked = noise<Reals<Dynamic>>(5, 8);
  for (std::ptrdiff_t t = 0; t < 5; ++t) {
    const std::vector<PredictionInterval> box = interval(model, asked.x(t));
    REQUIRE(box.size() == 2);
    for (std::size_t o = 0; o < 2; ++o) {
      std::vector<float> low, high;
      for (std::size_t j = 0; j < 4; ++j)
        for (const float s : m.scores.of(j)) {
          float y[2];
          m.outputs_of(j, asked.x(t), y, *WorkspaceLease(m.judging_bytes()));
          low.push_back(y[o] - m.units[2 * j + o] * s);
          high.push_back(y[o] + m.units[2 * j + o] * s);
        }
      std::sort(low.begin(), low.end());
      std::sort(high.begin(), high.end());
      CHECK(box[o].low == doctest::Approx(low[7]));     // ranks 33 of 40: ceil(41 x 0.8)
      CHECK(box[o].high == doctest::Approx(high[32]));
    }
  }
}

TEST_CASE("boxes stay themselves when they are saved, for any threads, and a broken file is refused") {
  const auto data = noise(60, 17);
  const auto spec = Conformal{Average{NearestOfAll{}, Shows{{1, 2}}}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  for (std::ptrdiff_t i = 0; i < 10; ++i) CHECK(interval(again, data.x(i)) == interval(one, data.x(i)));
  CHECK(fit(Stack{Average{spec, NearestOfAll{}}, NearestOfAll{}}, data).outputs() == 2);
  auto model = one.model();
  model.loaded();
  model.check_extents(1, 2);
  model.units.pop_back();
  CHECK_THROWS_AS(model.check_extents(1, 2), FileError);
  model.units.push_back(0);
  CHECK_THROWS_AS(model.loaded(), FileError);
}

TEST_CASE("widths, a bag's draws and flags are refused for several numbers when compiling") {
  static_assert(error::composition_fits<DiagnosisOf<Conformal<Shows>, Row<1>, Reals<2>>>);
  static_assert(!error::composition_fits<DiagnosisOf<Conformal<Shows, Scaled<Shows>>, Row<1>, Reals<2>>>);
  static_assert(!error::composition_fits<DiagnosisOf<Conformal<Shows, Between<Shows, Shows>>, Row<1>, Reals<2>>>);
  static_assert(!error::composition_fits<DiagnosisOf<Conformal<Shows>, Row<1>, Flags<2>>>);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(thrown_by<FitError>([&] { fit(Conformal{Shows{{1, nan}}}, noise(20, 1)); }) ==
        "Conformal: conformal: row 0: expected a finite prediction and target, so that its score is, got nan");
}
