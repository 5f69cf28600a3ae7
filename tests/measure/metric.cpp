// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/metric.hpp>

#include <doctest/doctest.h>

using tutti::improves;

TEST_CASE("a score improves when it is strictly better") {
  CHECK(improves(true, 2, 1));
  CHECK_FALSE(improves(true, 1, 1));
  CHECK_FALSE(improves(true, 1, 2));
  CHECK(improves(false, 1, 2));
  CHECK_FALSE(improves(false, 2, 1));
}

TEST_CASE("NaN is never better, and everything is better than NaN") {
  CHECK_FALSE(improves(true, NAN, 1));
  CHECK_FALSE(improves(false, NAN, 1));
  CHECK_FALSE(improves(true, NAN, NAN));
  CHECK(improves(true, -1e9, NAN));
  CHECK(improves(false, 1e9, NAN));
}
