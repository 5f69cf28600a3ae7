// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/selected_columns.hpp>

namespace tutti {

/// Keeps the columns whose variance in training is above a threshold: by default those that are not constant. NaN does
/// not count; other columns than numbers and dates are kept.
/// Shapes   x (n) -> y (the columns that are kept).
/// Cost     fit: two passes; transform: a copy.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number or none is kept.
/// Source   scikit-learn 1.2, VarianceThreshold.
struct VarianceFilter {
  double threshold = 0;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }
  using Model = SelectedColumns;

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) { archive("threshold", self.threshold); }
};

}  // namespace tutti
