// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/optimizer.hpp>

namespace tutti {

/// Stochastic gradient descent: g += weight_decay w + l1 sign(w); v = momentum v + g; w -= rate v (nesterov: rate (g +
/// momentum v)).
/// Source   Sutskever et al., On the importance of initialization and momentum (ICML 2013), in PyTorch's
///          form.
struct SGD {
  float learning_rate = 0.01f;
  float momentum = 0;
  bool nesterov = false;
  float weight_decay = 0;
  float l1 = 0;

  static constexpr int states = 1;

  template <class T>
  void update(const Update<T>& u) const noexcept {
    using V = kernel::Batch<T>;
    const detail::Penalty<T> penalty(weight_decay, l1);
    const V mu(static_cast<T>(momentum)), rate(static_cast<T>(u.rate));
    const bool plain = momentum == 0, ahead = nesterov;
    detail::each_register<T>(u.size, [&](const auto& load, const auto& store) {
      const V w = load(u.weights);
      V g = penalty(load(u.gradients), w);
      if (!plain) {
        const V v = mu * load(u.state) + g;
        store(v, u.state);
        g = ahead ? g + mu * v : v;
      }
      store(w - rate * g, u.weights);
    });
  }
};
static_assert(Optimizer<SGD>);

}  // namespace tutti
