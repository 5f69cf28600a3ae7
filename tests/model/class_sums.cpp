// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/class_sums.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;

TEST_CASE("eight columns at once are parted as each of them alone") {
  for (const int classes : {2, 3, 7, 8, 9, 40})
    for (const bool entropy : {false, true}) {
      Random random(static_cast<std::uint64_t>(classes));
      std::vector<ClassSums::Item> items;
      Buffer<detail::EightCodes> eight(101);
      for (std::uint32_t i = 0; i < 101; ++i) {
        items.push_back({i, static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(classes))), static_cast<float>(1 + random.below(3))});
        detail::EightCodes codes{};
        for (std::size_t k = 0; k < 8; ++k) codes[k] = random.below(3) == 0 ? ~0u - random.below(9) : random.below(9);
        eight[i] = codes;
      }
      ClassSums sums(classes, entropy);
      sums.start(items);
      const detail::EightCodes last = {0, 1, 4, 7, 8, 100, ~0u - 5, 3};
      sums.take_eight(items, eight.data(), last);
      for (std::size_t k = 0; k < 8; ++k) {
        const detail::LeftOfLane lane = sums.lane(k);
        const double rows = lane.rows(), weight = lane.weight(), score = lane.score();
        std::vector<std::uint32_t> code;
        for (const auto& codes : eight) code.push_back(codes[k]);
        sums.clear();
        sums.take_upto(items, code.data(), last[k], last[k]);
        CHECK(rows == sums.left_rows());
        CHECK(weight == sums.left_weight());
        if (weight > 0 && weight < sums.weight()) CHECK(score == sums.score());
      }
    }
}

TEST_CASE("scores are what Gini and entropy say, whether rows move one by one, in cells or by a threshold") {
  const std::vector<ClassSums::Item> items{{0, 0, 2}, {1, 0, 1}, {2, 1, 1}, {3, 2, 4}};
  const std::vector<std::uint32_t> code{0, 5, 0, 5};  // rows 0 and 2 go left
  const auto impurity = [](std::vector<double> w, bool entropy) {
    double total = 0, sum = 0;
    for (const double v : w) total += v;
    for (const double v : w) sum += entropy ? (v > 0 ? -v / total * std::log2(v / total) : 0) : -v * v / (total * total);
    return total * (entropy ? sum : 1 + sum);
  };
  for (const bool entropy : {false, true}) {
    ClassSums sums(3, entropy);
    sums.start(items);
    CHECK(sums.weight() == 8);
    CHECK_FALSE(sums.pure(items));
    const double gain = impurity({3, 1, 4}, entropy) - impurity({2, 1, 0}, entropy) - impurity({1, 0, 4}, entropy);
    sums.clear();
    sums.take(items[0]);
    sums.take(items[2]);
    CHECK(sums.score() - sums.whole_score() == doctest::Approx(gain));
    sums.clear();
    sums.take_upto(items, code.data(), 0, 0);
    CHECK(sums.score() - sums.whole_score() == doctest::Approx(gain));
    double cell[4] = {};
    ClassSums::add(cell, items[0]);
    ClassSums::add(cell, items[2]);
    sums.clear();
    sums.take_cell(cell);
    CHECK(sums.score() - sums.whole_score() == doctest::Approx(gain));
    CHECK(sums.left_rows() == 2);
  }
  ClassSums one(2, false);
  const std::vector<ClassSums::Item> same{{0, 1, 1}, {1, 1, 3}};
  one.start(same);
  CHECK(one.pure(same));
}
