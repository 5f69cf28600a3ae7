// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/model/tree.hpp>
#include <tutti/model/tree_leaf.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// A forest that knows the whole distribution of a number: each tree weighs the training rows of the leaf that x falls into
/// alike (by their weights), and the quantile is the least target below or at which a share `quantile` of the mean of these
/// weights lies. The fitted model answers for any other quantile as well. `0` in `tree` means: no limits, 5 rows in a leaf,
/// a third of the columns.
/// Cost     fit: as Forest; memory: 8 bytes for each tree and row; predict: trees x (depth + rows of a leaf) + rows.
/// Errors   FitError when quantile is not in (0, 1), a tree is to be pruned, or as Forest.
/// Source   Meinshausen, Quantile regression forests, JMLR 7, 2006.
struct QuantileForest {
  float quantile = 0.5f;
  int trees = 100;
  Tree tree = {};
  bool bootstrap = true;  // draw rows with replacement; otherwise without
  float rows = 1;         // draws, as a share of the rows

  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true, .missing = true};

  template <class X, class Y> struct Model {
    TreeTable trees{};                  // a leaf says its number in its tree, as bits
    float quantile = 0.5f;
    Buffer<float> targets{};            // distinct, ascending
    Buffer<std::int32_t> first_leaf{};  // of each tree
    Buffer<std::int64_t> first_row{0};  // of each leaf, and one past the last
    Buffer<std::uint32_t> target{};     // of each row of each leaf: which one
    Buffer<float> share{};              // of the leaf's weight

    std::size_t workspace_bytes(std::ptrdiff_t) const noexcept { return workspace_bytes_of<double>(std::ssize(targets)); }

    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
      for (std::size_t i = 0; i < x.size(); ++i)
        quantiles(x[i], {&quantile, 1}, {y.data() + static_cast<std::ptrdiff_t>(i) * y.width(), 1}, workspace);
    }
    /// out[k] = the quantile q[k] of the target at x.
    void quantiles(const ViewOf<X>& x, std::span<const float> q, std::span<float> out, Workspace& workspace) const noexcept {
      if constexpr (!X::shape.is_static())
        if (x.size() < trees.columns()) return static_cast<void>(std::fill(out.begin(), out.end(), std::numeric_limits<float>::quiet_NaN()));
      const Workspace::Scope scope(workspace);
      double* const weight = workspace.take<double>(std::ssize(targets));
      std::fill_n(weight, targets.size(), 0.0);
      for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
        const std::size_t leaf = leaf_at(t, detail::leaf_of(trees, trees.root(t), x));
        for (auto r = static_cast<std::size_t>(first_row[leaf]); r < static_cast<std::size_t>(first_row[leaf + 1]); ++r)
          weight[target[r]] += static_cast<double>(share[r]);
      }
      for (std::size_t i = 1; i < targets.size(); ++i) weight[i] += weight[i - 1];
      for (std::size_t k = 0; k < q.size(); ++k) {
        const double least = static_cast<double>(q[k]) * weight[targets.size() - 1] * (1 - 1e-7);  // shares are floats
        const double* const at = std::lower_bound(weight, weight + targets.size() - 1, least);
        out[k] = targets[static_cast<std::size_t>(at - weight)];
      }
    }

    static void visit(auto& self, auto& archive) {
      archive("trees", self.trees)("quantile", self.quantile)("targets", self.targets)("first_leaf", self.first_leaf)(
          "first_row", self.first_row)("target", self.target)("share", self.share);
    }
    void check_extents(int columns, int) const {
      check<FileError>(trees.columns() == columns, {"trees: expected ", columns, " columns"}, trees.columns());
    }
    /// Errors   FileError unless every leaf names rows, and every row a target.
    void loaded() const {
      detail::check_columns<X>(trees);
      check<FileError>(trees.trees() > 0 && trees.leaf_width() == 1, "trees: expected trees of one number in a leaf", trees.trees());
      check<FileError>(!targets.empty(), "quantile forest: expected targets", targets.size());
      check<FileError>(share.size() == target.size(), "quantile forest: expected a share for each row", share.size());
      check<FileError>(std::ssize(first_leaf) == trees.trees(), "quantile forest: expected the first leaf of each tree", first_leaf.size());
      check<FileError>(!first_row.empty() && first_row[0] == 0 && first_row.back() == std::ssize(target),
                       "quantile forest: expected the first row of each leaf", first_row.size());
      for (std::size_t i = 1; i < first_row.size(); ++i)
        check<FileError>(first_row[i] >= first_row[i - 1], {"quantile forest: expected rows in leaf ", i - 1}, first_row[i]);
      for (const std::uint32_t r : target)
        check<FileError>(r < targets.size(), {"quantile forest: expected a target below ", targets.size()}, r);
      check_leaves();
    }

   private:
    std::size_t leaf_at(std::ptrdiff_t tree, const TreeTable::Node& leaf) const noexcept {
      return static_cast<std::size_t>(first_leaf[static_cast<std::size_t>(tree)] + std::bit_cast<std::int32_t>(leaf.values[0]));
    }
    void check_leaves() const {
      for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
        const auto end = t + 1 < trees.trees() ? trees.root(t + 1) : static_cast<std::int32_t>(trees.nodes());
        const std::int64_t first = first_leaf[static_cast<std::size_t>(t)], all = std::ssize(first_row) - 1;
        for (std::int32_t n = trees.root(t); n < end; ++n) {
          const TreeTable::Node node = trees.node(n);
          if (node.column >= 0) continue;
          const std::int64_t leaf = std::bit_cast<std::int32_t>(node.values[0]);
          check<FileError>(first >= 0 && leaf >= 0 && first + leaf < all, {"quantile forest: expected a leaf below ", all}, first + leaf);
        }
      }
    }
  };

  template <class X, class Y>
    requires std::same_as<Y, Real> Model<X, Y> fit(const Dataset<X, Y>& data, const Context& context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("quantile", self.quantile)("trees", self.trees)("tree", self.tree)("bootstrap", self.bootstrap)("rows", self.rows);
  }
};

}  // namespace tutti
