// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/selected_columns.hpp>

namespace tutti {

/// How well one column alone tells the target: F of a one-way analysis of variance (labels) or of a simple regression
/// (numbers), chi-squared between a column of counts and the label, or mutual information, which sees what is no line too.
enum class Score : int { f, chi2, mutual_information };

/// Keeps the columns that score best against the target: the k best, or a percentile of them. Ties at the end go to the
/// later columns for k, to the earlier for a percentile; a column without a score (a constant) comes last. Other columns
/// than numbers and dates are not judged, and kept; mutual information judges categories as well.
/// Mutual information is that of the rows, in nats, by their nearest neighbours: Kraskov's estimate of two numbers, Ross's
/// of a number and a class, the plain sum of two classes. Numbers stand in units of their deviation, with a noise of 1e-10
/// of that which keeps equal ones apart; it depends on the seed alone. A constant has 0.
/// Shapes   x (n) -> y (the columns that are kept).
/// Cost     fit: two passes; mutual information N log N for each column, of two numbers N sqrt(neighbours N), on all cores;
///          transform: a copy.
/// Errors   FitError without a row of positive weight or a column to keep, for k < 1 or a percentile outside of [0, 100],
///          chi2 of numbers or of a column below 0; mutual information of weights that differ. Otherwise rows of weight w
///          count as w copies.
/// Source   scikit-learn 1.2, SelectKBest, SelectPercentile with f_classif, f_regression, chi2, mutual_info_classif,
///          mutual_info_regression.
struct SelectBest {
  int k = 10;
  double percentile = 0;  // 0: k
  Score score = Score::f;
  int neighbours = 3;       // of mutual information: more vary less from sample to sample, and see less
  Buffer<int> discrete{};  // of mutual information: columns whose numbers are classes, beside those of categories

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
