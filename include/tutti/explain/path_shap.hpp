// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/explain/tree_scores.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/row_source.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tutti::detail {

/// Of every node, the share of the rows at its parent that reach it, by weight. Children that no row reaches share alike.
inline Buffer<double> shares_of_parents(const TreeTable& trees, const RowSource& rows) {
  constexpr std::ptrdiff_t block = 256;
  Buffer<double> share(static_cast<std::size_t>(trees.nodes()));
  Buffer<float> x(static_cast<std::size_t>(block * rows.width));
  for (std::ptrdiff_t begin = 0; begin < rows.rows; begin += block) {
    const std::ptrdiff_t n = std::min(block, rows.rows - begin);
    for (std::ptrdiff_t i = 0; i < n; ++i) rows.read(begin + i, x.data() + i * rows.width);
    parallel::for_each(trees.trees(), 4, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      for (std::ptrdiff_t t = first; t < last; ++t)
        for (std::ptrdiff_t i = 0; i < n; ++i)
          for (std::int32_t node = trees.root(t);;) {
            share[static_cast<std::size_t>(node)] += rows.weight[static_cast<std::size_t>(begin + i)];
            const TreeTable::Node at = trees.node(node);
            if (at.column < 0) break;
            node = at.goes_left(x[static_cast<std::size_t>(i * rows.width + at.column)]) ? at.left : at.right;
          }
    });
  }
  for (std::int32_t i = static_cast<std::int32_t>(trees.nodes()); i-- > 0;) {  // children before their parents
    const TreeTable::Node at = trees.node(i);
    if (at.column < 0) continue;
    double &left = share[static_cast<std::size_t>(at.left)], &right = share[static_cast<std::size_t>(at.right)];
    const double both = left + right;
    left = both > 0 ? left / both : 0.5;
    right = both > 0 ? right / both : 0.5;
  }
  return share;
}

/// The way of a row down one tree for every subset of columns at once: columns on the path, each with the share of the rows that
/// pass where it is unknown (zero) and whether the row itself passes (one: 1 or 0), and the weights of subsets by their size.
/// inverse[i] = 1 / i: the sums are of products, divisions would take most of the time.
/// Source   Lundberg et al., From local explanations to global understanding with explainable AI for trees, Nature Machine
///          Intelligence 2, 2020, algorithm 2.
class ShapPath {
 public:
  struct Element {
    int column;
    double zero, one, weight;
  };
  const double* inverse;

  void extend(Element* m, int l, Element next) const noexcept {
    m[l] = next;
    m[l].weight = l == 0 ? 1 : 0;
    const double one = next.one * inverse[l + 1], zero = next.zero * inverse[l + 1];
    for (int i = l - 1; i >= 0; --i) {
      m[i + 1].weight += one * (i + 1) * m[i].weight;
      m[i].weight *= zero * (l - i);
    }
  }
  /// Takes element i out of l + 1.
  void unwind(Element* m, int l, int i) const noexcept {
    const double zero = m[i].zero, known = m[i].one;
    double n = m[l].weight;
    for (int j = l - 1; j >= 0; --j) {
      if (known != 0) {
        const double before = m[j].weight;
        m[j].weight = n * (l + 1) * inverse[j + 1];
        n = before - m[j].weight * zero * (l - j) * inverse[l + 1];
      } else {
        m[j].weight *= (l + 1) * inverse[l - j] / zero;
      }
    }
    for (int j = i; j < l; ++j) m[j] = {m[j + 1].column, m[j + 1].zero, m[j + 1].one, m[j].weight};
  }
  /// What a leaf counts for column i of the path where the row passes i's splits: the weights that unwind would leave, (1 - zero) times.
  double gained(const Element* m, int l, int i) const noexcept {
    const double zero = m[i].zero * inverse[l + 1];
    double n = m[l].weight, sum = 0;
    for (int j = l - 1; j >= 0; --j) {
      const double w = n * (l + 1) * inverse[j + 1];
      sum += w;
      n = m[j].weight - w * zero * (l - j);
    }
    return sum * (1 - m[i].zero);
  }
  /// What it counts, negative, for a column where the row does not pass: the same for all of them.
  double lost(const Element* m, int l) const noexcept {
    double sum = 0;
    for (int j = l - 1; j >= 0; --j) sum += m[j].weight * inverse[l - j];
    return -sum * (l + 1);
  }
};

/// Path-dependent values of one row after the other; what a column is when unknown is what the rows at a node were in training.
class PathShap {
 public:
  using Element = ShapPath::Element;

  PathShap(const TreeScores& scores, const RowSource& background) : scores_(scores), share_(shares_of_parents(scores.trees, background)) {
    const TreeTable& trees = scores_.trees;
    Buffer<int> depth(share_.size());
    for (std::int32_t i = 0; i < trees.nodes(); ++i) {
      const TreeTable::Node at = trees.node(i);
      levels_ = std::max(levels_, depth[static_cast<std::size_t>(i)] + 1);
      if (at.column < 0) continue;
      for (const std::int32_t child : {at.left, at.right}) depth[static_cast<std::size_t>(child)] = depth[static_cast<std::size_t>(i)] + 1;
    }
    for (int i = 0; i < longest() + 2; ++i) inverse_.push_back(i == 0 ? 0 : 1.0 / i);
  }

  /// What the scores are where no column is known.
  void add_expected(double* expected) const {
    Buffer<double> reach(share_.size());
    for (std::ptrdiff_t t = 0; t < scores_.trees.trees(); ++t) reach[static_cast<std::size_t>(scores_.trees.root(t))] = 1;
    for (std::ptrdiff_t t = 0; t < scores_.trees.trees(); ++t)
      for (std::int32_t i = scores_.trees.root(t); i < end_of(t); ++i) {
        const TreeTable::Node at = scores_.trees.node(i);
        const double here = reach[static_cast<std::size_t>(i)];
        if (at.column < 0) add(t, at.values, here, expected);
        else
          for (const std::int32_t child : {at.left, at.right}) reach[static_cast<std::size_t>(child)] = here * share_[static_cast<std::size_t>(child)];
      }
  }

  using Scratch = Buffer<Element>;
  /// phi (columns, scores) += the values of a row.
  void add_row(const float* x, double* phi, Scratch& scratch) const {
    scratch.resize(static_cast<std::size_t>((std::ptrdiff_t{levels_} + 1) * longest()));
    for (std::ptrdiff_t t = 0; t < scores_.trees.trees(); ++t)
      descend({*this, x, phi, t}, scores_.trees.root(t), scratch.data(), 0, {-1, 1, 1, 0});
  }

 private:
  struct Walk {
    const PathShap& of;
    const float* x;
    double* phi;
    std::ptrdiff_t tree;
  };

  int longest() const noexcept { return std::min(levels_, scores_.trees.columns() + 1) + 1; }  // elements of a path
  std::int32_t end_of(std::ptrdiff_t t) const noexcept {
    return t + 1 < scores_.trees.trees() ? scores_.trees.root(t + 1) : static_cast<std::int32_t>(scores_.trees.nodes());
  }
  void add(std::ptrdiff_t tree, std::span<const float> values, double factor, double* to) const noexcept {
    to += scores_.first_of(tree);
    for (const float v : values) *to++ += scores_.scale * factor * static_cast<double>(v);
  }

  /// The path of `length` elements at `parent` is copied behind itself, then `next` joins it.
  static void descend(const Walk& w, std::int32_t node, Element* parent, int length, Element next) {
    Element* m = parent + length;
    std::copy_n(parent, length, m);
    const ShapPath path{w.of.inverse_.data()};
    path.extend(m, length, next);
    const TreeTable::Node at = w.of.scores_.trees.node(node);
    if (at.column < 0) {
      const double lost = path.lost(m, length);
      for (int i = 1; i <= length; ++i)
        w.of.add(w.tree, at.values, m[i].one == 0 ? lost : path.gained(m, length, i), w.phi + m[i].column * w.of.scores_.scores());
      return;
    }
    Element before{at.column, 1, 1, 0};
    for (int i = 1; i <= length; ++i)
      if (m[i].column == at.column) {
        before = m[i];
        path.unwind(m, length--, i);
        break;
      }
    const bool left = at.goes_left(w.x[at.column]);
    for (const bool known : {true, false}) {
      const std::int32_t child = known == left ? at.left : at.right;
      const Element of{at.column, before.zero * w.of.share_[static_cast<std::size_t>(child)], known ? before.one : 0, 0};
      if (of.zero > 0 || of.one > 0) descend(w, child, m, length + 1, of);
    }
  }

  const TreeScores& scores_;
  Buffer<double> share_;
  Buffer<double> inverse_;
  int levels_ = 1;  // nodes on the longest path
};

}  // namespace tutti::detail
