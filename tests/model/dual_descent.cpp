// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/dual_descent.hpp>

#include <doctest/doctest.h>

using namespace linear;

TEST_CASE("the solution meets the conditions of the optimum, for labels and numbers, bounded and not") {
  constexpr std::size_t rows = 200;
  const auto x = noise("descent", rows * 8), y = noise("targets", rows);
  for (const bool labels : {true, false})
    for (const bool squared : {true, false})
      for (const double C : {0.01, 1.0}) {
        DualDescentProblem p;
        p.x = x.data();
        p.width = 8;
        p.epsilon = labels ? 0 : 0.3;
        p.tolerance = 1e-7;
        p.iterations = 20000;
        for (std::size_t i = 0; i < rows; ++i) {
          const double z = labels ? (x[8 * i] + y[i] > 0 ? 1 : -1) : static_cast<double>(x[8 * i] + y[i]);
          const double most = squared ? std::numeric_limits<double>::infinity() : C;
          p.z.push_back(z);
          p.ridge.push_back(squared ? 1 / (2 * C) : 0);
          p.high.push_back(labels && z < 0 ? 0 : most);
          p.low.push_back(labels && z > 0 ? 0 : -most);
        }
        const DualDescentSolution s = dual_descent(p, Random(3));
        CHECK(s.converged);
        double primal = 0;  // equals minus the dual: there is no gap
        for (const double v : s.w) primal += v * v / 2;
        for (std::size_t i = 0; i < rows; ++i) {
          double f = 0;
          for (std::size_t j = 0; j < 8; ++j) f += static_cast<double>(x[8 * i + j]) * s.w[j];
          const double loss = std::max(0.0, labels ? 1 - p.z[i] * f : std::abs(p.z[i] - f) - p.epsilon);
          primal += C * (squared ? loss * loss : loss);
        }
        CHECK(primal == doctest::Approx(-s.objective).epsilon(1e-7));
        const DualDescentSolution other = dual_descent(p, Random(4));
        for (std::size_t j = 0; j < 8; ++j) CHECK(other.w[j] == doctest::Approx(s.w[j]).epsilon(1e-5));
      }
}

TEST_CASE("a variable is best where its derivative vanishes, at a bound, or at 0") {
  const auto best = [](double b, double g, double epsilon) { return detail::DualVariable{b, g, -2, 3, epsilon}.best(4); };
  CHECK(best(0, -4, 0) == 1);
  CHECK(best(0, -40, 0) == 3);
  CHECK(best(0, 40, 0) == -2);
  CHECK(best(0, -4, 1) == 0.75);
  CHECK(best(0, 0.5, 1) == 0);
  CHECK(best(1, 3.5, 1) == 0);
  CHECK(best(1, 6, 1) == -0.25);
}

TEST_CASE("a search ends after so many passes, and without rows at once") {
  DualDescentProblem p;
  const float x[] = {1, 0, 0, 0, 0, 0, 0, 0};
  p.x = x;
  p.width = 8;
  CHECK(dual_descent(p, Random(1)).converged);
  p.z = {1};
  p.ridge = {0.5};
  p.low = {0};
  p.high = {5};
  p.iterations = 0;
  CHECK(!dual_descent(p, Random(1)).converged);
  p.iterations = 10;
  const auto s = dual_descent(p, Random(1));
  CHECK((s.converged && s.w[0] == doctest::Approx(1 / 1.5)));
}
