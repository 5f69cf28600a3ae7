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

  Sums sums;

  /// Begins a node: what follows is about these items.
  void start(std::span<const Item> items) {
    sums.start(items);
    node_rows_ = static_cast<double>(items.size());
    column_ = -1;
    lanes_ = 0;
  }

  /// Tries every threshold of a column; improves `best`. False if all rows are alike in it.
  bool all_thresholds(int column, std::span<const Item> items, CartSplit& best) {
    const auto missing = columns_->missing(column);
    const auto range = read(column, items);
    if (range.low == range.high) return false;
    if (Sums::has_cells && missing < items.size()) in_cells(column, items, missing, best);
    else in_order(column, items, missing, best);
    return true;
  }

  /// Tries one threshold, drawn between the lowest and the highest number of the node. False if all rows are alike.
  /// Needs    OrderedColumns.
  bool random_threshold(int column, std::span<const Item> items, Random& random, CartSplit& best) {
    const auto missing = columns_->missing(column);
    auto range = read(column, items);
    if (range.low == range.high) return false;
    const bool some_missing = range.high == missing;
    if (some_missing) {
      range.high = range.low;
      for (std::size_t i = 0; i < items.size(); ++i) range.high = code_[i] < missing ? std::max(range.high, code_[i]) : range.high;
    }
    const Drawn drawn = draw(range.low, range.high, random);
    CartSplit split{.column = column, .left = drawn.code, .threshold = drawn.threshold};
    for (const bool missing_left : {false, true}) {
      sums.clear();
      sums.take_upto(items, code_.data(), split.left, missing_left ? missing : split.left);
      split.missing_left = missing_left;
      consider(left(), split, some_missing, best);
      if (!some_missing || range.low == range.high) break;
    }
    return true;
  }

  /// The same for up to eight columns at once, of large nodes a third of the cost: as random_threshold for one after the
  /// other. A bit for each in which rows differ.
  /// Needs    sums that have lanes.
  unsigned random_thresholds(std::span<const std::int32_t> columns, std::span<const Item> items, Random& random, CartSplit& best) {
    const bool both = columns.size() <= 4;  // NaN on either side, in lanes of their own
    if (!both && std::any_of(columns.begin(), columns.end(), [&](std::int32_t j) { return columns_->misses(j); })) {
      const unsigned differ = random_thresholds(columns.first(4), items, random, best);
      return differ | random_thresholds(columns.subspan(4), items, random, best) << 4;
    }
    if (eight_.size() < items.size()) eight_.resize(items.size());
    lanes_ = columns.size();
    for (std::size_t k = 0; k < 8; ++k) lane_[k] = columns[std::min(k, lanes_ - 1)];
    detail::EightCodes low, high, last = {};
    if (both) columns_->read_twice_four(lane_, items, eight_.data(), low, high);
    else columns_->read_eight(lane_, items, eight_.data(), low, high);
    float threshold[8];
    unsigned differ = 0;
    for (std::size_t k = 0; k < lanes_; ++k) {
      if (low[k] == high[k]) continue;
      differ |= 1u << k;
      const Drawn drawn = draw(low[k], both ? high[k + 4] - 1 : high[k], random);
      threshold[k] = drawn.threshold;
      last[k] = drawn.code;
      if (both) last[k + 4] = drawn.code + 1;
    }
    if (differ == 0) return 0;
    sums.take_eight(items, eight_.data(), last);
    for (std::size_t k = 0; k < lanes_; ++k) {
      if ((differ >> k & 1) == 0) continue;
      const bool some_missing = high[k] == columns_->missing(lane_[k]);
      CartSplit split{.column = lane_[k], .left = last[k], .threshold = threshold[k]};
      consider(sums.lane(k), split, some_missing, best);
      if (!some_missing || low[k] + 1 == high[k + 4]) continue;
      split.missing_left = true;
      consider(sums.lane(k + 4), split, true, best);
    }
    return differ;
  }

  /// The codes of all items of the node in a column, `step` apart.
  struct Codes {
    const std::uint32_t* first;
    std::size_t step;
  };
  /// Those that were read last, if they are this column's.
  Codes codes(int column, std::span<const Item> items) {
    for (std::size_t k = 0; k < lanes_; ++k)
      if (lane_[k] == column) return {reinterpret_cast<const std::uint32_t*>(eight_.data()) + k, 8};
    if (column_ != column) read(column, items);
    return {code_.data(), 1};
  }

 private:
  auto read(int column, std::span<const Item> items) {
    if (code_.size() < items.size()) code_.resize(items.size());
    column_ = column;
    return columns_->read(column, items, code_.data());
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
        if (here != next) consider(left(), border(column, here, next, missing_left), numbers < n, found);
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
        if (here <= missing) consider(left(), border(column, here, c, missing_left), some_missing, found);
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
  /// What the sums say of the rows that are on the left now.
  struct Left {
    const Sums& sums;
    double rows() const noexcept { return sums.left_rows(); }
    double weight() const noexcept { return sums.left_weight(); }
    double score() const noexcept { return sums.score(); }
  };
  Left left() const noexcept { return {sums}; }

  void consider(const auto& left, CartSplit split, bool some_missing, CartSplit& best) const noexcept {
    const double rows = left.rows(), weight = left.weight(), rest = sums.weight() - weight;
    if (rows < limits_.min_rows || node_rows_ - rows < limits_.min_rows) return;
    if (!(rest > 0) || weight < limits_.min_weight || rest < limits_.min_weight) return;
    split.score = left.score();
    if (!split.beats(best)) return;
    if (!some_missing) split.missing_left = weight >= rest;
    best = split;
  }

  struct Drawn {
    float threshold;
    std::uint32_t code;  // that of the threshold
  };

  /// A number from that of `low` up to, but not, that of `high`; where they are one, all numbers go left.
  static Drawn draw(std::uint32_t low, std::uint32_t high, Random& random) noexcept {
    if (low == high) return {std::numeric_limits<float>::infinity(), low};
    const double a = static_cast<double>(from_ordered_bits(low)), b = static_cast<double>(from_ordered_bits(high));
    const double u = static_cast<double>(random()) * 0x1p-32;
    if (!std::isfinite(b - a)) {  // between infinities every float is as likely as another
      const std::uint32_t code = low + static_cast<std::uint32_t>(u * (high - low));
      return {from_ordered_bits(code), code};
    }
    const auto t = static_cast<float>(a + u * (b - a));
    const float threshold = static_cast<double>(t) < b ? t : static_cast<float>(a);
    return {threshold, ordered_bits(threshold)};
  }

  const SplitColumns* columns_;
  CartLimits limits_;
  double node_rows_ = 0;
  Buffer<std::uint32_t> code_;  // of column_, where a node was read
  Buffer<detail::EightCodes> eight_;  // of lane_[0..lanes_)
  int column_ = -1;
  std::int32_t lane_[8];
  std::size_t lanes_ = 0;
  Buffer<kernel::CodeAndPlace> sorted_, scratch_;
  Buffer<double> cells_;
};

}  // namespace tutti
