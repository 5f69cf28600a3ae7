// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/feature_source.hpp>
#include <tutti/model/tree_mean.hpp>

namespace tutti {

/// Which leaf of each tree a row falls into: leaves are counted from 0 in each tree, in the order of its nodes.
struct TreeFeatures {
  TreeTable trees{};
  std::uint8_t one_hot = 1;
  Buffer<std::int32_t> leaf_of{};  // of each node that is a leaf: its number in its tree
  Buffer<std::int32_t>
      first{};  // of each tree: the column of its leaf 0, and behind them how many columns there are

  TreeFeatures() = default;
  TreeFeatures(TreeTable t, bool hot) : trees(std::move(t)), one_hot(hot ? 1 : 0) {
    count_leaves<DataError>();
  }

  int width() const noexcept { return one_hot != 0 ? first.back() : static_cast<int>(trees.trees()); }
  template <class View, class T> void transform(const View& x, T* out) const noexcept {
    if (one_hot != 0) std::fill_n(out, first.back(), T(0));
    for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
      std::int32_t at = trees.root(t);
      for (TreeTable::Node n = trees.node(at); n.column >= 0; n = trees.node(at))
        at = n.goes_left(static_cast<float>(x[n.column])) ? n.left : n.right;
      const std::int32_t leaf = leaf_of[static_cast<std::size_t>(at)];
      if (one_hot != 0) out[first[static_cast<std::size_t>(t)] + leaf] = T(1);
      else out[t] = static_cast<T>(leaf);
    }
  }
  static void visit(auto& self, auto& archive) { archive("trees", self.trees)("one_hot", self.one_hot); }
  void loaded() {
    check<FileError>(one_hot <= 1, "leaves: expected 0 or 1 for one-hot", int{one_hot});
    count_leaves<FileError>();
  }
  void check_extents(int columns, int) const {
    check<FileError>(trees.columns() == columns, {"leaves: expected trees of ", columns, " columns"},
                     trees.columns());
  }

 private:
  template <class E> [[gnu::cold]] void count_leaves() {
    constexpr std::int32_t most = 1 << 24;
    check<E>(trees.trees() > 0, "leaves: expected at least one tree", trees.trees());
    leaf_of.assign(static_cast<std::size_t>(trees.nodes()), 0);
    first.assign(1, 0);
    for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
      const std::ptrdiff_t end = t + 1 < trees.trees() ? trees.root(t + 1) : trees.nodes();
      std::int32_t leaves = 0;
      for (std::ptrdiff_t n = trees.root(t); n < end; ++n)
        if (trees.node(static_cast<std::int32_t>(n)).column < 0)
          leaf_of[static_cast<std::size_t>(n)] = leaves++;
      first.push_back(first.back() + leaves);
      check<E>(one_hot == 0 || first.back() < most,
               {"leaves: expected fewer than ", most, " in all trees; try .one_hot = false"}, first.back());
    }
  }
};

namespace detail {
template <class Model>
concept HasTrees = requires(const Model& m) {
  { m.trees } -> std::convertible_to<const TreeTable&>;
};
template <class Model, int Cut>
  requires(HasTrees<Model>&& Cut == -1)
struct FeatureModel<Model, Cut> {
  using type = TreeFeatures;
  static type of(const Model& model, bool one_hot) { return {model.trees, one_hot}; }
};
}  // namespace detail

}  // namespace tutti
