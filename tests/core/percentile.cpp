// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/percentile.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

TEST_CASE("a percentile lies between two numbers in proportion") {
  const Buffer<double> sorted{1, 2, 4};
  CHECK(detail::percentile(sorted, 0) == 1);
  CHECK(detail::percentile(sorted, 0.75) == 3);
  CHECK(detail::percentile(sorted, 1) == 4);
  CHECK(std::isnan(detail::percentile(sorted, NAN)));
}

TEST_CASE("what is not defined has no place in the order") {
  const Buffer<double> sorted = detail::sorted_defined({3, NAN, -1, -0.0, NAN, 2});
  CHECK(sorted == std::vector<double>{-1, 0, 2, 3});
}
