// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <reference/training.hpp>
#include <tutti/train/schedules.hpp>

using namespace tutti;

namespace {

/// One step an epoch, 20 of them.
void follow(const char* what, const AnySchedule& schedule, const double* rates) {
  CAPTURE(what);
  for (int t = 0; t < 20; ++t) {
    CAPTURE(t);
    const Moment now{.step = t, .steps = 20, .epoch = t, .epochs = 20,
                     .held_out = {reference::held_out, static_cast<std::size_t>(t)}};
    CHECK(schedule.factor(now) == doctest::Approx(rates[t]).epsilon(1e-7));  // options are float
  }
}

}  // namespace

TEST_CASE("the first 20 rates of every schedule are PyTorch's") {
  using namespace reference;
  follow("one cycle", OneCycle{}, one_cycle_rates);
  follow("step", Step{.every = 6, .times = 0.5f}, step_rates);
  follow("exponential", Exponential{.times = 0.875f}, exponential_rates);
  follow("cosine", Cosine{.lowest = 0.125f}, cosine_rates);
  follow("restarts", Cosine{.period = 4}, restarts_rates);
  follow("longer restarts", Cosine{.period = 3, .longer = 2, .lowest = 0.125f}, longer_restarts_rates);
  follow("warm-up", WarmUp{Cosine{}, {.epochs = 5, .start = 0.25f}}, warm_up_rates);
  follow("plateau", ReduceOnPlateau{.times = 0.5f, .patience = 1}, plateau_rates);
  follow("cool plateau",
         ReduceOnPlateau{.times = 0.5f, .patience = 2, .threshold = 0.25f, .cooldown = 2, .lowest = 0.2f},
         cool_plateau_rates);
}

TEST_CASE("cosine and warm-up go on within an epoch") {
  const Moment now{.step = 15, .steps = 100, .epoch = 1, .epochs = 10};  // one and a half epochs
  CHECK(Cosine{.period = 3}.factor(now) == doctest::Approx(0.5));
  CHECK(WarmUp{Constant{}, {.epochs = 3, .start = 0}}.factor(now) == doctest::Approx(0.5));
  CHECK(WarmUp{Step{.every = 2, .times = 0.5f}, {.epochs = 4}}.factor({.step = 60, .steps = 100, .epoch = 6, .epochs = 10}) ==
        0.5);
}

TEST_CASE("a warm-up as long as the training, and longer, has finite rates") {
  for (const int epochs : {3, 5})
    for (int t = 0; t < 30; ++t) {
      const double f = WarmUp{OneCycle{}, {.epochs = epochs}}.factor({.step = t, .steps = 30, .epoch = t / 10, .epochs = 3});
      CHECK(f > 0);
      CHECK(f <= 1);
    }
}

TEST_CASE("a schedule that looks at the rows held out says so") {
  CHECK(AnySchedule(ReduceOnPlateau{}).needs_validation());
  CHECK(AnySchedule(WarmUp{ReduceOnPlateau{}}).needs_validation());
  CHECK_FALSE(AnySchedule(WarmUp{Cosine{}}).needs_validation());
  CHECK_FALSE(AnySchedule(OneCycle{}).needs_validation());
}
