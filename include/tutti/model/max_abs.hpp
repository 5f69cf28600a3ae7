// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/scaled_columns.hpp>

namespace tutti {

/// Each column divided by its greatest absolute value in training: zeros stay zeros. A column of zeros stays, NaN stays
/// NaN, other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: one pass; transform: 2 flops for each number.
/// Errors   FitError without a row of positive weight, or when a column holds an infinite number. Rows of weight 0 do
///          not count, all others do alike.
/// Source   scikit-learn 1.2, MaxAbsScaler.
struct MaxAbs {
  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }
  using Model = ScaledColumns;

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto&, auto&) {}
};

}  // namespace tutti
