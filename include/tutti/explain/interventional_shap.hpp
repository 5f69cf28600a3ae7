// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/explain/tree_scores.hpp>
#include <tutti/model/row_source.hpp>

#include <cstddef>
#include <cstdint>

namespace tutti::detail {

/// Interventional values: an unknown column is what it is in a row of the background, all rows of which are averaged.
/// Cost     for each row and row of the background the leaves that mixtures of both reach, times the columns on their path.
/// Source   Lundberg et al., Nature Machine Intelligence 2, 2020; Laberge and Pequignot, Understanding interventional
///          TreeSHAP, 2022.
class InterventionalShap {
 public:
  InterventionalShap(const TreeScores& scores, const RowSource& background) : scores_(scores), width_(background.width) {
    for (std::ptrdiff_t i = 0; i < background.rows; ++i) {
      const double weight = background.weight[static_cast<std::size_t>(i)];
      if (!(weight > 0)) continue;
      share_.push_back(weight / background.total);
      rows_.resize(share_.size() * static_cast<std::size_t>(width_));
      background.read(i, rows_.data() + (std::ssize(share_) - 1) * width_);
    }
  }

  void add_expected(double* expected) const {
    for (std::size_t b = 0; b < share_.size(); ++b)
      for (std::ptrdiff_t t = 0; t < scores_.trees.trees(); ++t) {
        TreeTable::Node at = scores_.trees.node(scores_.trees.root(t));
        while (at.column >= 0) at = scores_.trees.node(at.goes_left(row(b)[at.column]) ? at.left : at.right);
        add(t, at.values, share_[b], expected);
      }
  }

  struct Scratch {
    Buffer<signed char> side{};  // of each column on the path: 1 that of the row, -1 that of the background, 0 not met
    Buffer<int> met{};           // such columns
  };
  void add_row(const float* x, double* phi, Scratch& scratch) const {
    scratch.side.assign(static_cast<std::size_t>(width_), 0);
    scratch.met.clear();
    for (std::size_t b = 0; b < share_.size(); ++b)
      for (std::ptrdiff_t t = 0; t < scores_.trees.trees(); ++t)
        descend({*this, x, row(b), share_[b], phi, t, scratch}, scores_.trees.root(t), 0, 0);
  }

 private:
  struct Walk {
    const InterventionalShap& of;
    const float *x, *z;
    double share;
    double* phi;
    std::ptrdiff_t tree;
    Scratch& scratch;
  };

  const float* row(std::size_t b) const noexcept { return rows_.data() + static_cast<std::ptrdiff_t>(b) * width_; }
  void add(std::ptrdiff_t tree, std::span<const float> values, double factor, double* to) const noexcept {
    to += scores_.first_of(tree);
    for (const float v : values) *to++ += scores_.scale * factor * static_cast<double>(v);
  }

  /// a! b! / (a + b + 1)!
  static double weight(int a, int b) noexcept {
    double w = 1.0 / (a + b + 1);
    for (int i = 1; i <= b; ++i) w *= static_cast<double>(i) / (a + i);
    return w;
  }

  /// `own` and `other` of the columns met are of the row and of the background.
  static void descend(const Walk& w, std::int32_t node, int own, int other) {
    const TreeTable::Node at = w.of.scores_.trees.node(node);
    if (at.column < 0) return leaf(w, at, own, other);
    const auto column = static_cast<std::size_t>(at.column);
    signed char& side = w.scratch.side[column];
    const std::int32_t of_x = at.goes_left(w.x[column]) ? at.left : at.right, of_z = at.goes_left(w.z[column]) ? at.left : at.right;
    if (side != 0 || of_x == of_z) return descend(w, side >= 0 ? of_x : of_z, own, other);
    w.scratch.met.push_back(at.column);
    side = 1;
    descend(w, of_x, own + 1, other);
    side = -1;
    descend(w, of_z, own, other + 1);
    side = 0;
    w.scratch.met.pop_back();
  }
  static void leaf(const Walk& w, const TreeTable::Node& at, int own, int other) {
    if (own + other == 0) return;
    const double gained = own > 0 ? weight(own - 1, other) : 0, lost = other > 0 ? -weight(own, other - 1) : 0;
    for (const int column : w.scratch.met)
      w.of.add(w.tree, at.values, w.share * (w.scratch.side[static_cast<std::size_t>(column)] > 0 ? gained : lost),
               w.phi + column * w.of.scores_.scores());
  }

  const TreeScores& scores_;
  int width_;
  Buffer<double> share_;
  Buffer<float> rows_;
};

}  // namespace tutti::detail
