// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/units.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/split.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tutti {

/// A bit for each category of a column, set where the split sends it left: by its bin if that has rows in the node, else as
/// NaN goes.
inline void categories_left(const Bins& bins, const Split& split, int categories, Buffer<std::uint32_t>& bits) {
  bits.assign(static_cast<std::size_t>(categories + 31) / 32, 0);
  for (int c = 0; c < categories; ++c) {
    const auto x = static_cast<float>(c);
    const int bin = bins.code(split.column, x);
    const bool seen = split.seen.has(bin) && x >= bins.low(split.column, bin) && x <= bins.high(split.column, bin);
    if (seen ? split.set.has(bin) : split.missing_left) bits[static_cast<std::size_t>(c) / 32] |= 1u << c % 32;
  }
}

/// The best set of categories to go left. See CategoryOptions.
/// Cost     a sort of the categories that have rows in the node.
struct CategorySearch {
  const GradientStatistics& statistics;
  const CategoryOptions& options;
  double min_rows;
  bool limits_matter;  // there are monotone columns

  /// Looks at one column of `missing` bins (and one of NaN, which is a category like any other), improves `best`.
  void operator()(int column, int missing, const double* cells, const double* whole, detail::SortKeys& order,
                  const LeafLimits& limits, Split& best) const {
    Split split;
    split.column = column;
    split.by_set = true;
    int present = 0;
    for (int code = 0; code <= missing; ++code)
      if (cells[code * sums] > 0) {
        split.seen.set(code);
        ++present;
      }
    if (present < 2) return;
    State{*this, statistics, cells, whole, limits, missing}.one_against_the_rest(split, best);
    if (present <= options.one_vs_rest) return;
    const GradientStatistics smoothed = statistics.smoothed(static_cast<double>(options.lambda));
    const State s{*this, smoothed, cells, whole, limits, missing};
    order.clear();
    for (int code = 0; code <= missing; ++code)
      if (cells[code * sums] > 0 && cells[code * sums] >= static_cast<double>(options.smooth))
        order.push_back({detail::ordered(statistics.order(cells + code * sums, static_cast<double>(options.smooth))),
                         static_cast<RowIndex>(code)});
    detail::sort_keys(order);
    const std::ptrdiff_t most = std::min<std::ptrdiff_t>(options.most, (std::ssize(order) + 1) / 2);
    for (const bool from_end : {false, true}) s.grow_set(order, from_end, most, split, best);
  }

 private:
  static constexpr int sums = GradientStatistics::sums;

  struct State {
    const CategorySearch& search;
    const GradientStatistics& statistics;
    const double *cells, *whole;
    const LeafLimits& limits;
    int missing;

    bool improves(const double* left, Split& split, const Split& best) const noexcept {
      if (!statistics.allows(left, whole, search.min_rows)) return false;
      if (!search.limits_matter) split.score = statistics.score(left, whole);
      else if (!detail::limited(statistics, left, whole, limits, 0, split)) return false;
      return split.beats(best);
    }
    void take(const double* left, const Split& split, Split& best) const {
      best = split;
      best.missing_left = split.seen.has(missing) ? split.set.has(missing) : statistics.heavier(left, whole);
    }
    /// Each category goes left alone.
    void one_against_the_rest(Split split, Split& best) const {
      for (int code = 0; code <= missing; ++code) {
        const double* left = cells + code * sums;
        if (left[0] == 0 || !improves(left, split, best)) continue;
        split.set = {};
        split.set.set(code);
        take(left, split, best);
      }
    }
    /// Category after category goes left, from one end of their order; a set is tried when enough rows have joined it.
    void grow_set(const detail::SortKeys& order, bool from_end, std::ptrdiff_t most, Split split, Split& best) const {
      double left[sums] = {}, joined = 0;
      split.set = {};
      for (std::ptrdiff_t i = 0; i < most; ++i) {
        const auto at = static_cast<std::size_t>(from_end ? std::ssize(order) - 1 - i : i);
        const auto code = static_cast<int>(order[at].second);
        split.set.set(code);
        for (int k = 0; k < sums; ++k) left[k] += cells[code * sums + k];
        joined += cells[code * sums];
        if (whole[0] - left[0] < static_cast<double>(search.options.min_rows)) return;
        if (joined < static_cast<double>(search.options.min_rows)) continue;
        joined = 0;
        if (improves(left, split, best)) take(left, split, best);
      }
    }
  };
};

}  // namespace tutti
