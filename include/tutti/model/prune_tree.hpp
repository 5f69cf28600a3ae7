// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/tree_table.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// What every node of a tree would say and cost as a leaf.
struct NodeRisks {
  Buffer<double> risk;   // weighted impurity, as a share of all rows
  Buffer<float> values;  // (nodes, leaf width)
};

/// The subtrees of a tree that are best at some price of a leaf: `impurity[i]` is the total impurity of the leaves of the
/// one that is left when all links weaker than or as weak as `alpha[i]` are cut. From the whole tree to its root alone.
struct PruningPath {
  Buffer<double> alpha, impurity;
};

/// Minimal cost-complexity pruning: again and again the inner node t whose subtree T helps least for each leaf, with the
/// least (R(t) - R(T)) / (leaves of T - 1), becomes a leaf, as long as that is at most alpha.
/// Cost     inner nodes x cuts.
/// Source   Breiman et al., Classification and Regression Trees, 1984, chapter 3.
class Pruning {
 public:
  Pruning(const TreeTable& tree, const NodeRisks& risks) : tree_(tree), risks_(risks) {
    const auto n = static_cast<std::size_t>(tree.nodes());
    parent_.assign(n, -1);
    below_ = risks.risk;
    leaves_.assign(n, 1);
    cut_.assign(n, 0);
    for (std::size_t i = n; i-- > 0;) {  // children lie behind their parent
      const std::int32_t left = children(i);
      if (left < 0) continue;
      const auto a = static_cast<std::size_t>(left);
      parent_[a] = parent_[a + 1] = static_cast<std::int32_t>(i);
      below_[i] = below_[a] + below_[a + 1];
      leaves_[i] = leaves_[a] + leaves_[a + 1];
      inner_.push_back(static_cast<std::int32_t>(i));
    }
  }

  [[gnu::cold]] PruningPath path() {
    PruningPath p{{0.0}, {below_[0]}};
    for (Link weakest; (weakest = next()).node >= 0;) {
      cut(weakest.node);
      p.alpha.push_back(weakest.alpha);
      p.impurity.push_back(below_[0]);
    }
    return p;
  }
  /// The tree without what is not worth alpha for a leaf.
  [[gnu::cold]] TreeTable pruned(double alpha) {
    for (Link weakest; (weakest = next()).node >= 0 && weakest.alpha <= alpha;) cut(weakest.node);
    TreeTable table(tree_.columns(), tree_.leaf_width());
    copy(0, table, table.add_root());
    return table;
  }

 private:
  struct Link {
    std::int32_t node = -1;
    double alpha = std::numeric_limits<double>::infinity();
  };
  std::int32_t children(std::size_t i) const noexcept { return tree_.node(static_cast<std::int32_t>(i)).left; }

  Link next() {
    Link weakest;
    std::size_t kept = 0;
    for (const std::int32_t node : inner_) {
      const auto i = static_cast<std::size_t>(node);
      if (cut_[i] != 0) continue;
      inner_[kept++] = node;
      const double alpha = (risks_.risk[i] - below_[i]) / (leaves_[i] - 1);
      if (weakest.node < 0 || alpha < weakest.alpha || (alpha == weakest.alpha && node < weakest.node)) weakest = {node, alpha};
    }
    inner_.resize(kept);
    return weakest;
  }
  void cut(std::int32_t node) {
    const auto i = static_cast<std::size_t>(node);
    const double risk = risks_.risk[i] - below_[i];
    const int fewer = leaves_[i] - 1;
    for (std::int32_t up = node; up >= 0; up = parent_[static_cast<std::size_t>(up)]) {
      below_[static_cast<std::size_t>(up)] += risk;
      leaves_[static_cast<std::size_t>(up)] -= fewer;
    }
    Buffer<std::int32_t> open{node};
    while (!open.empty()) {
      const auto at = static_cast<std::size_t>(open.back());
      open.pop_back();
      cut_[at] = 1;
      if (const std::int32_t left = children(at); left >= 0) open.append({left, left + 1});
    }
  }
  void copy(std::int32_t from, TreeTable& table, std::int32_t to) const {
    struct Pair {
      std::int32_t from, to;
    };
    Buffer<Pair> open{{from, to}};
    while (!open.empty()) {
      const Pair p = open.back();
      open.pop_back();
      const auto n = tree_.node(p.from);
      if (n.column < 0 || cut_[static_cast<std::size_t>(p.from)] != 0) {
        const auto width = static_cast<std::size_t>(tree_.leaf_width());
        table.set_leaf(p.to, table.add_values({risks_.values.data() + static_cast<std::size_t>(p.from) * width, width}));
        continue;
      }
      const std::int32_t left = table.split(p.to, n.column, n.threshold, n.missing_left, n.gain);
      open.append({Pair{n.left + 1, left + 1}, Pair{n.left, left}});
    }
  }

  const TreeTable& tree_;
  const NodeRisks& risks_;
  Buffer<std::int32_t> parent_, inner_;
  Buffer<double> below_;  // the impurity of the leaves below
  Buffer<int> leaves_;
  Buffer<std::uint8_t> cut_;
};

}  // namespace tutti
