// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/cart_search.hpp>
#include <tutti/model/open_nodes.hpp>
#include <tutti/model/split_columns.hpp>
#include <tutti/model/tree_table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// What bounds the growth of a tree of classes or numbers.
struct CartOptions {
  int leaves = 0;              // at most; the most gainful split first. 0: no limit, depth first
  int max_depth = 0;           // 0: no limit
  std::ptrdiff_t min_rows_split = 2;
  CartLimits sides{};
  double min_gain = 0;         // a split must raise the score by at least this much
  int columns = 0;             // tried for a split, drawn anew for each; 0: all
  bool random_thresholds = false;  // of OrderedColumns
  bool parallel = true;        // columns side by side where a node is large
  bool every_node = false;     // nodes that are split are visited too
};

/// Grows the trees of Tree, Forest, ExtraTrees and IsolationForest: nodes down to single rows, few columns for each. (Boosting
/// grows shallow trees over all columns and keeps histograms for that: see grow.hpp.) Sums (cart_sums.hpp) say what is
/// summed and how splits are judged. Equal scores go to the lowest column, where columns are drawn to the first, then to the
/// lowest threshold.
/// Cost     rows in inner nodes x columns, sorted or summed: see CartSearch.
template <class Sums> class CartGrower {
 public:
  using Item = typename Sums::Item;
  CartGrower(const SplitColumns& columns, const Sums& sums, const CartOptions& options)
      : columns_(columns), options_(options) {
    for (std::int32_t j = 0; j < columns.width(); ++j)
      if (columns.splits(j)) order_.push_back(j);
    search_.emplace_back(columns, sums, options.sides);
    if (options.parallel) search_.resize(static_cast<std::size_t>(tasks), search_[0]);
  }

  /// Adds a tree on these items (which are reordered) to the table; calls visit(node, sums, items of it, depth, is it a leaf)
  /// for every leaf, or every node.
  template <class Visit> void grow(std::span<Item> items, Random random, TreeTable& table, Visit&& visit) {
    items_ = items;
    random_ = random;
    started_ = -1;
    right_.resize(items.size());
    int splits = options_.leaves > 0 ? options_.leaves - 1 : std::numeric_limits<int>::max();
    const auto finish = [&](const Open& o) {
      start(o);
      visit(o.node, search_[0].sums, of(o), o.depth, true);
    };
    const auto consider = [&](Open o) {
      if (splits > 0 && find(o)) open_.emplace_back(o);
      else finish(o);
    };
    consider({table.add_root(), 0, items.size(), 0, 0});
    while (!open_.empty()) {
      const Open o = detail::take_next(open_, options_.leaves > 0);
      if (splits == 0) {
        finish(o);
        continue;
      }
      --splits;
      if (options_.every_node) {
        start(o);
        visit(o.node, search_[0].sums, of(o), o.depth, false);
      }
      const std::int32_t left = table.split(o.node, o.split.column, o.split.threshold, o.split.missing_left,
                                           static_cast<float>(o.gain));
      consider({left + 1, o.middle, o.end, o.depth + 1, o.alike});
      consider({left, o.begin, o.middle, o.depth + 1, o.alike});
    }
  }

 private:
  static constexpr std::ptrdiff_t tasks = 8;

  struct Open {  // a node that may be split
    std::int32_t node;
    std::size_t begin, end;
    int depth;
    std::uint64_t alike = 0;  // a bit for each of the first 64 columns: known not to differ here, nor below
    double gain = 0;
    CartSplit split{};
    std::size_t middle = 0;  // where the right child's items begin
    std::size_t size() const noexcept { return end - begin; }
  };
  std::span<const Item> of(const Open& o) const noexcept { return items_.subspan(o.begin, o.size()); }

  void start(const Open& o) {
    if (started_ == o.node) return;
    search_[0].start(of(o));
    started_ = o.node;
  }

  bool may_split(const Open& o) const noexcept {
    const auto n = static_cast<std::ptrdiff_t>(o.size());
    return !order_.empty() && n >= options_.min_rows_split && static_cast<double>(n) >= 2 * options_.sides.min_rows &&
           (options_.max_depth == 0 || o.depth < options_.max_depth);
  }

  /// Looks for the best split of a node and puts its items in order by it; false if it stays a leaf.
  bool find(Open& o) {
    if (!may_split(o)) return false;
    start(o);
    const Sums& sums = search_[0].sums;
    if (sums.pure(of(o)) || sums.weight() < 2 * options_.sides.min_weight) return false;
    const double whole = sums.whole_score();
    Random random = random_.stream(static_cast<std::uint64_t>(o.node));
    const std::size_t all = order_.size();
    std::size_t some = options_.columns > 0 ? std::min(all, static_cast<std::size_t>(options_.columns)) : all;
    if (some == all && !options_.random_thresholds) {
      try_all(o);
    } else {
      if (o.size() == 2) some = 1;  // the first column that parts two rows does it as well as any other
      const bool together = detail::has_lanes<Sums> && options_.random_thresholds;
      bool differ = false;  // columns in which all rows are alike cost a try, but one that differs is always tried
      for (std::size_t tried = 0, end; tried < all && (tried < some || !differ); tried = end) {
        end = tried + (together && tried < some ? std::min<std::size_t>(8, some - tried) : 1);
        for (std::size_t j = tried; j < end; ++j)
          std::swap(order_[j], order_[j + random.below(static_cast<std::uint32_t>(all - j))]);
        const std::span<const std::int32_t> drawn(order_.data() + tried, end - tried);
        differ |= drawn.size() > 1 ? try_columns(o, drawn, random) : try_column(o, drawn[0], random);
      }
    }
    o.gain = o.split.score - whole;
    if (o.split.column < 0 || o.gain < options_.min_gain) return false;
    o.middle = part(o);  // now, while their codes are at hand
    started_ = -1;       // items are not where the sums saw them
    return true;
  }

  static bool alike(const Open& o, std::int32_t column) noexcept { return column < 64 && (o.alike >> column & 1) != 0; }
  static void set_alike(Open& o, std::int32_t column) noexcept {
    if (column < 64) o.alike |= std::uint64_t{1} << column;
  }

  /// False if all rows are alike in this column.
  bool try_column(Open& o, std::int32_t column, Random& random) {
    if (alike(o, column)) return false;
    const bool differ = options_.random_thresholds ? search_[0].random_threshold(column, of(o), random, o.split)
                                                   : search_[0].all_thresholds(column, of(o), o.split);
    if (!differ) set_alike(o, column);
    return differ;
  }
  /// The same for several, side by side.
  bool try_columns(Open& o, std::span<const std::int32_t> columns, Random& random) {
    if constexpr (detail::has_lanes<Sums>) {
      std::int32_t those[8];
      std::size_t count = 0;
      for (const std::int32_t j : columns)
        if (!alike(o, j)) those[count++] = j;
      if (count == 0) return false;
      const unsigned differ = search_[0].random_thresholds({those, count}, of(o), random, o.split);
      for (std::size_t k = 0; k < count; ++k)
        if ((differ >> k & 1) == 0) set_alike(o, those[k]);
      return differ != 0;
    }
    return false;
  }
  void try_all(Open& o) {
    const std::ptrdiff_t count = std::ssize(order_);
    const std::span<const Item> items = of(o);
    if (!options_.parallel || count * std::ssize(items) < 1 << 15) {
      for (const std::int32_t j : order_)
        if (!alike(o, j) && !search_[0].all_thresholds(j, items, o.split)) set_alike(o, j);
      return;
    }
    const std::ptrdiff_t grain = (count + tasks - 1) / tasks;
    CartSplit best[tasks];
    parallel::for_each(count, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      const auto t = static_cast<std::size_t>(begin / grain);
      if (t > 0) search_[t].start(items);
      for (std::ptrdiff_t j = begin; j < end; ++j)
        search_[t].all_thresholds(order_[static_cast<std::size_t>(j)], items, best[t]);
    });
    for (const CartSplit& s : best)
      if (s.column >= 0 && s.beats(o.split)) o.split = s;
  }

  /// Puts the rows of the left child in front, both sides in their order; returns where the right one begins.
  std::size_t part(const Open& o) {
    const CartSplit& s = o.split;
    const auto missing = columns_.missing(s.column);
    const std::uint32_t last = s.left;
    const auto [first, step] = search_[0].codes(s.column, of(o));
    const std::uint32_t* code = first;
    std::size_t left = o.begin, right = 0;
    for (std::size_t i = o.begin; i < o.end; ++i, code += step) {
      const Item item = items_[i];
      const std::uint32_t c = *code;
      const bool goes_left = c == missing ? s.missing_left : c <= last;
      items_[left] = item;
      right_[right] = item;
      left += goes_left;
      right += !goes_left;
    }
    std::copy_n(right_.begin(), right, items_.begin() + static_cast<std::ptrdiff_t>(left));
    return left;
  }

  const SplitColumns& columns_;
  CartOptions options_;
  Buffer<CartSearch<Sums>> search_;
  std::span<Item> items_;
  Random random_;
  std::int32_t started_ = -1;
  Buffer<Item> right_;
  Buffer<std::int32_t> order_;
  Buffer<Open> open_;
};

}  // namespace tutti
