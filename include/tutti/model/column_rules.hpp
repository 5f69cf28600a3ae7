// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti {

/// How columns of categories are split: one category against the rest, or a set of them that is better in spite of a
/// regularisation of its own. For sets, categories in a node are sorted by G / (H + smooth), and of the sums of that order's
/// beginnings and ends the best goes left. What the node has no rows of goes where NaN goes; that is the heavier
/// child where the node has no NaN either.
/// Source   Fisher, On grouping for maximum homogeneity, JASA 53, 1958; Ke et al., LightGBM, NeurIPS 2017, where sets are
///          held back less and exclude one against the rest; by five-fold cross-validation of the training rows of adult and
///          bank-marketing that is worse.
struct CategoryOptions {
  bool sets = true;      // false: categories are split as the numbers that stand for them
  float smooth = 10;     // added to H; a category of fewer rows in the node joins no set
  float lambda = 300;    // added to lambda where sets are judged
  int most = 32;         // categories in a set, at most
  int min_rows = 0;      // that join a set at a time; 0: 100, at most a twentieth of the rows learnt from
  int one_vs_rest = 4;   // up to so many categories in a node no set is tried
};

/// What a tree may do with each column, as the grower reads it. Empty lists say nothing.
struct ColumnRules {
  Buffer<std::int8_t> monotone{};      // 1: leaves do not fall with the column, -1: they do not rise
  Buffer<std::int32_t> categories{};   // how many there are; 0: numbers
  Buffer<std::uint64_t> sets{};        // bit s: the column is in set s of those that may be on a path together
  CategoryOptions category{};

  bool any() const noexcept { return !monotone.empty() || !categories.empty() || !sets.empty(); }
  bool limits() const noexcept { return !monotone.empty(); }
  int sign(int column) const noexcept { return monotone.empty() ? 0 : monotone[static_cast<std::size_t>(column)]; }
  int categories_of(int column) const noexcept {
    return categories.empty() ? 0 : categories[static_cast<std::size_t>(column)];
  }
};

/// What the leaves below a node may say, by the monotone splits above it.
struct LeafLimits {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
};

}  // namespace tutti
