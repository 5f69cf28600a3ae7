// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/smo.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// n rows of two columns; labels of a noisy circle, or numbers.
SmoProblem problem(std::ptrdiff_t n, bool labels, double C, double epsilon) {
  const auto x = noise("smo", static_cast<std::size_t>(3 * n));
  SmoProblem p;
  p.kernel = svm::RBF{.gamma = 0.7f};
  p.rows = KernelRows(2, KernelRows::blocks_for(n));
  p.epsilon = epsilon;
  p.cache_bytes = std::size_t{1} << 24;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const float* const r = x.data() + 3 * i;
    const double size = static_cast<double>(r[0] * r[0] + r[1] * r[1] + 0.7f * r[2]);
    p.rows.set(i, r);
    p.z.push_back(labels ? (size > 1.3 ? 1 : -1) : std::sin(size));
    p.low.push_back(!labels || size <= 1.3 ? -C : 0);
    p.high.push_back(!labels || size > 1.3 ? C : 0);
  }
  return p;
}
/// By how much the conditions of the optimum are violated: z - K b, kernel values in double.
double violation(const SmoProblem& p, const SmoSolution& s) {
  double most_up = -1e300, least_down = 1e300, sum = 0;
  const auto width = static_cast<std::size_t>(p.rows.width);
  std::vector<float> a(width), b(width);
  for (std::size_t t = 0; t < s.b.size(); ++t) {
    double g = p.z[t];
    p.rows.get(static_cast<std::ptrdiff_t>(t), a.data());
    for (std::size_t u = 0; u < s.b.size(); ++u) {
      if (s.b[u] == 0) continue;
      p.rows.get(static_cast<std::ptrdiff_t>(u), b.data());
      double square = 0;
      for (std::size_t j = 0; j < width; ++j)
        square += (static_cast<double>(a[j]) - static_cast<double>(b[j])) * (static_cast<double>(a[j]) - static_cast<double>(b[j]));
      g -= s.b[u] * std::exp(-static_cast<double>(p.kernel.gamma) * square);
    }
    CHECK((s.b[t] >= p.low[t] && s.b[t] <= p.high[t]));
    sum += s.b[t];
    if (s.b[t] < p.high[t]) most_up = std::max(most_up, g - (s.b[t] >= 0 ? p.epsilon : -p.epsilon));
    if (s.b[t] > p.low[t]) least_down = std::min(least_down, g + (s.b[t] <= 0 ? p.epsilon : -p.epsilon));
  }
  CHECK(std::abs(sum) < 1e-9);
  return most_up - least_down;
}

}  // namespace

TEST_CASE("the solution meets the conditions of the optimum, with and without shrinking, whatever is cached") {
  for (const bool labels : {true, false})
    for (const double C : {0.1, 5.0, 200.0})
      for (const std::size_t cache : {std::size_t{0}, std::size_t{1} << 24}) {
        SmoProblem p = problem(500, labels, C, labels ? 0 : 0.1);
        p.cache_bytes = cache;
        p.tolerance = 1e-3;
        const SmoSolution shrunk = solve_smo(p);
        p.shrinking = false;
        const SmoSolution plain = solve_smo(p);
        CHECK((shrunk.converged && plain.converged));
        CHECK(violation(p, shrunk) < 1e-3 + 1e-4 * C);  // kernel values are floats
        CHECK(violation(p, plain) < 1e-3 + 1e-4 * C);
        CHECK(shrunk.objective == doctest::Approx(plain.objective).epsilon(1e-4));
      }
}

TEST_CASE("two variables meet where the gradient vanishes, or at a bound") {
  SmoProblem p;
  p.kernel = svm::Linear{};
  p.rows = KernelRows(1, 1);
  const float x[] = {2, -1};
  for (std::ptrdiff_t i = 0; i < 2; ++i) p.rows.set(i, x + i);
  p.z = {1, -1};
  p.low = {0, -10};
  p.high = {10, 0};
  const SmoSolution s = solve_smo(p);  // b (2, -1): w = 3 b, 3 w = 2
  CHECK(s.b[0] == doctest::Approx(2.0 / 9));
  CHECK(s.b[1] == doctest::Approx(-2.0 / 9));
  CHECK(s.offset == doctest::Approx(1 - 2 * 2.0 / 3));
  CHECK(s.objective == doctest::Approx(-2.0 / 9));
  p.low = {0, -0.125};
  p.high = {0.125, 0};
  const SmoSolution bound = solve_smo(p);
  CHECK((bound.b[0] == 0.125 && bound.b[1] == -0.125));
  CHECK(bound.offset == doctest::Approx((1 - 2 * 0.375 + -1 + 0.375) / 2));
}

TEST_CASE("a search ends after so many steps, and without anything to do at once") {
  SmoProblem p = problem(300, true, 10, 0);
  p.iterations = 3;
  const SmoSolution s = solve_smo(p);
  CHECK((!s.converged && s.iterations == 3));
  SmoProblem flat = problem(70, false, 1, 5);
  const SmoSolution nothing = solve_smo(flat);
  CHECK((nothing.converged && nothing.iterations == 0 && nothing.objective == 0));
}
