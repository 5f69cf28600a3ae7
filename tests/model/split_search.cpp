// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/histogram.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/split_search.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;
using tree_data::missing_value;

namespace {

/// Whole numbers, so that sums are exact.
std::vector<kernel::GradientPair> pairs_of(std::ptrdiff_t n, Random random) {
  std::vector<kernel::GradientPair> pairs;
  for (std::ptrdiff_t i = 0; i < n; ++i)
    pairs.push_back({static_cast<float>(random.below(9)) - 4, static_cast<float>(1 + random.below(2))});
  return pairs;
}
void add(double* cell, kernel::GradientPair p) {
  cell[0] += 1;
  cell[1] += static_cast<double>(p.gradient);
  cell[2] += static_cast<double>(p.hessian);
}

/// Columns that may rise, fall, or do either.
ColumnRules signs(std::initializer_list<std::int8_t> of) {
  ColumnRules rules;
  rules.monotone = of;
  return rules;
}

/// The best split of all columns.
Split search(const Binned& binned, const GradientStatistics& statistics, const std::vector<kernel::GradientPair>& pairs,
             const ColumnRules& rules, const LeafLimits& limits = {}, std::ptrdiff_t min_rows = 1) {
  const SplitSearch search(binned.bins, statistics, min_rows, &rules);
  detail::SortKeys order;
  std::vector<double> whole(3);
  for (const auto& p : pairs) add(whole.data(), p);
  Split best;
  for (std::int32_t j = 0; j < binned.width(); ++j) {
    REQUIRE(search.ruled(j));
    std::vector<double> cells(static_cast<std::size_t>(3 * (binned.bins.count(j) + 1)));
    for (std::size_t r = 0; r < pairs.size(); ++r) add(cells.data() + 3 * binned.code(static_cast<std::ptrdiff_t>(r), j), pairs[r]);
    search(j, cells.data(), whole.data(), limits, order, best);
  }
  return best;
}

/// The highest score of any split that the rules allow, by trying each threshold and each side for NaN.
double best_by_trial(const Binned& binned, const GradientStatistics& s, const std::vector<kernel::GradientPair>& pairs,
                     const ColumnRules& rules, const LeafLimits& limits, std::ptrdiff_t min_rows) {
  double best = Split{}.score;
  for (int j = 0; j < binned.width(); ++j)
    for (int t = 0; t < binned.bins.count(j); ++t)
      for (const bool missing_left : {false, true}) {
        double left[3] = {}, right[3] = {};
        for (std::size_t r = 0; r < pairs.size(); ++r) {
          const int code = binned.code(static_cast<std::ptrdiff_t>(r), j);
          add((code == binned.bins.count(j) ? missing_left : code <= t) ? left : right, pairs[r]);
        }
        if (std::min(left[0], right[0]) < static_cast<double>(min_rows)) continue;
        const double a = s.step(left, limits), b = s.step(right, limits);
        if (rules.sign(j) * (b - a) >= 0) best = std::max(best, s.score(left, a) + s.score(right, b));
      }
  return best;
}

}  // namespace

TEST_CASE("the split found is the best that the directions of columns allow") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    const std::ptrdiff_t n = seed % 2 == 0 ? 60 : 9;
    const Binned binned = bin_rows(tree_data::numbers<4>(n, seed, seed % 3 == 0 ? 0.0 : 0.2));
    const auto pairs = pairs_of(n, Random(seed));
    const GradientStatistics statistics{.lambda = 1, .alpha = seed % 5 == 0 ? 0.5 : 0.0};
    for (const ColumnRules& rules : {signs({0, 0, 0, 0}), signs({1, -1, 1, -1}), signs({1, 1, 0, -1})})
      for (const LeafLimits limits : {LeafLimits{}, LeafLimits{-0.25, 0.75}})
        for (const std::ptrdiff_t min_rows : {1, 4})
          CHECK(search(binned, statistics, pairs, rules, limits, min_rows).score ==
                doctest::Approx(best_by_trial(binned, statistics, pairs, rules, limits, min_rows)));
  }
}

TEST_CASE("columns are ruled by categories or where any column has a direction") {
  const Binned binned = bin_rows(tree_data::numbers<2>(20, 1));
  ColumnRules rules;
  CHECK_FALSE(SplitSearch(binned.bins, {}, 1, nullptr).ruled(0));
  CHECK_FALSE(SplitSearch(binned.bins, {}, 1, &rules).ruled(0));
  rules.categories = {0, 5};
  CHECK_FALSE(SplitSearch(binned.bins, {}, 1, &rules).ruled(0));
  CHECK(SplitSearch(binned.bins, {}, 1, &rules).ruled(1));
  rules.monotone = {0, 1};
  CHECK(SplitSearch(binned.bins, {}, 1, &rules).ruled(0));
}

TEST_CASE("NaN goes to the side that it resembles, and can be parted from all numbers") {
  const std::vector<float> x{1, 2, missing_value, 1, 2, missing_value};
  const Binned binned = bin_rows(Dataset<Row<1>>(DenseStorage<float>(1, std::span<const float>(x)), {}));
  const auto find = [&](const std::vector<float>& gradients) {
    std::vector<kernel::GradientPair> pairs;
    for (const float g : gradients) pairs.push_back({g, 1});
    return search(binned, {}, pairs, signs({0}));
  };
  const Split low = find({-1, 1, -1, -1, 1, -1});
  CHECK(low.left == 0);
  CHECK(low.right == 1);
  CHECK(low.missing_left);
  const Split high = find({-1, 1, 1, -1, 1, 1});
  CHECK(high.left == 0);
  CHECK_FALSE(high.missing_left);
  const Split apart = find({-1, -1, 1, -1, -1, 1});
  CHECK(apart.left == 1);
  CHECK(apart.right == binned.bins.count(0));
  CHECK_FALSE(apart.missing_left);
  CHECK(binned.bins.threshold(0, apart.left, apart.right) == tree_data::infinity);
}

TEST_CASE("where training has no NaN it will go with the heavier child") {
  const std::vector<float> x{1, 2, 2, 2};
  const Binned binned = bin_rows(Dataset<Row<1>>(DenseStorage<float>(1, std::span<const float>(x)), {}));
  CHECK_FALSE(search(binned, {}, {{-1, 1}, {1, 1}, {1, 1}, {1, 1}}, signs({0})).missing_left);
  CHECK(search(binned, {}, {{-1, 5}, {1, 1}, {1, 1}, {1, 1}}, signs({0})).missing_left);
}
