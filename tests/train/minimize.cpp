// SPDX-License-Identifier: Apache-2.0
#include <tutti/train/minimize.hpp>

#include <doctest/doctest.h>

#include <limits>

using tutti::Buffer;

TEST_CASE("L-BFGS finds the bottom of Rosenbrock's valley") {
  Buffer<double> x{-1.2, 1};
  const auto valley = [](const Buffer<double>& at, Buffer<double>& gradient) {
    const double a = 1 - at[0], b = at[1] - at[0] * at[0];
    gradient[0] = -2 * a - 400 * at[0] * b;
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
  };
  const auto result = tutti::minimize(x, valley, {.iterations = 100, .tolerance = 1e-8});
  CHECK(result.converged);
  CHECK(result.iterations < 60);
  CHECK(x[0] == doctest::Approx(1));
  CHECK(x[1] == doctest::Approx(1));
  CHECK(result.value < 1e-15);
}

TEST_CASE("L-BFGS minimises a quadratic of 50 unlike curvatures") {
  Buffer<double> x(50, 1.0);
  const auto bowl = [](const Buffer<double>& at, Buffer<double>& gradient) {
    double value = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      const double curvature = 1 + 20 * static_cast<double>(i), d = at[i] - static_cast<double>(i);
      gradient[i] = curvature * d;
      value += curvature * d * d / 2;
    }
    return value;
  };
  const auto result = tutti::minimize(x, bowl, {.iterations = 500, .tolerance = 1e-9});
  CHECK(result.converged);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == doctest::Approx(static_cast<double>(i)));
}

TEST_CASE("L-BFGS ends at once where the gradient is 0, after so many iterations elsewhere") {
  const auto parabola = [](const Buffer<double>& at, Buffer<double>& gradient) {
    gradient[0] = 2 * at[0];
    return at[0] * at[0];
  };
  Buffer<double> bottom{0};
  CHECK(tutti::minimize(bottom, parabola).iterations == 0);
  Buffer<double> far{1e6};
  const auto stopped = tutti::minimize(far, parabola, {.iterations = 0});
  CHECK(!stopped.converged);
  CHECK(far[0] == 1e6);
}

TEST_CASE("L-BFGS without a minimum descends and ends") {
  int calls = 0;
  const auto slope = [&](const Buffer<double>& at, Buffer<double>& gradient) {
    ++calls;
    gradient[0] = -1;
    return -at[0];
  };
  Buffer<double> x{0};
  const auto result = tutti::minimize(x, slope, {.iterations = 20});
  CHECK(!result.converged);
  CHECK(x[0] > 0);
  CHECK(calls < 2000);
}

TEST_CASE("L-BFGS never accepts a point where the function is not finite") {
  const auto wall = [](const Buffer<double>& at,
                       Buffer<double>& gradient) {  // -log(x (1 - x)): defined between 0 and 1
    gradient[0] = -1 / at[0] + 1 / (1 - at[0]);
    return -std::log(at[0]) - std::log(1 - at[0]);
  };
  Buffer<double> x{1e-3};
  const auto result = tutti::minimize(x, wall, {.tolerance = 1e-9});
  CHECK(result.converged);
  CHECK(x[0] == doctest::Approx(0.5));
  const auto nowhere = [](const Buffer<double>&, Buffer<double>& gradient) {
    gradient[0] = 1;
    return std::numeric_limits<double>::quiet_NaN();
  };
  x = {3};
  CHECK(!tutti::minimize(x, nowhere).converged);
  CHECK(x[0] == 3);
}
