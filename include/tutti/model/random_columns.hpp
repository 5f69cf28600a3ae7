// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/selected_columns.hpp>

namespace tutti {

/// Keeps some columns, drawn at random by the place in the composition: each member of Bag{Cascade{RandomColumns{}, m}} has its
/// own random subspace. Of what kind columns are does not matter; NaN passes.
/// Shapes   x (n) -> y (round(share n), at least 1), in the order of the input.
/// Cost     transform: a copy.
/// Errors   FitError for a share that is not above 0 and at most 1.
/// Source   Ho, The random subspace method for constructing decision forests, IEEE PAMI 20 (1998).
struct RandomColumns {
  float share = 0.5f;

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }
  using Model = SelectedColumns;

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) { archive("share", self.share); }
};

}  // namespace tutti
