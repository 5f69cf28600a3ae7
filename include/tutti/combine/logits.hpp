// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/target.hpp>

#include <cmath>
#include <cstddef>
#include <span>

namespace tutti {

/// Probabilities as logits. Of K classes z_k = log p_k - mean_j log p_j, whose softmax is p again; of flags, each by itself,
/// z = log p - log(1 - p). What is below 2^-20 counts as 2^-20, so that no logit is infinite; NaN stays.
/// Source   Aitchison, The statistical analysis of compositional data, JRSS B 44 (1982): the centred log-ratio.
template <class Y> void to_logits(std::span<float> p) noexcept {
  constexpr float least = 0x1p-20f;
  const auto logarithm = [](float v) { return std::log(v < least ? least : v); };
  if constexpr (is_flags<Y>) {
    for (float& v : p) v = logarithm(v) - logarithm(1 - v);
  } else {
    double sum = 0;
    for (float& v : p) sum += static_cast<double>(v = logarithm(v));
    const auto mean = static_cast<float>(sum / static_cast<double>(p.size()));
    for (float& v : p) v -= mean;
  }
}

}  // namespace tutti
