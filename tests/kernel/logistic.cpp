// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/logistic.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;

TEST_CASE_TEMPLATE("the logistic function at every length up to two registers, in place", T, float, double) {
  for (std::ptrdiff_t n = 0; n <= 2 * kernel::lanes<T> + 1; ++n) {
    std::vector<T> x;
    for (std::ptrdiff_t i = 0; i < n; ++i) x.push_back(static_cast<T>(3 * std::sin(i) * static_cast<double>(i)));
    std::vector<T> y(x.size()), in_place = x;
    kernel::logistic(n, x.data(), y.data());
    kernel::logistic(n, in_place.data(), in_place.data());
    CHECK(in_place == y);
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK(static_cast<double>(y[i]) == doctest::Approx(1 / (1 + std::exp(-static_cast<double>(x[i])))).epsilon(1e-6));
  }
}

TEST_CASE("the logistic function has its limits and keeps NaN") {
  float x[] = {1e30f, -1e30f, 0, NAN, INFINITY, -INFINITY};
  kernel::logistic<float>(6, x, x);
  CHECK(x[0] == 1);
  CHECK(x[1] == 0);
  CHECK(x[2] == 0.5f);
  CHECK(std::isnan(x[3]));
  CHECK(x[4] == 1);
  CHECK(x[5] == 0);
}
