// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/category_search.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;

namespace {

struct Cells {
  std::vector<double> of, whole;
};
/// Random sums of `bins` categories and NaN; some have no rows.
Cells cells(int bins, Random random) {
  Cells c{std::vector<double>(static_cast<std::size_t>(3 * (bins + 1))), std::vector<double>(3)};
  for (std::size_t b = 0; b <= static_cast<std::size_t>(bins); ++b) {
    if (random.below(4) == 0) continue;
    const double n = 1 + random.below(30);
    c.of[3 * b] = n;
    c.of[3 * b + 1] = n * (static_cast<double>(random.below(200)) - 100) / 50;
    c.of[3 * b + 2] = n;
    for (std::size_t k = 0; k < 3; ++k) c.whole[k] += c.of[3 * b + k];
  }
  return c;
}
Split search(const Cells& c, int bins, const GradientStatistics& statistics, const CategoryOptions& options, double min_rows = 1,
             const LeafLimits& limits = {}, bool limits_matter = false) {
  Split best;
  detail::SortKeys order;
  const CategorySearch search{statistics, options, min_rows, limits_matter};
  search(0, bins, c.of.data(), c.whole.data(), order, limits, best);
  return best;
}
std::vector<double> sums_of(const Cells& c, unsigned set) {
  std::vector<double> left(3);
  for (std::size_t b = 0; b < c.of.size() / 3; ++b)
    if ((set >> b & 1) != 0)
      for (std::size_t k = 0; k < 3; ++k) left[k] += c.of[3 * b + k];
  return left;
}
unsigned bits(const Marks& marks) {
  unsigned all = 0;
  for (int code = 0; code < 32; ++code) all |= static_cast<unsigned>(marks.has(code)) << code;
  return all;
}

}  // namespace

TEST_CASE("without regularisation the best of all sets is found") {  // Fisher 1958: it is a beginning of the order by G / H
  const GradientStatistics statistics{};
  const CategoryOptions plain{.smooth = 0, .lambda = 0, .most = 256, .min_rows = 1, .one_vs_rest = 0};
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const int bins = 2 + static_cast<int>(seed % 7);
    const Cells c = cells(bins, Random(seed));
    double best = -1e300;
    for (unsigned set = 1; set + 1 < 1u << (bins + 1); ++set) {
      const auto left = sums_of(c, set);
      if (left[0] >= 1 && c.whole[0] - left[0] >= 1) best = std::max(best, statistics.score(left.data(), c.whole.data()));
    }
    const Split found = search(c, bins, statistics, plain);
    if (found.column < 0) {
      CHECK(best == -1e300);
      continue;
    }
    CHECK(found.score == doctest::Approx(best).epsilon(1e-9));
    CHECK(statistics.score(sums_of(c, bits(found.set)).data(), c.whole.data()) == doctest::Approx(found.score));
    CHECK((bits(found.set) & ~bits(found.seen)) == 0);
    if ((bits(found.seen) >> bins & 1) != 0) CHECK(found.missing_left == ((bits(found.set) >> bins & 1) != 0));
  }
}

TEST_CASE("few categories are split one against the rest") {
  const GradientStatistics statistics{.lambda = 1};
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Cells c = cells(5, Random(seed));
    double best = -1e300;
    for (unsigned b = 0; b <= 5; ++b) {
      const auto left = sums_of(c, 1u << b);
      if (left[0] >= 1 && c.whole[0] - left[0] >= 1) best = std::max(best, statistics.score(left.data(), c.whole.data()));
    }
    const Split found = search(c, 5, statistics, {.min_rows = 100, .one_vs_rest = 6});
    if (found.column < 0) continue;
    CHECK(found.score == doctest::Approx(best));
    CHECK(std::popcount(bits(found.set)) == 1);
  }
}

TEST_CASE("a set has at most so many categories, none of them rare, and enough rows join it") {
  const GradientStatistics statistics{.lambda = 1};
  int sets = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Cells c = cells(20, Random(seed));
    const Split found = search(c, 20, statistics, {.smooth = 8, .lambda = 3, .most = 3, .min_rows = 25}, 10);
    if (std::popcount(bits(found.set)) < 2) continue;  // one against the rest is free of this
    ++sets;
    CHECK(std::popcount(bits(found.set)) <= 3);
    for (unsigned b = 0; b <= 20; ++b)
      if ((bits(found.set) >> b & 1) != 0) CHECK(c.of[3 * b] >= 8);
    const auto left = sums_of(c, bits(found.set));
    CHECK(left[0] >= 25);
    CHECK(c.whole[0] - left[0] >= 25);
    CHECK(found.score == doctest::Approx(statistics.smoothed(3).score(left.data(), c.whole.data())));
  }
  CHECK(sets > 20);
}

TEST_CASE("a set that is held back too much loses to one category against the rest") {
  const GradientStatistics statistics{.lambda = 1};
  const Cells c{{10, -30, 10, 10, -28, 10, 10, 0, 10, 10, 20, 10, 10, 20, 10, 10, 18, 10, 0, 0, 0}, {60, 0, 60}};
  const auto found = [&](float lambda) { return search(c, 6, statistics, {.smooth = 0, .lambda = lambda, .min_rows = 1}); };
  CHECK(bits(found(0).set) == 0b000011);
  CHECK(std::popcount(bits(found(1000).set)) == 1);
  CHECK(found(1000).score == doctest::Approx(900.0 / 11 + 900.0 / 51));  // of the first alone
}

TEST_CASE("a set of many categories is that of as few ones, wherever their codes lie") {
  const GradientStatistics statistics{.lambda = 1};
  const CategoryOptions options{.smooth = 1, .lambda = 2, .min_rows = 10};
  constexpr int apart = 700;  // codes from one to the next
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Cells c = cells(20, Random(seed));
    Cells far{std::vector<double>(static_cast<std::size_t>(3 * (20 * apart + 1))), c.whole};
    for (std::size_t b = 0; b <= 20; ++b)
      for (std::size_t k = 0; k < 3; ++k) far.of[3 * apart * b + k] = c.of[3 * b + k];
    const Split near = search(c, 20, statistics, options), found = search(far, 20 * apart, statistics, options);
    CHECK(found.column == near.column);
    CHECK(found.score == near.score);
    CHECK(found.missing_left == near.missing_left);
    int wrong = 0;
    for (int code = 0; code <= 20 * apart; ++code) {
      const bool there = code % apart == 0;
      wrong += found.set.has(code) != (there && near.set.has(code / apart));
      wrong += found.seen.has(code) != (there && near.seen.has(code / apart));
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("leaves stay within limits where there are any") {
  const GradientStatistics statistics{.lambda = 1};
  const Cells c = cells(12, Random(3));
  const LeafLimits limits{-0.1, 0.05};
  const Split found = search(c, 12, statistics, {.smooth = 0, .lambda = 0, .min_rows = 1}, 1, limits, true);
  REQUIRE(found.column == 0);
  CHECK(std::abs(found.left_value + 0.025) <= 0.075 + 1e-12);
  CHECK(std::abs(found.right_value + 0.025) <= 0.075 + 1e-12);
}

TEST_CASE("one category, or none, cannot be split") {
  const GradientStatistics statistics{};
  const Cells one{{5, 2, 5, 0, 0, 0}, {5, 2, 5}}, none{{0, 0, 0, 0, 0, 0}, {0, 0, 0}};
  CHECK(search(one, 1, statistics, {}).column < 0);
  CHECK(search(none, 1, statistics, {}).column < 0);
}
