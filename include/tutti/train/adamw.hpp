// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/optimizer.hpp>

#include <cmath>

namespace tutti {

/// Adam with decoupled weight decay: w -= rate weight_decay w; m = beta1 m + (1 - beta1) g; v = beta2 v + (1
/// - beta2) g^2; w -= rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
/// Source   Loshchilov, Hutter, Decoupled weight decay regularization (ICLR 2019), in PyTorch's form.
struct AdamW {
  float learning_rate = 1e-3f;
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-8f;
  float weight_decay = 0.01f;

  static constexpr int states = 2;

  template <class T>
  void update(const Update<T>& u) const noexcept {
    using V = kernel::Batch<T>;
    const double t = static_cast<double>(u.step);
    const double correction1 = 1 - std::pow(static_cast<double>(beta1), t),
                 correction2 = 1 - std::pow(static_cast<double>(beta2), t);
    const V keep(static_cast<T>(1 - u.rate * static_cast<double>(weight_decay)));
    const V b1(static_cast<T>(beta1)), rest1(static_cast<T>(1 - static_cast<double>(beta1)));
    const V b2(static_cast<T>(beta2)), rest2(static_cast<T>(1 - static_cast<double>(beta2)));
    const V step(static_cast<T>(u.rate / correction1)), root(static_cast<T>(std::sqrt(correction2))),
        eps(static_cast<T>(epsilon));
    T* const first = u.state;
    T* const second = u.state + u.stride;
    detail::each_register<T>(u.size, [&](const auto& load, const auto& store) {
      const V g = load(u.gradients);
      const V m = b1 * load(first) + rest1 * g;
      const V v = b2 * load(second) + rest2 * (g * g);
      store(m, first);
      store(v, second);
      store(keep * load(u.weights) - step * m / (xsimd::sqrt(v) / root + eps), u.weights);
    });
  }
};
static_assert(Optimizer<AdamW>);

}  // namespace tutti
