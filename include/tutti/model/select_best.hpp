// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/selected_columns.hpp>

namespace tutti {

/// How well one column alone tells the target: F of a one-way analysis of variance (labels) or of a simple regression
/// (numbers), or chi-squared between a column of counts and the label.
enum class Score : int { f, chi2 };

/// Keeps the columns that score best against the target: the k best, or a percentile of them. Ties at the end go to the
/// later columns for k, to the earlier for a percentile; a column without a score (a constant) comes last. Other columns
/// than numbers and dates are not judged, and kept.
/// Shapes   x (n) -> y (the columns that are kept).
/// Cost     fit: two passes; transform: a copy.
/// Errors   FitError without a row of positive weight or a column to keep, for k < 1 or a percentile outside of [0, 100],
///          chi2 of numbers or of a column below 0. Rows of weight w count as w copies.
/// Source   scikit-learn 1.2, SelectKBest, SelectPercentile with f_classif, f_regression, chi2.
struct SelectBest {
  int k = 10;
  double percentile = 0;  // 0: k
  Score score = Score::f;

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }
  using Model = SelectedColumns;

  template <class X, class Y>
    requires(Y::width == 1)
  Model fit(const Dataset<X, Y>& data, const Context& context)
  const;

  static void visit(auto& self, auto& archive) { archive("k", self.k)("percentile", self.percentile); }
};

}  // namespace tutti
