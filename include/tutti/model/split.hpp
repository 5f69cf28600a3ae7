// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/gradient_statistics.hpp>
#include <tutti/model/marks.hpp>

#include <cmath>
#include <limits>

namespace tutti {

/// Where to part a node: bins up to `left` of a column go left, from `right` on (the next bin that has rows) go right;
/// `right` is the code of NaN when all numbers go left and NaN alone goes right. Categories are parted by a set of bins.
struct Split {
  double score = std::numeric_limits<double>::lowest();
  int column = -1, left = 0, right = 0;
  bool missing_left = false;
  bool by_set = false;                    // of categories: the bins in `set` go left, of those in `seen`, which have rows
  Marks set{}, seen{};
  double left_value = 0, right_value = 0;  // of leaves in its place, where rules hold them within limits

  /// Whether this is better than `other` by more than rounding: which of two equally good splits is made must not hang on
  /// the last bit of a sum.
  bool beats(const Split& other) const noexcept {
    return score > other.score + 1e-12 * std::fabs(other.score);
  }
};

namespace detail {

/// Scores a split whose leaves are held within limits; false if their order goes against `sign`, the order of the column.
/// Source   XGBoost, Monotonic constraints: a leaf below such a split stays on its side of the middle of both.
inline bool limited(const GradientStatistics& statistics, const double* left, const double* whole, const LeafLimits& limits, int sign,
                    Split& split) noexcept {
  const double right[3] = {whole[0] - left[0], whole[1] - left[1], whole[2] - left[2]};
  split.left_value = statistics.step(left, limits);
  split.right_value = statistics.step(right, limits);
  if ((sign > 0 && split.left_value > split.right_value) || (sign < 0 && split.left_value < split.right_value)) return false;
  split.score = statistics.score(left, split.left_value) + statistics.score(right, split.right_value);
  return true;
}

}  // namespace detail
}  // namespace tutti
