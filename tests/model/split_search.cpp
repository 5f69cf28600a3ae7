// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/split_search.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

using namespace tutti;
using tree_data::missing_value;

namespace {

struct Rows64 {
  std::vector<std::int32_t> label;
  std::vector<float> weight;
  std::vector<kernel::GradientPair> pair;
  std::vector<std::uint32_t> rows;
};
Rows64 rows_of(std::ptrdiff_t n, Random random) {
  Rows64 r;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    r.label.push_back(static_cast<std::int32_t>(random.below(3)));
    r.weight.push_back(static_cast<float>(1 + random.below(3)));
    r.pair.push_back({static_cast<float>(random.below(9)) - 4, static_cast<float>(1 + random.below(2))});
    r.rows.push_back(static_cast<std::uint32_t>(i));
  }
  return r;
}

/// The best split of all columns through either way of summing.
template <class Statistics>
Split search(const Binned& binned, const Statistics& statistics, std::span<const std::uint32_t> rows,
             std::ptrdiff_t min_rows, bool kept) {
  const SplitSearch<Statistics> search(binned.bins, statistics, min_rows);
  typename SplitSearch<Statistics>::Scratch scratch;
  std::vector<double> whole(static_cast<std::size_t>(statistics.sums()));
  for (const std::uint32_t r : rows) statistics.add(whole.data(), statistics.at(r));
  Split best;
  for (std::int32_t j = 0; j < binned.width(); ++j) {
    if (kept) {
      std::vector<double> cells(static_cast<std::size_t>((binned.bins.count(j) + 1) * statistics.sums()));
      const std::int32_t zero = 0;
      kernel::histogram({binned.codes.data(), binned.width(), &j, &zero, 1}, statistics, rows.data(),
                        std::ssize(rows), cells.data());
      search.in_kept(j, cells.data(), whole.data(), scratch, best);
    } else {
      search.in_rows(binned, rows, {&j, 1}, whole.data(), scratch, best);
    }
  }
  return best;
}

/// The highest score of any split that obeys min_rows, by trying each threshold and each side for NaN.
template <class Statistics>
double best_by_trial(const Binned& binned, const Statistics& statistics, std::span<const std::uint32_t> rows,
                     std::ptrdiff_t min_rows) {
  double best = -1e300;
  const auto n = static_cast<std::size_t>(statistics.sums());
  for (int j = 0; j < binned.width(); ++j)
    for (int t = 0; t < binned.bins.count(j); ++t)
      for (const bool missing_left : {false, true}) {
        std::vector<double> whole(n), left(n);
        for (const std::uint32_t r : rows) {
          const int code = binned.row(r)[j];
          statistics.add(whole.data(), statistics.at(r));
          if (code == binned.bins.count(j) ? missing_left : code <= t)
            statistics.add(left.data(), statistics.at(r));
        }
        if (left[0] < static_cast<double>(min_rows) || whole[0] - left[0] < static_cast<double>(min_rows))
          continue;
        best = std::max(best, statistics.score(left.data(), whole.data()));
      }
  return best;
}

}  // namespace

TEST_CASE("scores of a split are what Gini, entropy and the second-order loss say") {
  const ClassStatistics gini{nullptr, nullptr, 3, false}, entropy{nullptr, nullptr, 3, true};
  const double left[] = {3, 2, 1, 0}, whole[] = {7, 3, 1, 4};  // rows, then the weight of each class
  const auto impurity = [](std::vector<double> w, bool log) {
    double total = 0, sum = 0;
    for (const double v : w) total += v;
    for (const double v : w)
      sum += log ? (v > 0 ? -v / total * std::log(v / total) : 0) : -v * v / (total * total);
    return total * (log ? sum : 1 + sum);
  };
  CHECK(
      gini.score(left, whole) - gini.score(whole) ==
      doctest::Approx(impurity({3, 1, 4}, false) - impurity({2, 1, 0}, false) - impurity({1, 0, 4}, false)));
  CHECK(entropy.score(left, whole) - entropy.score(whole) ==
        doctest::Approx(impurity({3, 1, 4}, true) - impurity({2, 1, 0}, true) - impurity({1, 0, 4}, true)));
  CHECK(gini.weight(whole) == 8);
  CHECK_FALSE(gini.pure(whole, nullptr, 0));
  const double one_class[] = {2, 0, 5, 0};
  CHECK(gini.pure(one_class, nullptr, 0));

  const GradientStatistics gradients{.pair = nullptr, .lambda = 2, .min_hessian = 3};
  const double a[] = {2, 4, 3}, all[] = {5, -6, 7};
  CHECK(gradients.score(a, all) == doctest::Approx(16.0 / 5 + 100.0 / 6));
  CHECK(gradients.score(all) == doctest::Approx(36.0 / 9));
  CHECK(gradients.allows(a, all));
  const double light[] = {2, 4, 2.5};
  CHECK_FALSE(gradients.allows(light, all));
}

TEST_CASE("the split found is the best there is, by histograms of whole nodes and of few rows alike") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    const auto data = tree_data::numbers<4>(60, seed, seed % 3 == 0 ? 0.0 : 0.2);
    const Binned binned = bin_rows(data);
    const Rows64 r = rows_of(60, Random(seed));
    const std::span<const std::uint32_t> rows(r.rows.data(), seed % 2 == 0 ? 60 : 9);
    for (const std::ptrdiff_t min_rows : {1, 4}) {
      const auto agree = [&](const auto& statistics) {
        const Split a = search(binned, statistics, rows, min_rows, true),
                    b = search(binned, statistics, rows, min_rows, false);
        CHECK(a.column == b.column);
        CHECK(a.left == b.left);
        CHECK(a.right == b.right);
        CHECK(a.missing_left == b.missing_left);
        CHECK(a.score == b.score);
        CHECK(a.score == doctest::Approx(best_by_trial(binned, statistics, rows, min_rows)));
      };
      agree(ClassStatistics{r.label.data(), r.weight.data(), 3, false});
      agree(ClassStatistics{r.label.data(), r.weight.data(), 3, true});
      agree(GradientStatistics{.pair = r.pair.data(), .lambda = 1});
    }
  }
}

TEST_CASE("NaN goes to the side that it resembles, and can be parted from all numbers") {
  const std::vector<float> x{1, 2, missing_value, 1, 2, missing_value};
  const Dataset<Row<1>> data(DenseStorage<float>(1, std::span<const float>(x)), {});
  const Binned binned = bin_rows(data);
  const std::vector<std::uint32_t> rows{0, 1, 2, 3, 4, 5};
  const std::vector<float> weight(6, 1.0f);
  const auto find = [&](std::vector<std::int32_t> label) {
    return search(binned, ClassStatistics{label.data(), weight.data(), 2, false}, rows, 1, false);
  };
  const Split low = find({0, 1, 0, 0, 1, 0});
  CHECK(low.left == 0);
  CHECK(low.right == 1);
  CHECK(low.missing_left);
  const Split high = find({0, 1, 1, 0, 1, 1});
  CHECK(high.left == 0);
  CHECK_FALSE(high.missing_left);
  const Split apart = find({0, 0, 1, 0, 0, 1});
  CHECK(apart.left == 1);
  CHECK(apart.right == binned.bins.count(0));
  CHECK_FALSE(apart.missing_left);
  CHECK(binned.bins.threshold(0, apart.left, apart.right) == tree_data::infinity);
}

TEST_CASE("where training has no NaN it will go with the heavier child") {
  const std::vector<float> x{1, 2, 2, 2};
  const Dataset<Row<1>> data(DenseStorage<float>(1, std::span<const float>(x)), {});
  const Binned binned = bin_rows(data);
  const std::vector<std::uint32_t> rows{0, 1, 2, 3};
  const std::vector<std::int32_t> label{0, 1, 1, 1};
  const std::vector<float> even(4, 1.0f), first_is_heavy{5, 1, 1, 1};
  CHECK_FALSE(
      search(binned, ClassStatistics{label.data(), even.data(), 2, false}, rows, 1, false).missing_left);
  CHECK(search(binned, ClassStatistics{label.data(), first_is_heavy.data(), 2, false}, rows, 1, false)
            .missing_left);
}
