// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/model/neighbour_index.hpp>

#include <span>

namespace tutti {

/// The k nearest training rows decide: the shares of their classes, the mean of their numbers, the shares of their flags.
/// Each neighbour counts as its row weight, with `by_distance` as its weight / distance; rows at distance 0, where there
/// are some, then decide alone. The same as scikit-learn's KNeighborsClassifier and -Regressor.
/// Exact: of rows that are equally far, those that came first are the nearer ones. Rows of weight 0 are no neighbours.
/// Columns count as they are: where units differ, Cascade{Standardize{}, KNN{}}. NaN: refused in fitting; a row with NaN
/// has no neighbours, and NaN as its outputs.
/// Shapes   x (columns) -> y: K probabilities for a Label or Flags, 1 number for Real, K for Reals.
/// Cost     fit: a tree of few columns; of more one look at the numbers, which stay where the dataset has them and live as
///          long as the model. predict: few columns (at most `tree_columns`) by a k-d tree, about log(rows) blocks of 32
///          rows; more columns 2 rows columns flops in float, which leave few rows to be measured in double, and one pass over
///          the training rows for 64 rows at once. Manhattan and the like without a tree: 3 rows columns in double.
/// Errors   FitError when neighbours is below 1 or above the rows of positive weight, p is below 1, or an input or a
///          target is not finite.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §13.3; the tree: Friedman,
///          Bentley, Finkel, An algorithm for finding best matches in logarithmic expected time, ACM TOMS 3 (1977).
struct KNN {
  int neighbours = 5;
  Distance distance = Distance::euclidean;
  float p = 2;  // of minkowski
  bool by_distance = false;
  int tree_columns = 16;  // 0: no tree

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .probabilities = true};

  template <class X, class Y> struct Model {
    NeighbourIndex index{};
    Buffer<typename Y::Element> targets{};  // (rows, numbers in a target)
    Buffer<float> weight{};                 // empty: all 1
    int neighbours = 1, outputs_of_row = 0;
    bool by_distance = false;

    std::size_t workspace_bytes(std::ptrdiff_t rows) const {
      return workspace_bytes_of<float>(rows * index.width) + workspace_bytes_of<Neighbour>(rows * neighbours) +
             workspace_bytes_of<double>(outputs_of_row);
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      constexpr std::ptrdiff_t at_once = 64;
      float* const rows = w.take<float>(std::ssize(x) * index.width);
      Neighbour* const found = w.take<Neighbour>(std::ssize(x) * neighbours);
      double* const sums = w.take<double>(y.width());
      for (std::size_t i = 0; i < x.size(); ++i) x[i].copy_to(rows + static_cast<std::ptrdiff_t>(i) * index.width);
      for (std::ptrdiff_t i = 0; i < std::ssize(x); i += at_once)
        find_nearest(index, rows + i * index.width, std::min(at_once, std::ssize(x) - i), neighbours, found + i * neighbours);
      for (std::ptrdiff_t i = 0; i < std::ssize(x); ++i) vote(found + i * neighbours, sums, y.row(i));
    }
    /// The nearest training rows of positive weight, counted from 0, the nearest first.
    Buffer<Neighbour> nearest(const ViewOf<X>& x) const {
      Buffer<float> row(static_cast<std::size_t>(index.width));
      Buffer<Neighbour> found(static_cast<std::size_t>(neighbours));
      x.copy_to(row.data());
      find_nearest(index, row.data(), 1, neighbours, found.data());
      return found;
    }

    static void visit(auto& self, auto& archive) {
      archive("index", self.index)("targets", self.targets)("weight", self.weight)("neighbours", self.neighbours)(
          "outputs", self.outputs_of_row)("by_distance", self.by_distance);
    }
    void check_extents(int columns, int outputs) const {
      check<FileError>(index.width == columns && outputs_of_row == outputs,
                       {"expected rows of ", columns, " columns for ", outputs, " outputs"}, index.width);
    }
    void loaded() const {
      const std::size_t rows = index.rows, width = Y::is_label ? 1 : static_cast<std::size_t>(outputs_of_row);
      check<FileError>(neighbours >= 1 && static_cast<std::size_t>(neighbours) <= rows,
                       {"expected 1 to ", rows, " neighbours"}, neighbours);
      check<FileError>(outputs_of_row >= 1 && (Y::outputs == Dynamic || outputs_of_row == Y::outputs),
                       {"expected ", Y::outputs, " outputs"}, outputs_of_row);
      check<FileError>(targets.size() == rows * width, {"expected the targets of ", rows, " rows"}, targets.size());
      check<FileError>(weight.empty() || weight.size() == rows, {"expected ", rows, " weights"}, weight.size());
      if constexpr (Y::is_label)
        for (const auto c : targets) check<FileError>(c >= 0 && c < outputs_of_row, {"expected a class below ", outputs_of_row}, c);
    }

   private:
    void vote(const Neighbour* found, double* sums, std::span<float> y) const noexcept {
      const bool touches = by_distance && found[0].distance == 0;
      double all = 0;
      std::fill_n(sums, y.size(), 0.0);
      for (int k = 0; k < neighbours; ++k) {
        const std::size_t row = found[k].row;
        double share = weight.empty() ? 1.0 : static_cast<double>(weight[row]);
        if (touches) share = found[k].distance == 0 ? share : 0.0;
        else if (by_distance) share /= found[k].distance;
        else share += 0 * found[k].distance;  // NaN where nothing was found
        all += share;
        if constexpr (Y::is_label) sums[targets[row]] += share;
        else
          for (std::size_t c = 0; c < y.size(); ++c) sums[c] += share * static_cast<double>(targets[row * y.size() + c]);
      }
      for (std::size_t c = 0; c < y.size(); ++c) y[c] = static_cast<float>(sums[c] / all);
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("neighbours", self.neighbours)("distance", self.distance)("p", self.p)("by_distance", self.by_distance)(
        "tree_columns", self.tree_columns);
  }
};

}  // namespace tutti
