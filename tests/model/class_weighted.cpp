// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/class_weighted.hpp>

#include "combine/learners.hpp"

#include <doctest/doctest.h>

using namespace tutti;
using learners::table;

namespace {
Dataset<Row<1>, Label<3>> rows(Buffer<float> weight = {}) {
  return table<Row<1>, Label<3>>(1, {0, 1, 2, 3, 4}, {0, 1, 1, 2, 2}, SideColumns{.weight = std::move(weight)});
}
std::vector<float> weights(const auto& data) {
  std::vector<float> w;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) w.push_back(data.weight(i));
  return w;
}
}  // namespace

TEST_CASE("class weights multiply the weights that rows have, and none leave them") {
  CHECK(weights(class_weighted(rows(), {1, 5, 0.5f})) == std::vector<float>{1, 5, 5, 0.5f, 0.5f});
  CHECK(weights(class_weighted(rows({2, 1, 0, 4, 1}), {1, 5, 0.5f})) == std::vector<float>{2, 5, 0, 2, 0.5f});
  CHECK(weights(class_weighted(rows({2, 1, 0, 4, 1}), {})) == std::vector<float>{2, 1, 0, 4, 1});
  const auto some = class_weighted(rows().subset(std::vector<RowIndex>{4, 1, 4}), {1, 5, 0.5f});
  CHECK(weights(some) == std::vector<float>{0.5f, 5, 0.5f});
}

TEST_CASE("balanced classes weigh alike, as much in sum as before, and a class of no weight changes nothing") {
  const auto even = weights(class_balanced(rows()));
  CHECK(even[0] == doctest::Approx(5.0 / 3));
  CHECK(even[1] + even[2] == doctest::Approx(5.0 / 3));
  CHECK(even[3] + even[4] == doctest::Approx(5.0 / 3));
  const auto own = weights(class_balanced(rows({6, 1, 1, 0, 0})));
  CHECK(own == std::vector<float>{4, 2, 2, 0, 0});
}

TEST_CASE("another number of class weights, and one that is not positive, are refused") {
  CHECK(thrown_by<DataError>([] { (void)class_weighted(rows(), {1, 2}); }) == "class_weights: expected 3 of them, got 2");
  CHECK(thrown_by<DataError>([] { (void)class_weighted(rows(), {1, 0, 2}); }) == "class_weights: expected positive numbers, got 0");
}
