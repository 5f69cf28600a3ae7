// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/pointwise.hpp>

namespace tutti {

// Activations beside ReLU, number by number; NaN stays NaN. Each costs one pass over the numbers.

/// y = x where x > 0, slope x elsewhere.
/// Shapes   any -> the same.
/// Source   Maas et al., Rectifier nonlinearities improve neural network acoustic models (ICML 2013).
struct LeakyReLU {
  float slope = 0.01f;

  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("slope", self.slope); }
  template <class T>
  constexpr kernel::LeakyRelu<T> function() const { return {static_cast<T>(slope)}; }
  template <class In, class T>
  using Bind = Pointwise<LeakyReLU, T>;
};

/// y = x where x > 0, alpha (e^x - 1) elsewhere.
/// Shapes   any -> the same.
/// Source   Clevert et al., Fast and accurate deep network learning by exponential linear units (ICLR 2016).
struct ELU {
  float alpha = 1;

  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("alpha", self.alpha); }
  template <class T>
  constexpr kernel::Elu<T> function() const { return {static_cast<T>(alpha)}; }
  template <class In, class T>
  using Bind = Pointwise<ELU, T>;
};

/// y = x P(x), where P(x) = (1 + erf(x / sqrt 2)) / 2: not the approximation by tanh.
/// Shapes   any -> the same.
/// Source   Hendrycks, Gimpel, Gaussian error linear units (arXiv:1606.08415).
struct GELU {
  static constexpr Shape infer(Shape in) { return in; }
  template <class T>
  static constexpr kernel::Gelu<T> function() { return {}; }
  template <class In, class T>
  using Bind = Pointwise<GELU, T>;
};

/// y = x / (1 + e^-x).
/// Shapes   any -> the same.
/// Source   Elfwing et al., Sigmoid-weighted linear units (Neural Networks 107, 2018).
struct SiLU {
  static constexpr Shape infer(Shape in) { return in; }
  template <class T>
  static constexpr kernel::Silu<T> function() { return {}; }
  template <class In, class T>
  using Bind = Pointwise<SiLU, T>;
};

/// y = 1 / (1 + e^-x). A net that ends in probabilities needs none: its loss owns it.
/// Shapes   any -> the same.
struct Sigmoid {
  static constexpr Shape infer(Shape in) { return in; }
  template <class T>
  static constexpr kernel::Logistic<T> function() { return {}; }
  template <class In, class T>
  using Bind = Pointwise<Sigmoid, T>;
};

/// y = tanh(x).
/// Shapes   any -> the same.
struct Tanh {
  static constexpr Shape infer(Shape in) { return in; }
  template <class T>
  static constexpr kernel::HyperbolicTangent<T> function() { return {}; }
  template <class In, class T>
  using Bind = Pointwise<Tanh, T>;
};

/// y = x min(max(x + 3, 0), 6) / 6.
/// Shapes   any -> the same.
/// Source   Howard et al., Searching for MobileNetV3 (ICCV 2019).
struct HardSwish {
  static constexpr Shape infer(Shape in) { return in; }
  template <class T>
  static constexpr kernel::HardSwish<T> function() { return {}; }
  template <class In, class T>
  using Bind = Pointwise<HardSwish, T>;
};

}  // namespace tutti
