// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/find_learning_rate.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include "sectors.hpp"

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "../thrown_by.hpp"

using namespace tutti;
using testing::sectors;

namespace {

using Net = Cascade<Dense<16>, ReLU, Dense<>>;

/// The mean loss of one epoch at this rate, from the same start.
double loss_after_training(float rate) {
  struct Last final : Observer {
    double loss = 0;
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view, std::string_view) override {}
    void epoch_ended(std::string_view, const EpochReport& e) override { loss = e.loss; }
  };
  const auto last = std::make_shared<Last>();
  fit(Network{Net{}, {.epochs = 3, .optimizer = AdamW{.learning_rate = rate}, .schedule = Constant{}}}, sectors(300),
      {.progress = Progress(last)});
  return last->loss;
}

}  // namespace

TEST_CASE("rates grow by the same factor from the lowest to the highest") {
  const auto curve = find_learning_rate(Network{Net{}, {.batch = 16}}, sectors(100),
                                        {.lowest = 1e-5f, .highest = 0.1f, .steps = 41, .stop = 100});
  REQUIRE(curve.rates.size() == 41);
  CHECK(curve.rates.front() == doctest::Approx(1e-5));
  CHECK(curve.rates.back() == doctest::Approx(0.1));
  for (std::size_t i = 1; i < 41; ++i) CHECK(curve.rates[i] / curve.rates[i - 1] == doctest::Approx(std::pow(10, 0.1)));
  CHECK(curve.losses[0] == doctest::Approx(std::log(3.0)).epsilon(0.5));
}

TEST_CASE("the suggestion is where a fall of known shape is steepest") {
  LearningRateCurve curve;
  for (int i = 0; i < 101; ++i) {
    curve.rates.push_back(std::pow(10.0, -6 + 0.06 * i));
    curve.losses.push_back(2 - std::tanh((i - 60) / 8.0) + std::exp((i - 90) / 3.0));
  }
  CHECK(std::log10(detail::steepest(curve)) == doctest::Approx(-6 + 0.06 * 60).epsilon(0.02));
}

TEST_CASE("the suggested rate trains better than one far below it, and far better than one at the end of the curve") {
  const auto curve = find_learning_rate(Net{}, sectors(300));
  CHECK(curve.suggestion > 1e-4);
  CHECK(curve.suggestion < 0.5);
  const double suggested = loss_after_training(static_cast<float>(curve.suggestion));
  CHECK(suggested < loss_after_training(static_cast<float>(curve.suggestion / 100)));
  CHECK(suggested < loss_after_training(static_cast<float>(curve.suggestion * 100)));
}

TEST_CASE("the same seed gives the same curve on any number of threads; a loss that grows ends it") {
  const Network spec{Net{}, {.batch = 64, .optimizer = SGD{}}};
  const auto one = find_learning_rate(spec, sectors(200), {.highest = 1e6f, .seed = 3, .threads = 1}),
             five = find_learning_rate(spec, sectors(200), {.highest = 1e6f, .seed = 3, .threads = 5});
  CHECK(one.losses == five.losses);
  CHECK(one.suggestion == five.suggestion);
  CHECK(one.losses.size() < 100);
  CHECK(find_learning_rate(spec, sectors(200), {.seed = 4}).losses[0] != one.losses[0]);
}

TEST_CASE("a curve is printed with its suggestion") {
  std::ostringstream out;
  out << LearningRateCurve{{1e-3, 1e-2}, {2.0, 1.0}, 1e-2};
  CHECK(out.str() ==
        "learning rate         loss\n"
        "        0.001            2  ########################################\n"
        "         0.01            1  ####################\n"
        "suggestion: 0.01, where the loss falls fastest\n");
}

TEST_CASE("a range that is none is named") {
  CHECK(thrown_by<FitError>([] { find_learning_rate(Net{}, sectors(20), {.lowest = 1, .highest = 0.5f}); }) ==
        "Network: expected 0 < lowest < highest; lowest, got 1");
  CHECK(thrown_by<FitError>([] { find_learning_rate(Net{}, sectors(20), {.steps = 2}); }) ==
        "Network: steps: expected at least 3 steps, got 2");
}
