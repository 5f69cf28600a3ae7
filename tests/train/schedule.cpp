// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/train/schedule.hpp>

using namespace tutti;

TEST_CASE("one cycle goes up and down as PyTorch's does") {
  // OneCycleLR(max_lr=1, total_steps=10): lr = 0.04, 0.52, 1, 0.950484..., 0.811745..., ..., 4e-06
  const OneCycle cycle{};
  const double expected[] = {0.04,       0.52,       1,          0.95048463, 0.81174515,
                             0.61126069, 0.38874331, 0.18825885, 0.04951937, 4e-6};
  for (int step = 0; step < 10; ++step) {
    CAPTURE(step);
    CHECK(cycle.factor({.step = step, .steps = 10}) == doctest::Approx(expected[step]).epsilon(1e-6));
  }
}

TEST_CASE("one cycle has a finite rate however few steps there are") {
  for (int steps = 1; steps <= 8; ++steps)
    for (int step = 0; step < steps; ++step) {
      const double f = OneCycle{}.factor({.step = step, .steps = steps});
      CHECK(f > 0);
      CHECK(f <= 1);
    }
}

TEST_CASE("any schedule keeps the one it was made of") {
  AnySchedule any = Constant{};
  CHECK(any.factor({.step = 3, .steps = 10}) == 1);
  any = OneCycle{.start_divisor = 10};
  CHECK(any.factor({.step = 0, .steps = 10}) == doctest::Approx(0.1));
}
