// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/scaled_columns.hpp>

namespace tutti {

/// Each column by what outliers do not move: y = (x - median) / (its high quantile - its low quantile). A range of 0
/// counts as 1, NaN stays NaN, other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: a sort of each column; transform: 2 flops for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or unless 0 <= low <= high
///          <= 1. Rows of weight w count as w copies.
/// Source   scikit-learn 1.2, RobustScaler.
struct Robust {
  double low = 0.25, high = 0.75;
  bool centre = true, scale = true;
  bool unit_variance = false;  // of a normal column: the range is divided by that of a standard normal one

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }
  using Model = ScaledColumns;

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) {
    archive("low", self.low)("high", self.high)("centre", self.centre)("scale", self.scale);
    archive("unit_variance", self.unit_variance);
  }
};

}  // namespace tutti
