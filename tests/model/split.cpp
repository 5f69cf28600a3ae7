// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/split.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace tutti;

namespace {
const GradientStatistics statistics{.lambda = 1};
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

TEST_CASE("scores of a split are what the second-order loss says") {
  const GradientStatistics drawn{.lambda = 2, .alpha = 1};
  const double a[] = {2, 4, 3}, all[] = {5, -6, 7};
  CHECK(drawn.score(a, all) == doctest::Approx(9.0 / 5 + 81.0 / 6));
  CHECK(drawn.score(all) == doctest::Approx(25.0 / 9));
  CHECK(drawn.score(all, drawn.step(all, {})) == doctest::Approx(drawn.score(all)));
  CHECK(drawn.smoothed(3).score(all) == doctest::Approx(25.0 / 12));
  CHECK(drawn.step(0.5, 3) == 0);
  CHECK(GradientStatistics{}.score(std::array{1.0, 3.0, 0.0}.data()) == 0);  // without curvature there is no step
}

TEST_CASE("both sides need their rows and hessians, the heavier one takes what is missing") {
  CHECK(statistics.allows(left, whole, 3));
  CHECK_FALSE(statistics.allows(left, whole, 4));
  CHECK_FALSE(GradientStatistics{.min_hessian = 2.5}.allows(left, whole, 1));
  CHECK_FALSE(statistics.heavier(left, whole));
}
