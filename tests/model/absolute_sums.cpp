// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/absolute_sums.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace tutti;

namespace {

/// The least sum of weighted distances from any point: it is at one of the targets.
double least_cost(const std::vector<AbsoluteSums::Item>& items) {
  double least = items.empty() ? 0 : 1e300;
  for (const auto& m : items) {
    double cost = 0;
    for (const auto& i : items)
      cost += static_cast<double>(i.weight) * std::fabs(static_cast<double>(i.target) - static_cast<double>(m.target));
    least = std::min(least, cost);
  }
  return least;
}

}  // namespace

TEST_CASE("a split by absolute errors costs what the distances from both medians add up to") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    const std::size_t n = 1 + random.below(40);
    std::vector<AbsoluteSums::Item> items(n), left, right;
    for (std::size_t i = 0; i < n; ++i)
      items[i] = {static_cast<std::uint32_t>(i), static_cast<float>(random.below(seed % 2 ? 5 : 1000)) - 2, static_cast<float>(1 + random.below(3)) / 2};
    AbsoluteSums sums;
    sums.start(items);
    CHECK(sums.whole_score() == doctest::Approx(-least_cost(items)));
    for (int round = 0; round < 2; ++round) {  // and once more from the start
      sums.clear();
      right = items;
      left.clear();
      while (!right.empty()) {
        left.push_back(right.back());
        right.pop_back();
        sums.take(items[right.size()]);
        CHECK(sums.left_rows() == static_cast<double>(left.size()));
        CHECK(sums.score() == doctest::Approx(-least_cost(left) - least_cost(right)));
      }
    }
    CHECK(sums.left_weight() == sums.weight());
  }
}

TEST_CASE("a leaf of absolute errors says the weighted median, or the mean of the two in the middle") {
  const auto says = [](std::vector<AbsoluteSums::Item> items) {
    AbsoluteSums sums;
    sums.start(items);
    float value = 0;
    sums.values(items, &value);
    return value;
  };
  CHECK(says({{0, 5, 1}}) == 5);
  CHECK(says({{0, 5, 1}, {1, 1, 1}}) == 3);
  CHECK(says({{0, 5, 1}, {1, 1, 1}, {2, 2, 1}}) == 2);
  CHECK(says({{0, 5, 3}, {1, 1, 1}, {2, 2, 1}}) == 5);
  CHECK(says({{0, 5, 2}, {1, 1, 1}, {2, 2, 1}}) == 3.5f);
}
