// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/split.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {
const GradientStatistics statistics{.pair = nullptr, .lambda = 1};
const double left[3] = {3, -6, 2}, whole[3] = {7, -2, 5};  // leaves 2 and -1
}  // namespace

TEST_CASE("a split is better when it is so by more than rounding") {
  Split a, b;
  a.score = 1;
  CHECK(a.beats(b));
  b.score = 1 - 1e-15;
  CHECK_FALSE(a.beats(b));
  b.score = 0.999;
  CHECK(a.beats(b));
}

TEST_CASE("within limits that do not bind a split scores as without") {
  Split s;
  REQUIRE(detail::limited(statistics, left, whole, {}, 0, s));
  CHECK(s.left_value == doctest::Approx(2));
  CHECK(s.right_value == doctest::Approx(-1));
  CHECK(s.score == doctest::Approx(statistics.score(left, whole)));
}

TEST_CASE("leaves are held within limits, which costs score") {
  Split s;
  REQUIRE(detail::limited(statistics, left, whole, {-0.5, 1.5}, 0, s));
  CHECK(s.left_value == 1.5);
  CHECK(s.right_value == -0.5);
  CHECK(s.score < statistics.score(left, whole));
}

TEST_CASE("leaves in the wrong order are no split") {
  Split s;
  CHECK_FALSE(detail::limited(statistics, left, whole, {}, 1, s));
  CHECK(detail::limited(statistics, left, whole, {}, -1, s));
  CHECK(detail::limited(statistics, left, whole, {0.25, 0.25}, 1, s));  // both are at the limit: equal
}

TEST_CASE("both sides need their rows and hessians, the heavier one takes what is missing") {
  CHECK(detail::allowed(statistics, left, whole, 3));
  CHECK_FALSE(detail::allowed(statistics, left, whole, 4));
  CHECK_FALSE(detail::allowed(GradientStatistics{.pair = nullptr, .min_hessian = 2.5}, left, whole, 1));
  CHECK_FALSE(detail::heavier(statistics, left, whole));
}
