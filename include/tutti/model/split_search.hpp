// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/bins.hpp>
#include <tutti/model/category_search.hpp>
#include <tutti/model/split.hpp>

#include <algorithm>
#include <cstddef>

namespace tutti {

/// The best split of a node by a column that rules say something of: by a set of categories, or by a threshold that keeps
/// leaves within limits. (Other columns are looked at as whole numbers: kernel::scan_column.) NaN is tried on both sides and
/// goes where it helps more; where training has none, it will go with the heavier child.
class SplitSearch {
 public:
  SplitSearch(const Bins& bins, const GradientStatistics& statistics, std::ptrdiff_t min_rows, const ColumnRules* rules)
      : bins_(bins),
        statistics_(statistics),
        min_rows_(static_cast<double>(std::max<std::ptrdiff_t>(1, min_rows))),
        rules_(rules) {}

  /// Whether rules say how this column is split.
  bool ruled(int column) const noexcept {
    return rules_ != nullptr && (rules_->limits() || rules_->categories_of(column) > 0);
  }

  /// Looks at one column, whose cells are given; improves `best`.
  void operator()(int column, const double* cells, const double* whole, const LeafLimits& limits, detail::SortKeys& order,
                  Split& best) const {
    if (rules_->categories_of(column) == 0) return by_threshold(column, cells, whole, limits, best);
    const CategorySearch search{statistics_, rules_->category, min_rows_, rules_->limits()};
    search(column, bins_.count(column), cells, whole, order, limits, best);
  }

 private:
  static constexpr int sums = GradientStatistics::sums;

  void by_threshold(int column, const double* cells, const double* whole, const LeafLimits& limits, Split& best) const {
    const int missing = bins_.count(column);
    const auto next = [&](int code) {  // from `code` on that has rows
      while (code <= missing && cells[code * sums] == 0) ++code;
      return code;
    };
    const bool some_missing = next(missing) == missing;
    double left[sums] = {}, with_missing[sums];
    Split split;
    split.column = column;
    for (int code = next(0), right; code < missing; code = right) {
      for (int k = 0; k < sums; ++k) left[k] += cells[code * sums + k];
      right = next(code + 1);
      if (right > missing) return;
      split.left = code;
      split.right = right;
      split.missing_left = false;
      consider(split, some_missing, left, whole, limits, best);
      if (!some_missing || right == missing) continue;
      for (int k = 0; k < sums; ++k) with_missing[k] = left[k] + cells[missing * sums + k];
      split.missing_left = true;
      consider(split, true, with_missing, whole, limits, best);
    }
  }
  void consider(Split split, bool some_missing, const double* left, const double* whole, const LeafLimits& limits, Split& best) const {
    if (!statistics_.allows(left, whole, min_rows_)) return;
    if (!detail::limited(statistics_, left, whole, limits, rules_->sign(split.column), split) || !split.beats(best)) return;
    best = split;
    if (!some_missing) best.missing_left = statistics_.heavier(left, whole);
  }

  const Bins& bins_;
  GradientStatistics statistics_;
  double min_rows_;
  const ColumnRules* rules_;
};

}  // namespace tutti
