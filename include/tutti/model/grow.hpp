// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/column_choice.hpp>
#include <tutti/model/column_rules.hpp>
#include <tutti/model/gradient_statistics.hpp>
#include <tutti/model/kept_histograms.hpp>
#include <tutti/model/open_nodes.hpp>
#include <tutti/model/row_parter.hpp>
#include <tutti/model/split_search.hpp>
#include <tutti/model/tree_table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// What bounds the growth of a tree.
struct GrowOptions {
  int leaves = 0;               // at most; the most gainful split first. 0: no limit, depth first
  int max_depth = 0;            // 0: no limit
  std::ptrdiff_t min_rows = 1;  // in a leaf
  double min_gain = 0;          // a split must raise the score by at least this much
  int columns = 0;              // tried for a split, drawn anew for each; 0: all
  bool parallel = true;         // columns side by side where a node is large
  float level_columns = 1;      // share of the columns that each depth tries
  const ColumnRules* rules = nullptr;  // what may be done with columns; null: anything
};

/// Grows the trees of Boost<Tree>, one after another on the same binned rows. (Forests sort: see cart.hpp.) A node keeps its
/// histogram, so that the larger child's is the difference to the smaller one's. Splits are made between bins; equal scores go
/// to the lowest column, then the lowest threshold.
/// Cost     half of rows in inner nodes x columns updates, or less.
class Grower {
 public:
  /// pair: the derivatives of all rows, read anew for each tree.
  Grower(const Binned& binned, const kernel::GradientPair* pair, const GradientStatistics& statistics, const GrowOptions& options)
      : binned_(binned),
        pair_(pair),
        statistics_(statistics),
        options_(options),
        search_(binned.bins, statistics, options.min_rows, options.rules),
        kept_(binned, options.parallel),
        choice_(options.rules, options.level_columns) {}
  Grower(const Grower&) = delete;
  Grower& operator=(const Grower&) = delete;

  /// Adds a tree on these rows (which are reordered) to the table, using these columns (ascending); calls
  /// leaf(node, rows of it, limits) for every leaf.
  template <class Leaf>
  void grow(std::span<std::uint32_t> rows, std::span<const std::int32_t> columns, Random random,
            TreeTable& table, Leaf&& leaf) {
    begin(rows, columns, random);
    int splits = options_.leaves > 0 ? options_.leaves - 1 : std::numeric_limits<int>::max();
    const auto finish = [&](const Open& o) {
      kept_.release(o.histogram);
      leaf(o.node, std::span<const std::uint32_t>(rows_of(o)), o.limits);
    };
    const auto consider = [&](Open& o) { splits > 0 && find(o) ? open_.push_back(o) : finish(o); };

    Open root{table.add_root(), 0, rows.size(), 0};
    if (splits > 0 && may_split(root)) root.histogram = kept_.build(rows);
    consider(root);
    while (!open_.empty()) {
      const Open o = detail::take_next(open_, options_.leaves > 0);
      if (splits == 0) {
        finish(o);
        continue;
      }
      --splits;
      const std::size_t middle = part(o);
      const std::int32_t left = split_in(table, o);
      Open a{left, o.begin, middle, o.depth + 1}, b{left + 1, middle, o.end, o.depth + 1};
      if (options_.rules != nullptr) hand_down(o, a, b);
      if (splits > 0) share_histogram(o.histogram, a, b);
      else kept_.release(o.histogram);
      consider(b);
      consider(a);
    }
  }

 private:
  struct Open {  // a node that may be split
    std::int32_t node;
    std::size_t begin, end;
    int depth;
    int histogram = KeptHistograms::none;
    double gain = 0;
    Split split{};
    LeafLimits limits{};
    std::uint64_t sets = ~std::uint64_t{0};  // of ColumnRules::sets, those that hold every column on the path
    std::size_t size() const noexcept { return end - begin; }
  };
  struct Scratch {  // for each task that runs at the same time
    Buffer<double> cells, scores;
    Buffer<kernel::GradientCell> left;
    kernel::GradientCell shared[Bundles::most];  // of a column that shares its code
    detail::SortKeys order;

    kernel::ScanRoom room(int count) {
      if (std::ssize(left) < count) left.resize(static_cast<std::size_t>(count));
      const auto numbers = static_cast<std::size_t>(2 * kernel::ScanRoom::stride(count));
      if (scores.size() < numbers) scores.resize(numbers);
      return {left.data(), scores.data()};
    }
  };

  void begin(std::span<std::uint32_t> rows, std::span<const std::int32_t> columns, Random random) {
    rows_ = rows;
    random_ = random;
    parter_.prepare(std::ssize(rows));
    columns_.clear();
    for (const std::int32_t j : columns)
      if (binned_.bins.splits(j)) columns_.push_back(j);
    choice_.use(columns_, random);
    kept_.begin(columns_, pair_, rows);
  }
  /// Writes a node's split into the table; returns the left child.
  std::int32_t split_in(TreeTable& table, const Open& o) {
    const Split& s = o.split;
    const auto gain = static_cast<float>(o.gain);
    if (!s.by_set)
      return table.split(o.node, s.column, binned_.bins.threshold(s.column, s.left, s.right), s.missing_left, gain);
    const int categories = options_.rules->categories_of(s.column);
    categories_left(binned_.bins, s, categories, set_);
    return table.split_categories(o.node, s.column, categories, set_, s.missing_left, gain);
  }
  /// What the rules say of the children of a node that is split.
  void hand_down(const Open& o, Open& a, Open& b) const noexcept {
    const ColumnRules& rules = *options_.rules;
    a.limits = b.limits = o.limits;
    const double middle = (o.split.left_value + o.split.right_value) / 2;
    const int sign = rules.sign(o.split.column);
    if (sign > 0) a.limits.high = b.limits.low = middle;
    if (sign < 0) a.limits.low = b.limits.high = middle;
    if (!rules.sets.empty()) a.sets = b.sets = o.sets & rules.sets[static_cast<std::size_t>(o.split.column)];
  }
  std::span<std::uint32_t> rows_of(const Open& o) const noexcept { return rows_.subspan(o.begin, o.size()); }

  bool may_split(const Open& o) const noexcept {
    const auto least = static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, options_.min_rows));
    return !columns_.empty() && o.size() >= 2 * least && (options_.max_depth == 0 || o.depth < options_.max_depth);
  }

  /// Looks for the best split of a node; false if it stays a leaf.
  bool find(Open& o) {
    if (!may_split(o)) return false;
    total_ = kept_.total(o.histogram);
    kept_.unpack(total_, whole_);
    const std::size_t all = choice_.choose(o.depth, o.sets);
    const std::size_t some = options_.columns > 0 ? std::min(all, static_cast<std::size_t>(options_.columns)) : all;
    Random random = random_.stream(static_cast<std::uint64_t>(o.node));
    for (std::size_t first = 0; first < all && o.split.column < 0; first += some)  // those that cannot split cost no try
      o.split = best_of(o, choice_.draw(first, std::min(some, all - first), random));
    o.gain = o.split.score - score_of(o);
    return o.split.column >= 0 && o.gain >= options_.min_gain;
  }
  /// How good the undivided node is.
  double score_of(const Open& o) const noexcept {
    if (options_.rules != nullptr && options_.rules->limits()) return statistics_.score(whole_, statistics_.step(whole_, o.limits));
    return statistics_.score(whole_);
  }

  Split best_of(const Open& o, std::span<const std::int32_t> group) {
    const std::ptrdiff_t columns = std::ssize(group);
    best_.assign(static_cast<std::size_t>(parallel::chunks(columns, column_block)), Split{});
    if (scratch_.size() < best_.size()) scratch_.resize(best_.size());
    const bool parallel = options_.parallel && static_cast<std::ptrdiff_t>(o.size()) * columns >= worth_threads && kept_.cells() >= 1 << 12;
    over_column_blocks(parallel, columns, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      const auto b = static_cast<std::size_t>(first / column_block);
      for (const std::int32_t j : group.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)))
        search_.ruled(j) ? scan_by_rules(o, j, scratch_[b], best_[b]) : scan(o, j, scratch_[b], best_[b]);
    });
    Split best;
    for (const Split& s : best_)
      if (s.beats(best)) best = s;
    return best;
  }

  void scan(const Open& o, std::int32_t column, Scratch& scratch, Split& best) const {
    const int count = binned_.bins.count(column);
    const kernel::GradientCell* cells = kept_.column(o.histogram, column, scratch.shared);
    const kernel::ScannedSplit found = kernel::scan_column(
        {kept_.gradient_unit(), kept_.hessian_unit(), statistics_.lambda, statistics_.alpha, statistics_.min_hessian,
         static_cast<double>(std::max<std::ptrdiff_t>(1, options_.min_rows))},
        cells, count, total_, scratch.room(count));
    Split split{found.score, column, found.code, found.code + 1, found.missing_left};
    if (found.code < 0 || !split.beats(best)) return;
    while (cells[split.right].empty()) ++split.right;
    if (cells[count].empty()) split.missing_left = 2 * found.left.hessian() >= total_.hessian();
    best = split;
  }

  /// The same for a column that has rules: slower, on sums of doubles.
  void scan_by_rules(const Open& o, std::int32_t column, Scratch& scratch, Split& best) const {
    const int count = binned_.bins.count(column);
    const kernel::GradientCell* cells = kept_.column(o.histogram, column, scratch.shared);
    scratch.cells.resize(static_cast<std::size_t>(GradientStatistics::sums * (count + 1)));
    for (int code = 0; code <= count; ++code) kept_.unpack(cells[code], scratch.cells.data() + GradientStatistics::sums * code);
    search_(column, scratch.cells.data(), whole_, o.limits, scratch.order, best);
  }

  /// Puts the rows of the left child in front, both sides in their order; returns where the right one begins.
  std::size_t part(const Open& o) {
    const Split& s = o.split;
    if (s.by_set) return part_by_set(o);
    const kernel::PartColumn column{binned_.codes.bytes(), binned_.width(), binned_.rows, s.column, s.left,
                                    binned_.bins.count(s.column), s.missing_left, binned_.codes.words()};
    return o.begin + static_cast<std::size_t>(parter_(column, rows_of(o), options_.parallel));
  }

  std::size_t part_by_set(const Open& o) noexcept {
    const auto left = [&](std::uint32_t row) { return o.split.set.has(binned_.code(row, o.split.column)); };
    return o.begin + static_cast<std::size_t>(parter_.by(rows_of(o), left));
  }

  /// The histograms of two children out of their parent's: the smaller one is built, the larger one is the difference.
  void share_histogram(int histogram, Open& a, Open& b) {
    if (!may_split(a) && !may_split(b)) return kept_.release(histogram);
    Open& small = a.size() <= b.size() ? a : b;
    Open& large = a.size() <= b.size() ? b : a;
    small.histogram = kept_.build(rows_of(small));
    large.histogram = histogram;
    if (may_split(large)) kept_.subtract(histogram, small.histogram);
  }

  const Binned& binned_;
  const kernel::GradientPair* pair_;
  GradientStatistics statistics_;
  GrowOptions options_;
  SplitSearch search_;
  KeptHistograms kept_;
  ColumnChoice choice_;
  std::span<std::uint32_t> rows_;
  Random random_;
  RowParter parter_;
  Buffer<std::int32_t> columns_;
  Buffer<std::uint32_t> set_;
  kernel::GradientCell total_{};  // of the node that is looked at
  double whole_[GradientStatistics::sums] = {};  // the same as numbers
  Buffer<Open> open_;
  Buffer<Split> best_;
  Buffer<Scratch> scratch_;
};

}  // namespace tutti
