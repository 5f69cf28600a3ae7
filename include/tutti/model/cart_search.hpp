// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/kernel/sort_codes.hpp>
#include <tutti/model/split_columns.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

namespace detail {
template <class Sums> inline constexpr bool has_lanes = requires { requires Sums::has_lanes; };
}  // namespace detail

/// Where to part a node: x[column] <= threshold goes left; `left` is the last code that does.
struct CartSplit {
  double score = std::numeric_limits<double>::lowest();
  int column = -1;
  std::uint32_t left = 0, right = 0;  // right: the next code, 0 once the threshold is known
  float threshold = 0;
  bool missing_left = false;

  /// Whether this is better than `other` by more than rounding: which of two equally good splits is made must not hang on
  /// the last bit of a sum.
  bool beats(const CartSplit& other) const noexcept { return score > other.score + 1e-12 * std::fabs(other.score); }
};

/// What both sides of a split must have.
struct CartLimits {
  double min_rows = 1, min_weight = 0;
};

/// The best split of a node, column by column: rows are sorted by their codes, or summed by code where a column has few
/// codes for so many rows. NaN is tried on both sides and goes where it helps more; where training has none, it will go
/// with the heavier child. One for each task that runs at the same time.
/// Cost     a column: about log2(codes) / 8 passes over the rows to sort them, one to move them from right to left.
template <class Sums> class CartSearch {
 public:
  using Item = typename Sums::Item;
  CartSearch(const SplitColumns& columns, const Sums& sums_of_nodes, const CartLimits& limits)
      : sums(sums_of_nodes), columns_(&columns), limits_(limits) {}

  Sums sums;  // started by the caller

  /// Tries every threshold of a column; improves `best`. False if all rows are alike in it.
  bool all_thresholds(int column, std::span<const Item> items, CartSplit& best) {
    const auto missing = columns_->missing(column);
    begin(items);
    const auto range = columns_->read(column, items, code_.data());
    if (range.low == range.high) return false;
    if (Sums::has_cells && missing < items.size()) in_cells(column, items, missing, best);
    else in_order(column, items, missing, best);
    return true;
  }

  /// Tries one threshold, drawn between the lowest and the highest number of the node. False if all rows are alike.
  /// Needs    OrderedColumns.
  bool random_threshold(int column, std::span<const Item> items, Random& random, CartSplit& best) {
    const auto missing = columns_->missing(column);
    begin(items);
    auto range = columns_->read(column, items, code_.data());
    if (range.low == range.high) return false;
    const bool some_missing = range.high == missing;
    if (some_missing) {
      range.high = range.low;
      for (std::size_t i = 0; i < items.size(); ++i) range.high = code_[i] < missing ? std::max(range.high, code_[i]) : range.high;
    }
    CartSplit split{.column = column, .left = range.low, .threshold = std::numeric_limits<float>::infinity()};
    if (range.low < range.high) draw(split, range.high, random);
    for (const bool missing_left : {false, true}) {
      sums.clear();
      sums.take_upto(items, code_.data(), split.left, missing_left ? missing : split.left);
      split.missing_left = missing_left;
      consider(split, some_missing, best);
      if (!some_missing || range.low == range.high) break;
    }
    return true;
  }

  /// The same for up to eight columns at once, of large nodes a third of the cost. A bit for each in which rows differ.
  /// Needs    sums that have lanes.
  unsigned random_thresholds(std::span<const std::int32_t> columns, std::span<const Item> items, Random& random, CartSplit& best) {
    node_rows_ = static_cast<double>(items.size());
    if (eight_.size() < items.size()) eight_.resize(items.size());
    detail::EightCodes low, high, last = {};
    columns_->read_eight(columns, items, eight_.data(), low, high);
    CartSplit split[8];
    unsigned differ = 0;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (low[k] == high[k]) continue;
      differ |= 1u << k;
      split[k] = {.column = columns[k], .left = low[k]};
      if (high[k] != columns_->missing(columns[k])) draw(split[k], high[k], random);
      last[k] = split[k].left;
    }
    if (differ == 0) return 0;
    sums.take_eight(items, eight_.data(), last);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if ((differ >> k & 1) == 0) continue;
      if (high[k] == columns_->missing(columns[k])) {
        random_threshold(columns[k], items, random, best);
      } else {
        sums.take_lane(k);
        consider(split[k], false, best);
      }
    }
    return differ;
  }

 private:
  void begin(std::span<const Item> items) {
    node_rows_ = static_cast<double>(items.size());
    if (code_.size() < items.size()) code_.resize(items.size());
  }

  void in_order(int column, std::span<const Item> items, std::uint32_t missing, CartSplit& best) {
    const std::size_t n = items.size();
    if (sorted_.size() < n) {
      sorted_.resize(n);
      scratch_.resize(n);
    }
    kernel::sort_codes(code_.data(), static_cast<std::ptrdiff_t>(n), sorted_.data(), scratch_.data());
    std::size_t numbers = n;
    while (kernel::code_of(sorted_[numbers - 1]) == missing) --numbers;
    CartSplit found = best;
    for (const bool missing_left : {false, true}) {
      if (missing_left && numbers == n) break;
      sums.clear();
      for (std::size_t i = missing_left ? numbers : n; i < n; ++i) sums.take(items[kernel::place_of(sorted_[i])]);
      const std::size_t end = missing_left ? numbers : n;
      for (std::size_t i = 0; i + 1 < end && i < numbers; ++i) {
        sums.take(items[kernel::place_of(sorted_[i])]);
        const std::uint32_t here = kernel::code_of(sorted_[i]), next = kernel::code_of(sorted_[i + 1]);
        if (here != next) consider(border(column, here, next, missing_left), numbers < n, found);
      }
    }
    finish(found, best);
  }

  void in_cells(int column, std::span<const Item> items, std::uint32_t missing, CartSplit& best) {
    const std::ptrdiff_t width = sums.cell();
    cells_.assign(static_cast<std::size_t>((missing + 1) * width), 0.0);
    for (std::size_t i = 0; i < items.size(); ++i) sums.add(cells_.data() + code_[i] * width, items[i]);
    const auto cell = [&](std::uint32_t c) { return cells_.data() + c * width; };
    const bool some_missing = *cell(missing) > 0;
    CartSplit found = best;
    for (const bool missing_left : {false, true}) {
      if (missing_left && !some_missing) break;
      sums.clear();
      if (missing_left) sums.take_cell(cell(missing));
      const std::uint32_t end = missing_left ? missing : missing + 1;
      std::uint32_t here = missing + 1;  // none yet
      for (std::uint32_t c = 0; c < end; ++c) {
        if (*cell(c) == 0) continue;
        if (here <= missing) consider(border(column, here, c, missing_left), some_missing, found);
        sums.take_cell(cell(c));
        here = c;
      }
    }
    finish(found, best);
  }

  static CartSplit border(int column, std::uint32_t left, std::uint32_t right, bool missing_left) noexcept {
    return {.column = column, .left = left, .right = right, .missing_left = missing_left};
  }
  void finish(CartSplit& found, CartSplit& best) const noexcept {
    if (found.right == 0) return;
    found.threshold = columns_->threshold(found.column, found.left, found.right);
    found.right = 0;
    best = found;
  }
  void consider(CartSplit split, bool some_missing, CartSplit& best) noexcept {
    const double rows = sums.left_rows(), weight = sums.left_weight(), rest = sums.weight() - weight;
    if (rows < limits_.min_rows || node_rows_ - rows < limits_.min_rows) return;
    if (!(rest > 0) || weight < limits_.min_weight || rest < limits_.min_weight) return;
    split.score = sums.score();
    if (!split.beats(best)) return;
    if (!some_missing) split.missing_left = weight >= rest;
    best = split;
  }

  /// A number from that of split.left up to, but not, that of `high`.
  static void draw(CartSplit& split, std::uint32_t high, Random& random) noexcept {
    const double a = static_cast<double>(from_ordered_bits(split.left)), b = static_cast<double>(from_ordered_bits(high));
    const double u = static_cast<double>(random()) * 0x1p-32;
    if (std::isfinite(b - a)) {
      const auto t = static_cast<float>(a + u * (b - a));
      split.threshold = static_cast<double>(t) < b ? t : static_cast<float>(a);
      split.left = ordered_bits(split.threshold);
    } else {  // between infinities every float is as likely as another
      split.left += static_cast<std::uint32_t>(u * (high - split.left));
      split.threshold = from_ordered_bits(split.left);
    }
  }

  const SplitColumns* columns_;
  CartLimits limits_;
  double node_rows_ = 0;
  Buffer<std::uint32_t> code_;
  Buffer<detail::EightCodes> eight_;
  Buffer<kernel::CodeAndPlace> sorted_, scratch_;
  Buffer<double> cells_;
};

}  // namespace tutti
