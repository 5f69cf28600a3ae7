// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/units.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace tutti {

/// Straight lines between knots, flat before the first and behind the last one. NaN stays.
/// Cost     log(knots) comparisons a number.
struct KnottedCurve {
  Buffer<float> x{}, y{};  // x ascends

  float operator()(float v) const noexcept {
    if (v != v) return v;
    const auto above = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), v) - x.begin());
    if (above == 0) return y.front();
    if (above == x.size()) return y.back();
    const double width = static_cast<double>(x[above]) - static_cast<double>(x[above - 1]);
    const double share = (static_cast<double>(v) - static_cast<double>(x[above - 1])) / width;
    return static_cast<float>((1 - share) * static_cast<double>(y[above - 1]) + share * static_cast<double>(y[above]));
  }
  static void visit(auto& self, auto& archive) { archive("x", self.x)("y", self.y); }
  void loaded() const {
    check<FileError>(!x.empty() && x.size() == y.size(), {"a curve: expected as many heights as its ", x.size(), " knots, and a knot"},
                     y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      check<FileError>(std::isfinite(x[i]) && std::isfinite(y[i]), {"a curve: expected finite numbers at knot ", i}, y[i]);
      check<FileError>(i == 0 || x[i - 1] < x[i], {"a curve: expected a knot above ", i == 0 ? 0.0f : x[i - 1]}, x[i]);
    }
  }
};

namespace detail {

/// Neighbours of the same or of falling mean become one block, until the means ascend.
struct PooledBlocks {
  struct Block {
    double mean = 0, weight = 0;
    float first = 0, last = 0;  // x of its ends
  };
  Buffer<Block> blocks{};

  void add(Block b) {
    while (!blocks.empty() && blocks.back().mean >= b.mean) {
      const Block& before = blocks.back();
      const double weight = before.weight + b.weight;
      b = {before.mean + (b.mean - before.mean) * (b.weight / weight), weight, before.first, b.last};
      blocks.pop_back();
    }
    blocks.push_back(b);
  }
};

}  // namespace detail

/// What isotonic_regression is given: numbers to predict from, targets, weights above or at 0.
/// Shapes   all (N).
struct IsotonicRows {
  Buffer<float> x{};
  Buffer<double> y{}, weight{};

  void add(float from, double to, double w) {
    x.push_back(from);
    y.push_back(to);
    weight.push_back(w);
  }
};

/// The ascending curve (or the descending one) with the least sum of w (y - curve(x))^2, by pooling adjacent violators. Rows
/// of the same x count as one, of their weighted mean; a block of the same height has a knot at either end, and between
/// blocks the curve is a straight line.
/// Cost     one sort of the rows.
/// Errors   DataError for an x or y that is not finite, or where no row has a weight above 0.
/// Source   Barlow, Bartholomew, Bremner, Brunk, Statistical inference under order restrictions (1972); scikit-learn 1.2,
///          IsotonicRegression(out_of_bounds="clip").
template <class = void>
[[gnu::cold]] KnottedCurve isotonic_regression(const IsotonicRows& rows, bool increasing = true) {
  detail::SortKeys order;
  for (std::size_t i = 0; i < rows.x.size(); ++i) {
    if (!(rows.weight[i] > 0)) continue;
    check(std::isfinite(rows.x[i]) && std::isfinite(rows.y[i]), {"isotonic regression: row ", i, ": expected finite numbers"},
          std::isfinite(rows.x[i]) ? rows.y[i] : static_cast<double>(rows.x[i]));
    order.push_back({detail::ordered(static_cast<double>(rows.x[i])), static_cast<RowIndex>(i)});
  }
  check(!order.empty(), "isotonic regression: expected a row of a weight above 0", order.size());
  detail::sort_keys(order);
  detail::PooledBlocks pooled;
  for (std::size_t i = 0; i < order.size();) {
    const float x = rows.x[order[i].second];
    double sum = 0, weight = 0;
    for (; i < order.size() && rows.x[order[i].second] == x; ++i) {
      sum += rows.weight[order[i].second] * rows.y[order[i].second];
      weight += rows.weight[order[i].second];
    }
    pooled.add({(increasing ? sum : -sum) / weight, weight, x, x});
  }
  KnottedCurve curve;
  for (const auto& b : pooled.blocks) {
    const auto height = static_cast<float>(increasing ? b.mean : -b.mean);
    for (int end = 0; end < (b.first < b.last ? 2 : 1); ++end) {
      curve.x.push_back(end == 0 ? b.first : b.last);
      curve.y.push_back(height);
    }
  }
  return curve;
}

}  // namespace tutti
