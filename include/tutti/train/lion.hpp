// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/optimizer.hpp>

namespace tutti {

/// Steps of one size, by sign: w -= rate (sign(beta1 m + (1 - beta1) g) + weight_decay w); m = beta2 m + (1 -
/// beta2) g. The learning rate is three to ten times smaller than AdamW's, the decay as much larger.
/// Source   Chen et al., Symbolic discovery of optimization algorithms (2023), algorithm 2.
struct Lion {
  float learning_rate = 1e-4f;
  float beta1 = 0.9f;
  float beta2 = 0.99f;
  float weight_decay = 0.1f;

  static constexpr int states = 1;

  template <class T>
  void update(const Update<T>& u) const noexcept {
    using V = kernel::Batch<T>;
    const V keep(static_cast<T>(1 - u.rate * static_cast<double>(weight_decay)));
    const V b1(static_cast<T>(beta1)), rest1(static_cast<T>(1 - static_cast<double>(beta1)));
    const V b2(static_cast<T>(beta2)), rest2(static_cast<T>(1 - static_cast<double>(beta2)));
    const T rate = static_cast<T>(u.rate);
    detail::each_register<T>(u.size, [&](const auto& load, const auto& store) {
      const V g = load(u.gradients), m = load(u.state);
      store(keep * load(u.weights) - detail::signed_like<T>(b1 * m + rest1 * g, rate), u.weights);
      store(b2 * m + rest2 * g, u.state);
    });
  }
};
static_assert(Optimizer<Lion>);

}  // namespace tutti
