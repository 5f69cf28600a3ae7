// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/optimizer.hpp>

#include <cmath>

namespace tutti {

namespace detail {
/// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = keep w - rate / (1 - beta1^t) m / (sqrt(v) /
/// sqrt(1 - beta2^t) + epsilon), where g = gradient(load): what Adam and AdamW have in common.
template <class T, class O, class Gradient>
void adam_step(const O& o, const Update<T>& u, double keep_weights, const Gradient& gradient) noexcept {
  using V = kernel::Batch<T>;
  const double t = static_cast<double>(u.step);
  const double correction1 = 1 - std::pow(static_cast<double>(o.beta1), t),
               correction2 = 1 - std::pow(static_cast<double>(o.beta2), t);
  const V keep(static_cast<T>(keep_weights));
  const V b1(static_cast<T>(o.beta1)), rest1(static_cast<T>(1 - static_cast<double>(o.beta1)));
  const V b2(static_cast<T>(o.beta2)), rest2(static_cast<T>(1 - static_cast<double>(o.beta2)));
  const V step(static_cast<T>(u.rate / correction1)), of_root(static_cast<T>(1 / std::sqrt(correction2))),
      eps(static_cast<T>(o.epsilon));
  T* const first = u.state;
  T* const second = u.state + u.stride;
  each_register<T>(u.size, [&](const auto& load, const auto& store) {
    const V g = gradient(load);
    const V m = b1 * load(first) + rest1 * g;
    const V v = b2 * load(second) + rest2 * (g * g);
    store(m, first);
    store(v, second);
    store(keep * load(u.weights) - step * m / (xsimd::sqrt(v) * of_root + eps), u.weights);
  });
}
}  // namespace detail

/// Adam: g += weight_decay w + l1 sign(w); m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= rate /
/// (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon). Decay that does not depend on v is AdamW's.
/// Source   Kingma, Ba, Adam: a method for stochastic optimization (ICLR 2015), in PyTorch's form.
struct Adam {
  float learning_rate = 1e-3f;
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-8f;
  float weight_decay = 0;
  float l1 = 0;

  static constexpr int states = 2;

  template <class T>
  void update(const Update<T>& u) const noexcept {
    const detail::Penalty<T> penalty(weight_decay, l1);
    detail::adam_step(*this, u, 1, [&](const auto& load) { return penalty(load(u.gradients), load(u.weights)); });
  }
};
static_assert(Optimizer<Adam>);

}  // namespace tutti
