// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/model/number_sums.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace tutti;

namespace {
/// The sum over w (y - mean)^2.
double squares(const std::vector<NumberSums::Item>& items) {
  double sum = 0, weight = 0, squares = 0;
  for (const auto& i : items) {
    sum += static_cast<double>(i.weight * i.target);
    weight += static_cast<double>(i.weight);
  }
  for (const auto& i : items) squares += static_cast<double>(i.weight) * std::pow(static_cast<double>(i.target) - sum / weight, 2);
  return squares;
}
}  // namespace

TEST_CASE("eight columns at once are parted as each of them alone, and by what lowers the squared error") {
  Random random(4);
  std::vector<NumberSums::Item> items;
  Buffer<detail::EightCodes> eight(77);
  for (std::uint32_t i = 0; i < 77; ++i) {
    items.push_back({i, static_cast<float>(random.below(50)), static_cast<float>(1 + random.below(3))});
    detail::EightCodes codes{};
    for (std::size_t k = 0; k < 8; ++k) codes[k] = random.below(9);
    eight[i] = codes;
  }
  NumberSums sums(false, 20);
  sums.start(items);
  const detail::EightCodes last = {0, 1, 2, 3, 4, 5, 6, 7};
  sums.take_eight(items, eight.data(), last);
  for (std::size_t k = 0; k < 8; ++k) {
    CAPTURE(k);
    const detail::LeftOfLane lane = sums.lane(k);
    const double rows = lane.rows(), weight = lane.weight(), score = lane.score();
    std::vector<std::uint32_t> code;
    std::vector<NumberSums::Item> left, right;
    for (std::size_t i = 0; i < items.size(); ++i) {
      code.push_back(eight[i][k]);
      (code[i] <= last[k] ? left : right).push_back(items[i]);
    }
    sums.clear();
    sums.take_upto(items, code.data(), last[k], last[k]);
    CHECK(rows == sums.left_rows());
    CHECK(weight == sums.left_weight());
    CHECK(score == sums.score());  // whole numbers: exact
    CHECK(score - sums.whole_score() == doctest::Approx(squares(items) - squares(left) - squares(right)));
  }
}

TEST_CASE("a side whose targets are all 0 is no side for the Poisson deviance") {
  const std::vector<NumberSums::Item> items{{0, 0, 1}, {1, 0, 1}, {2, 3, 1}};
  NumberSums sums(true, 0);
  sums.start(items);
  sums.clear();
  sums.take(items[0]);
  CHECK(sums.score() == -std::numeric_limits<double>::infinity());
  CHECK(sums.risk(items) == doctest::Approx(3 * std::log(3.0)));
}
