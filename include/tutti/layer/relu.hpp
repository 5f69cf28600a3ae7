// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/activation.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// y = max(x, 0), number by number; NaN stays NaN.
/// Shapes   any -> the same.
struct ReLU {
  static constexpr Shape infer(Shape in) { return in; }

  template <class In, class T>
  struct Bind {
    static constexpr bool in_place = true;                               // y may be x, in prediction

    void forward(Rows<const T> x, Rows<T> y) const noexcept { kernel::relu<T>(x.size(), x.data(), y.data()); }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
      kernel::relu_backward<T>(x.size(), x.data(), dy.data(), dx.data());
    }
  };
};

}  // namespace tutti
