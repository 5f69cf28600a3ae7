// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/time_warp.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {
TimeMap map_of(std::initializer_list<double> slopes) {
  TimeMap m;
  m.pieces = static_cast<int>(slopes.size()) - 1;
  int k = 0;
  for (const double s : slopes) m.slope[k++] = s;
  m.settle();
  return m;
}
}  // namespace

TEST_CASE("a time map grows from 0 to 1 without a jump in its slope") {
  const TimeMap m = map_of({1, 4, 0.5, 2});
  CHECK(m(0) == 0);
  CHECK(m(1) == doctest::Approx(1));
  const double h = 1e-4;
  double before = 0, slope = (m(h) - m(0)) / h;
  for (double u = h; u < 1 - h; u += h) {
    CHECK(m(u) > before);
    before = m(u);
    const double now = (m(u + h) - m(u)) / h;
    CHECK(std::abs(now - slope) < 50 * h);
    slope = now;
  }
}

TEST_CASE_TEMPLATE("time that runs evenly changes nothing, but for rounding", T, float, double) {
  const auto x = numbers::fractions<T>(7 * 3, 1);
  std::vector<T> y(x.size(), T(9));
  warp_time(7, 3, map_of({2, 2, 2}), x.data(), y.data());
  CHECK(numbers::distance(y, x) < 1e-6);
}

TEST_CASE_TEMPLATE("what lies between two steps is taken from both", T, float, double) {
  const T x[] = {0, 10, 1, 20, 4, 60};  // three steps of two; the map is u / 2 + u^2 / 2: step 1 is read at 0.75
  T y[6];
  warp_time(3, 2, map_of({1, 3}), x, y);
  const double wanted[] = {0, 10, 0.75, 17.5, 4, 60};
  for (int i = 0; i < 6; ++i) CHECK(static_cast<double>(y[i]) == doctest::Approx(wanted[i]));
}

TEST_CASE_TEMPLATE("a warp and its adjoint belong together", T, float, double) {
  for (const std::ptrdiff_t steps : {1, 2, 9}) {
    const auto x = numbers::fractions<T>(steps * 2, 1), dy = numbers::fractions<T>(steps * 2, 2);
    std::vector<T> y(x.size(), T(9)), dx(x.size(), T(9));
    const TimeMap m = map_of({1, 5, 0.25, 2});
    warp_time(steps, 2, m, x.data(), y.data());
    warp_time_backward(steps, 2, m, dy.data(), dx.data());
    double there = 0, back = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      there += static_cast<double>(y[i] * dy[i]);
      back += static_cast<double>(x[i] * dx[i]);
    }
    CHECK(there == doctest::Approx(back).epsilon(1e-5));
  }
}
