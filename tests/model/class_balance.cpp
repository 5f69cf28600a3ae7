// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/class_balance.hpp>

#include <array>

using namespace tutti;

TEST_CASE("balanced classes weigh alike, and together what they weighed") {
  const std::array<double, 4> weight{1, 0, 3, 8};
  const Buffer<double> factor = detail::balancing_factors(weight);
  REQUIRE(factor.size() == 4);
  for (const std::size_t k : {0u, 2u, 3u}) CHECK(factor[k] * weight[k] == doctest::Approx(4));
  CHECK(factor[1] == 1);
}

TEST_CASE("one class alone, and no class at all, stay as they are") {
  CHECK(detail::balancing_factors(std::array{2.5, 0.0}) == Buffer<double>{1, 1});
  CHECK(detail::balancing_factors({}).empty());
}
