// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/pointwise.hpp>

namespace tutti {

/// y = max(x, 0), number by number; NaN stays NaN.
/// Shapes   any -> the same.
struct ReLU {
  static constexpr Shape infer(Shape in) { return in; }
  template <class T>
  static constexpr kernel::Relu<T> function() { return {}; }
  template <class In, class T>
  using Bind = Pointwise<ReLU, T>;
};

}  // namespace tutti
