// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/optimizer.hpp>

#include <cmath>

namespace tutti {

/// Steps in units of the gradient's recent size: g += weight_decay w + l1 sign(w); v = alpha v + (1 - alpha) g^2;
/// b = momentum b + g / (sqrt(v) + epsilon); w -= rate b.
/// Source   Tieleman, Hinton, Lecture 6.5 of Neural networks for machine learning (2012), in PyTorch's form.
struct RMSprop {
  float learning_rate = 0.01f;
  float alpha = 0.99f;
  float momentum = 0;
  float epsilon = 1e-8f;
  float weight_decay = 0;
  float l1 = 0;

  static constexpr int states = 2;

  template <class T>
  void update(const Update<T>& u) const noexcept {
    using V = kernel::Batch<T>;
    const detail::Penalty<T> penalty(weight_decay, l1);
    const V keep(static_cast<T>(alpha)), rest(static_cast<T>(1 - static_cast<double>(alpha)));
    const V mu(static_cast<T>(momentum)), eps(static_cast<T>(epsilon)), rate(static_cast<T>(u.rate));
    T* const size = u.state;
    T* const speed = u.state + u.stride;
    const bool plain = momentum == 0;
    detail::each_register<T>(u.size, [&](const auto& load, const auto& store) {
      const V w = load(u.weights);
      const V g = penalty(load(u.gradients), w);
      const V v = keep * load(size) + rest * (g * g);
      store(v, size);
      V b = g / (xsimd::sqrt(v) + eps);
      if (!plain) {
        b = mu * load(speed) + b;
        store(b, speed);
      }
      store(w - rate * b, u.weights);
    });
  }
};
static_assert(Optimizer<RMSprop>);

}  // namespace tutti
