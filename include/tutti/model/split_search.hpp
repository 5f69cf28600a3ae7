// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/histogram.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/category_search.hpp>
#include <tutti/model/split.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// The best split of a node by its histograms. NaN is tried on both sides and goes where it helps more; where training
/// has none, it will go with the heavier child.
template <class Statistics> class SplitSearch {
 public:
  /// What a search writes to: one for each task that runs at the same time.
  struct Scratch {
    Buffer<double> left, shifted, cells, sums;  // cells: all zero between searches
    detail::SortKeys order;
    Buffer<std::int32_t> first_cell;
    Buffer<kernel::Marks> marks;
  };

  SplitSearch(const Bins& bins, const Statistics& statistics, std::ptrdiff_t min_rows, const ColumnRules* rules = nullptr)
      : bins_(bins),
        statistics_(statistics),
        min_rows_(static_cast<double>(std::max<std::ptrdiff_t>(1, min_rows))),
        rules_(rules) {}

  /// Whether rules say how this column is split.
  bool ruled(int column) const noexcept {
    return rules_ != nullptr && (rules_->limits() || rules_->categories_of(column) > 0);
  }

  /// Looks at one column, whose cells are given; improves `best`.
  void in_kept(int column, const double* cells, const double* whole, Scratch& scratch, Split& best,
               const LeafLimits& limits = {}) const {
    const int count = bins_.count(column);
    const std::ptrdiff_t sums = statistics_.sums();
    look(
        column, cells,
        [&](int code) {
          while (code <= count && cells[code * sums] == 0) ++code;
          return code;
        },
        whole, scratch, best, limits);
  }

  /// Looks at some columns of few rows: only cells that hold rows are touched.
  void in_rows(const Binned& binned, std::span<const std::uint32_t> rows,
               std::span<const std::int32_t> columns, const double* whole, Scratch& scratch,
               Split& best, const LeafLimits& limits = {}) const {
    const std::ptrdiff_t sums = statistics_.sums();
    scratch.first_cell.clear();
    std::int32_t cells = 0;
    for (const std::int32_t j : columns) {
      scratch.first_cell.push_back(cells);
      cells += bins_.count(j) + 1;
    }
    scratch.marks.assign(columns.size(), kernel::Marks{});
    if (std::ssize(scratch.cells) < cells * sums)
      scratch.cells.resize(static_cast<std::size_t>(cells * sums));
    kernel::marked_histogram({binned.codes.data(), binned.width(), columns.data(), scratch.first_cell.data(),
                              static_cast<int>(columns.size())},
                             statistics_, rows.data(), std::ssize(rows), scratch.cells.data(),
                             scratch.marks.data());
    for (std::size_t j = 0; j < columns.size(); ++j) {
      double* of_column = scratch.cells.data() + scratch.first_cell[j] * sums;
      const kernel::Marks& marks = scratch.marks[j];
      look(
          columns[j], of_column, [&](int code) { return marks.next(code); }, whole, scratch, best, limits);
      for (int code = marks.next(0); code < 256; code = marks.next(code + 1))
        std::fill_n(of_column + code * sums, sums, 0.0);
    }
  }

 private:
  /// Whether columns can have rules with these statistics.
  static constexpr bool takes_rules = requires(const Statistics& s, const double* cell) { s.step(cell, LeafLimits{}); };

  /// next(code) is the first code from `code` on that holds rows, anything above count(column) if there is none.
  template <class Next>
  void look(int column, const double* cells, Next next, const double* whole, Scratch& scratch, Split& best,
            const LeafLimits& limits) const {
    const auto sides = [&](const Split& split, bool some_missing, const double* left) {
      consider(split, some_missing, left, whole, best);
    };
    if constexpr (takes_rules)
      if (rules_ != nullptr) {
        if (rules_->categories_of(column) > 0) {
          const CategorySearch<Statistics> search{statistics_, rules_->category, min_rows_, rules_->limits()};
          return search(column, bins_.count(column), cells, whole, scratch.order, limits, best);
        }
        if (rules_->limits())
          return scan(column, cells, next, scratch, [&](Split split, bool some_missing, const double* left) {
            if (!detail::allowed(statistics_, left, whole, min_rows_)) return;
            if (detail::limited(statistics_, left, whole, limits, rules_->sign(column), split))
              take(split, some_missing, left, whole, best);
          });
      }
    scan(column, cells, next, scratch, sides);
  }
  template <class Next, class Sides>
  void scan(int column, const double* cells, Next next, Scratch& scratch, const Sides& sides) const {
    const std::ptrdiff_t sums = statistics_.sums();
    const int missing = bins_.count(column);
    const bool some_missing = next(missing) == missing;
    scratch.left.assign(static_cast<std::size_t>(sums), 0.0);
    scratch.shifted.resize(static_cast<std::size_t>(sums));
    double* left = scratch.left.data();
    Split split;
    split.column = column;
    for (int code = next(0), right; code < missing; code = right) {
      for (std::ptrdiff_t k = 0; k < sums; ++k) left[k] += cells[code * sums + k];
      right = next(code + 1);
      if (right > missing) return;
      split.left = code;
      split.right = right;
      split.missing_left = false;
      sides(split, some_missing, left);
      if (!some_missing || right == missing) continue;
      double* shifted = scratch.shifted.data();
      for (std::ptrdiff_t k = 0; k < sums; ++k) shifted[k] = left[k] + cells[missing * sums + k];
      split.missing_left = true;
      sides(split, true, shifted);
    }
  }
  void consider(const Split& split, bool some_missing, const double* left, const double* whole, Split& best) const {
    if (!detail::allowed(statistics_, left, whole, min_rows_)) return;
    const double score = statistics_.score(left, whole);
    if (!(score > best.score + 1e-12 * std::fabs(best.score))) return;
    best = split;
    best.score = score;
    if (!some_missing) best.missing_left = detail::heavier(statistics_, left, whole);
  }
  void take(const Split& split, bool some_missing, const double* left, const double* whole, Split& best) const {
    if (!split.beats(best)) return;
    best = split;
    if (!some_missing) best.missing_left = detail::heavier(statistics_, left, whole);
  }

  const Bins& bins_;
  Statistics statistics_;
  double min_rows_;
  const ColumnRules* rules_;
};

}  // namespace tutti
