// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/pointwise.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// The Bind of a layer that maps number by number: `layer.function<T>()` is one of the functions of
/// kernel/pointwise.hpp, or another with the same members.
/// Shapes   any -> the same.
template <class L, class T>
struct Pointwise {
  static constexpr bool in_place = true;                                 // y may be x, in prediction
  using Function = decltype(std::declval<const L&>().template function<T>());
  static constexpr bool undoes_in_place = requires { requires Function::slope_of_output; };
  Function f;

  template <class In>
  constexpr Pointwise(const L& layer, In) : f(layer.template function<T>()) {}

  void forward(Rows<const T> x, Rows<T> y) const noexcept {
    kernel::pointwise<T>(x.size(), f, x.data(), y.data());
  }
  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx) const noexcept {
    kernel::pointwise_backward<T>(x.size(), f, x.data(), y.data(), dy.data(), dx.data());
  }
};

}  // namespace tutti
