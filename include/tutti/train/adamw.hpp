// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/adam.hpp>

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
    detail::adam_step(*this, u, 1 - u.rate * static_cast<double>(weight_decay),
                      [&](const auto& load) { return load(u.gradients); });
  }
};
static_assert(Optimizer<AdamW>);

}  // namespace tutti
