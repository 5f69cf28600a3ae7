// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/input.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/model/shared_rows.hpp>
#include <tutti/model/tree_node.hpp>
#include <tutti/model/tree_sum.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

namespace tutti {

namespace detail {
/// Rows that are numbers in memory are walked where they lie, others (records) are first copied to floats.
template <class View>
concept InMemory = requires(const View& v) {
  typename View::Element;
  { v.data() } -> std::convertible_to<const typename View::Element*>;
};
}  // namespace detail

/// All trees of a model: one array for each member of a node, 16 bytes a node in all, and the rows that leaves add.
/// Children follow their parent and each other; a leaf is its own left child (see kernel::TreeNodes). Several leaves may
/// share a row of values.
class TreeTable {
 public:
  TreeTable() = default;
  TreeTable(int columns, int leaf_width) : columns_(columns), leaf_width_(leaf_width) {}

  int columns() const noexcept { return columns_; }        // numbers in a row of inputs
  int leaf_width() const noexcept { return leaf_width_; }  // numbers in a leaf
  std::ptrdiff_t trees() const noexcept { return std::ssize(root_); }
  std::ptrdiff_t nodes() const noexcept { return std::ssize(left_); }
  std::ptrdiff_t leaves(std::ptrdiff_t tree) const noexcept;

  using Node = TreeNode;
  std::int32_t root(std::ptrdiff_t tree) const noexcept { return root_[index(tree)]; }
  Node node(std::int32_t i) const noexcept;

  /// A new tree's root. Nodes are leaves of value row 0 until they are split or given values.
  std::int32_t add_root() {
    pack_.reset();
    root_.push_back(static_cast<std::int32_t>(nodes()));
    return add_node();
  }
  /// Gives a leaf two children; returns the left one, the right one follows it. The gain is for reports.
  std::int32_t split(std::int32_t node, int column, float threshold, bool missing_left,
                     float gain = std::numeric_limits<float>::quiet_NaN()) {
    pack_.reset();
    const std::int32_t left = add_node();
    add_node();
    split_[index(node)] = 2 * column + missing_left;
    threshold_[index(node)] = threshold;
    left_[index(node)] = left;
    leaf_[index(node)] = std::bit_cast<std::int32_t>(-std::fabs(gain));  // idle in a split; the sign says that it is no leaf
    return left;
  }
  /// The same by categories 0, 1 ... `categories` - 1, whole numbers in the column: bit c % 32 of bits[c / 32] sends c to the
  /// left. NaN and all other numbers (negative, with a fraction, of no known category) go where `missing_left` says.
  /// Errors   DataError when there is no category, a bit too few, or more than 2^30 words of sets in all.
  std::int32_t split_categories(std::int32_t node, int column, int categories, std::span<const std::uint32_t> bits,
                                bool missing_left, float gain = std::numeric_limits<float>::quiet_NaN());
  std::int32_t add_values(std::span<const float> values) {
    values_.append(values);
    return static_cast<std::int32_t>(std::ssize(values_) / leaf_width_ - 1);
  }
  void set_leaf(std::int32_t node, std::int32_t row_of_values) {
    pack_.reset();
    leaf_[index(node)] = row_of_values;
  }
  /// Appends the trees of another table of the same widths.
  void append(const TreeTable& other);
  /// Keeps the first n trees.
  void keep(std::ptrdiff_t n);
  /// Keeps equal rows of values once: in a forest of numbers most leaves say one of the targets.
  [[gnu::cold]] void share_values();
  /// Makes what predictions read faster, once the trees are complete: the numbers stay the same. Loading does it by itself.
  [[gnu::cold]] void prepare() {
    pack_ = std::make_shared<const detail::TreePack>(arrays());
  }

  /// y(i, .) += what trees [first, last) say about x[i]: tree t adds to the columns from t leaf_width() modulo y's width.
  /// The order of additions to a number is that of the trees, whatever the number of rows.
  template <class View>
  void add(std::span<const View> x, Rows<float> y, std::ptrdiff_t first, std::ptrdiff_t last,
           Workspace& w) const noexcept {
    if constexpr (detail::InMemory<View>) {
      walk([&](std::ptrdiff_t i) { return x[static_cast<std::size_t>(i)].data(); }, std::ssize(x), y, first, last);
    } else {
      const Workspace::Scope scope(w);
      float* copy = w.take<float>(std::ssize(x) * columns_);
      for (std::ptrdiff_t i = 0; i < std::ssize(x); ++i)
        x[static_cast<std::size_t>(i)].copy_to(copy + i * columns_);
      walk([&](std::ptrdiff_t i) -> const float* { return copy + i * columns_; }, std::ssize(x), y, first, last);
    }
  }
  template <class View> static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows, int columns) {
    return detail::InMemory<View> ? 0 : workspace_bytes_of<float>(rows * columns);
  }

  static void visit(auto& self, auto& archive) {
    archive("columns", self.columns_)("leaf_width", self.leaf_width_)("root", self.root_)(
        "split", self.split_)("threshold", self.threshold_)("left", self.left_)("leaf", self.leaf_)(
        "values", self.values_)("sets", self.sets_);
  }
  /// Errors   FileError unless every walk stays inside the arrays and ends.
  void loaded();

 private:
  static std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }
  std::int32_t add_node() {
    const auto node = static_cast<std::int32_t>(nodes());
    split_.push_back(1);
    threshold_.push_back(std::numeric_limits<float>::infinity());
    left_.push_back(node);
    leaf_.push_back(0);
    return node;
  }
  const std::uint32_t* set_of(std::size_t node) const noexcept {
    return split_[node] < 0 ? sets_.data() + std::bit_cast<std::int32_t>(threshold_[node]) : nullptr;
  }
  detail::TreeArrays arrays() const noexcept {
    const kernel::TreeNodes view{split_.data(), threshold_.data(), left_.data(), sets_.data()};
    return {view, root_, static_cast<std::int32_t>(nodes()), leaf_.data(), columns_};
  }
  void walk(auto row, std::ptrdiff_t n, Rows<float> y, std::ptrdiff_t first, std::ptrdiff_t last) const noexcept {
    detail::TreeSum{arrays(), values_.data(), leaf_width_, !sets_.empty(), pack_.get()}(row, n, y, first, last);
  }

  int columns_ = 0, leaf_width_ = 1;
  Buffer<std::int32_t> root_;            // of each tree, ascending
  Buffer<std::int32_t> split_, left_, leaf_;  // of each node; leaf: row of values; inside a tree the bits of minus the gain
  Buffer<float> threshold_;
  Buffer<float> values_;  // (value rows, leaf_width)
  Buffer<std::uint32_t> sets_;  // of splits by categories, see kernel::TreeNodes
  std::shared_ptr<const detail::TreePack> pack_;  // of these very trees, or null
};

inline std::ptrdiff_t TreeTable::leaves(std::ptrdiff_t tree) const noexcept {
  const std::ptrdiff_t end = tree + 1 < trees() ? root_[index(tree + 1)] : nodes();
  return (end - root_[index(tree)] + 1) / 2;  // every split adds two nodes and takes one leaf away
}

inline TreeTable::Node TreeTable::node(std::int32_t i) const noexcept {
  const std::size_t n = index(i);
  if (left_[n] == i)
    return {.values = {values_.data() + std::ptrdiff_t{leaf_[n]} * leaf_width_, index(leaf_width_)}};
  const std::int32_t split = split_[n] < 0 ? ~split_[n] : split_[n];
  const std::uint32_t* set = set_of(n);
  const float threshold = set == nullptr ? threshold_[n] : 0;
  return {split / 2, threshold, split % 2 != 0, left_[n], left_[n] + 1, {}, set, -std::bit_cast<float>(leaf_[n])};
}

inline std::int32_t TreeTable::split_categories(std::int32_t node, int column, int categories,
                                                std::span<const std::uint32_t> bits, bool missing_left, float gain) {
  const auto known = static_cast<std::uint32_t>(categories);
  check(categories > 0 && known <= detail::most_categories, "expected 1 to 2^24 categories", categories);
  check(detail::set_words(known) <= bits.size(), {"expected a bit for each of ", categories, " categories"}, bits.size() * 32);
  check(sets_.size() + 1 + detail::set_words(known) <= index(detail::most_set_words),
        "expected fewer than 2^30 words in all sets of categories", sets_.size());
  const auto set = std::bit_cast<float>(static_cast<std::int32_t>(sets_.size()));
  const std::int32_t left = split(node, column, set, missing_left, gain);
  split_[index(node)] = ~split_[index(node)];
  sets_.push_back(known);
  sets_.append(bits.first(detail::set_words(known)));
  return left;
}

inline void TreeTable::append(const TreeTable& other) {
  const auto node = static_cast<std::int32_t>(nodes());
  const auto value = static_cast<std::int32_t>(std::ssize(values_) / leaf_width_);
  check(nodes() + other.nodes() <= std::numeric_limits<std::int32_t>::max(),
        "expected fewer than 2^31 nodes in all trees", nodes() + other.nodes());
  const auto set = static_cast<std::int32_t>(sets_.size());
  check(sets_.size() + other.sets_.size() <= index(detail::most_set_words), "expected fewer than 2^30 words in all sets of categories",
        sets_.size() + other.sets_.size());
  pack_.reset();
  for (const std::int32_t r : other.root_) root_.push_back(r + node);
  for (const std::int32_t l : other.left_) left_.push_back(l + node);
  for (const std::int32_t l : other.leaf_) leaf_.push_back(l < 0 ? l : l + value);
  split_.append(other.split_);
  threshold_.append(other.threshold_);
  values_.append(other.values_);
  if (other.sets_.empty()) return;
  for (std::size_t i = index(node); i < split_.size(); ++i)
    if (split_[i] < 0) threshold_[i] = std::bit_cast<float>(std::bit_cast<std::int32_t>(threshold_[i]) + set);
  sets_.append(other.sets_);
}

inline void TreeTable::share_values() {
  pack_.reset();
  const Buffer<std::int32_t> moved = detail::share_rows(values_, leaf_width_);
  for (std::int32_t& l : leaf_)
    if (l >= 0) l = moved[index(l)];
}

inline void TreeTable::keep(std::ptrdiff_t n) {
  if (n >= trees()) return;
  pack_.reset();
  const auto node = index(root_[index(n)]);
  std::int32_t value = 0;
  std::size_t sets = 0;
  for (std::size_t i = 0; i < node; ++i) {
    value = leaf_[i] >= value ? leaf_[i] + 1 : value;
    if (const std::uint32_t* set = set_of(i))
      sets = std::max(sets, static_cast<std::size_t>(set - sets_.data()) + 1 + detail::set_words(*set));
  }
  root_.resize(index(n));
  for (auto* of_node : {&split_, &left_, &leaf_}) of_node->resize(node);
  threshold_.resize(node);
  values_.resize(index(std::ptrdiff_t{value} * leaf_width_));
  sets_.resize(sets);
}

inline void TreeTable::loaded() {
  const std::size_t n = left_.size();
  check<FileError>(columns_ > 0 && leaf_width_ > 0, "trees: expected columns and numbers in a leaf",
                   columns_);
  check<FileError>(split_.size() == n && threshold_.size() == n && leaf_.size() == n,
                   "trees: expected as many splits, thresholds and leaves as nodes", n);
  check<FileError>(n <= index(std::numeric_limits<std::int32_t>::max()),
                   "trees: expected fewer than 2^31 nodes", n);
  check<FileError>(values_.size() % index(leaf_width_) == 0, "trees: expected whole rows of leaf values",
                   values_.size());
  arrays().check(static_cast<std::ptrdiff_t>(values_.size()) / leaf_width_, sets_.size());
  pack_.reset();
  prepare();
}

}  // namespace tutti
