// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/shape.hpp>
#include <tutti/model/tree_leaf.hpp>
#include <tutti/model/tree_mean.hpp>

#include <cmath>
#include <cstddef>

namespace tutti {

/// How unusual a row is: -2^(-E[h] / c(n)), where h is the number of random splits that part it from n other rows, and c(n)
/// what it is on average: about -0.5 for usual rows, down to -1 for outliers. As scikit-learn's score_samples. It needs no
/// targets: a transform, fitted alone or in front of an estimator, which then sees the score in place of the columns.
/// `contamination` is the share of the training rows that are to count as outliers; 0: those with a score below -0.5.
/// NaN parts rows like a number above all.
/// Shapes   x (columns) -> (1), the score.
/// Cost     fit: trees x rows x log2(rows), trees side by side; transform: trees x log2(rows) comparisons.
/// Errors   FitError when trees or rows is below 1, columns below 0 or contamination not in [0, 0.5].
/// Source   Liu, Ting, Zhou, Isolation forest, ICDM 2008.
struct IsolationForest {
  int trees = 100;
  int rows = 256;           // drawn for each tree, at most
  float contamination = 0;
  bool bootstrap = false;   // draw rows with replacement

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .flags = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(1); }

  /// c(n): the average depth at which a search in a binary tree of n rows ends without success.
  static double average_depth(double n) noexcept {
    constexpr double euler = 0.57721566490153286;
    return n <= 1 ? 0 : n <= 2 ? 1 : 2 * (std::log(n - 1) + euler) - 2 * (n - 1) / n;
  }

  template <class X, class Y> struct Model {
    TreeTable trees{};       // leaves: their depth, and that of a tree of their rows
    double average = 0;      // c of the rows drawn for a tree
    double offset = -0.5;    // rows with a lower score are outliers

    static constexpr int width() { return 1; }
    double score(const ViewOf<X>& x) const noexcept {
      double depth = 0;
      for (std::ptrdiff_t t = 0; t < trees.trees(); ++t)
        depth += static_cast<double>(detail::leaf_of(trees, trees.root(t), x).values[0]);
      const double all = static_cast<double>(trees.trees()) * average;
      return -std::exp2(all > 0 ? -depth / all : -1.0);
    }
    bool outlier(const ViewOf<X>& x) const noexcept { return score(x) < offset; }
    template <class T> void transform(const ViewOf<X>& x, T* out) const noexcept { *out = static_cast<T>(score(x)); }

    static void visit(auto& self, auto& archive) { archive("trees", self.trees)("average", self.average)("offset", self.offset); }
    void check_extents(int columns, int) const {
      check<FileError>(trees.columns() == columns, {"trees: expected ", columns, " columns"}, trees.columns());
    }
    void loaded() const {
      detail::check_columns<X>(trees);
      check<FileError>(trees.trees() > 0, "trees: expected at least one tree", trees.trees());
      check<FileError>(trees.leaf_width() == 1, "trees: expected one number in a leaf", trees.leaf_width());
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("trees", self.trees)("rows", self.rows)("contamination", self.contamination)("bootstrap", self.bootstrap);
  }
};

}  // namespace tutti
