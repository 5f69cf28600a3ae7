// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/dataset.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace tutti;

static std::string refused(SideColumns side) {
  const float values[] = {1, 2};
  try {
    Dataset<Row<1>>(DenseStorage<float>(1, values), {}, std::move(side));
  } catch (const DataError& error) { return error.what(); }
  return "no error";
}

TEST_CASE("weights are finite and not negative") {
  CHECK(refused({.weight = {1, -0.5f}}) ==
        "row 1: expected a weight that is finite and not negative, got -0.5");
  CHECK(refused({.weight = {INFINITY, 1}}) ==
        "row 0: expected a weight that is finite and not negative, got inf");
  CHECK(refused({.weight = {1, std::numeric_limits<float>::quiet_NaN()}}) ==
        "row 1: expected a weight that is finite and not negative, got nan");
  CHECK(refused({.weight = {0, 1}}) == "no error");
}

TEST_CASE("times are finite") {
  CHECK(refused({.time = {0, std::numeric_limits<double>::quiet_NaN()}}) ==
        "row 1: expected a time that is finite, got nan");
  CHECK(refused({.time = {-1e300, 1e300}}) == "no error");
}
