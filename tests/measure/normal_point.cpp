// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/normal_point.hpp>

#include "../reference/transforms.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <iterator>

using tutti::detail::normal_point;

TEST_CASE("points of the normal distribution agree with scipy from 1e-300 to 1 - 1e-9") {
  for (std::size_t i = 0; i < std::size(reference::normal_p); ++i)
    CHECK(normal_point(reference::normal_p[i]) == doctest::Approx(reference::normal_x[i]).epsilon(1e-12));
}

TEST_CASE("points of the normal distribution are symmetric, infinite at the ends and nowhere else") {
  for (const double p : {0.125, 0.25, 0.375}) CHECK(normal_point(p) == -normal_point(1 - p));
  CHECK(normal_point(0.5) == doctest::Approx(0).epsilon(1e-15));
  CHECK(normal_point(0) == -INFINITY);
  CHECK(normal_point(1) == INFINITY);
  CHECK(std::isnan(normal_point(-0.1)));
  CHECK(std::isnan(normal_point(NAN)));
}
