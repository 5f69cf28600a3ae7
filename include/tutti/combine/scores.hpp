// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/rows.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// How scores of a regressor on one-hot targets become probabilities: p_k = m_k^s / sum_j m_j^s, m = max(z, floor).
/// A score estimates a probability but for the shrinkage and noise near 0 that the floor cuts off. The likeliest class
/// stays; no class is impossible. A row with NaN becomes NaN.
struct ScoreLink {
  float floor = 0.01f;
  float sharpness = 1;  // s

  void apply(std::span<float> z) const noexcept {
    float sum = 0;
    for (float& v : z) sum += v = v < floor ? std::pow(floor, sharpness) : std::pow(v, sharpness);
    for (float& v : z) v /= sum;
  }
  static void visit(auto& self, auto& archive) { archive("floor", self.floor)("sharpness", self.sharpness); }
};

/// Scores of rows beside the truth: what a link is fitted on.
struct ScoredRows {
  int classes = 0;
  Buffer<float> scores{};        // row after row
  Buffer<std::int32_t> labels{};
  Buffer<float> weight{};
};

namespace detail {
/// The weighted sum of -log p(label) under a link.
inline double loss_of(const ScoreLink& link, const ScoredRows& rows) {
  const auto k = static_cast<std::size_t>(rows.classes);
  const auto logarithm = [&](float z) { return std::log(static_cast<double>(z < link.floor ? link.floor : z)); };
  double loss = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const float* z = rows.scores.data() + i * k;
    const double truth = logarithm(z[rows.labels[i]]), s = static_cast<double>(link.sharpness);
    double sum = 0;
    for (std::size_t c = 0; c < k; ++c) sum += std::exp(s * (logarithm(z[c]) - truth));
    loss += static_cast<double>(rows.weight[i]) * std::log(sum);
  }
  return loss;
}

/// The likeliest sharpness for a floor: the loss is convex in it; golden section on [1/4, 8].
inline ScoreLink sharpest(float floor, const ScoredRows& rows) {
  const float golden = 0.618034f;
  float low = -2, high = 3;  // log2 s
  const auto at = [&](float x) { return loss_of({floor, std::exp2(x)}, rows); };
  float a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = at(a), at_b = at(b);
  for (int step = 0; step < 16; ++step) {
    if (at_a <= at_b) {
      high = b, b = a, at_b = at_a;
      at_a = at(a = high - golden * (high - low));
    } else {
      low = a, a = b, at_a = at_b;
      at_b = at(b = low + golden * (high - low));
    }
  }
  return {floor, std::exp2((low + high) / 2)};
}
}  // namespace detail

/// The link that makes the labels likeliest, out of six floors from 1 / (2 K) down to 1 / (64 K).
/// Cost     about a hundred passes over the rows.
inline ScoreLink likeliest_link(const ScoredRows& rows) {
  ScoreLink best = detail::sharpest(0.5f / static_cast<float>(rows.classes), rows);
  double least = detail::loss_of(best, rows);
  for (int halvings = 1; halvings < 6; ++halvings) {
    const ScoreLink link = detail::sharpest(std::ldexp(0.5f, -halvings) / static_cast<float>(rows.classes), rows);
    const double loss = detail::loss_of(link, rows);
    if (loss < least) best = link, least = loss;
  }
  return best;
}

}  // namespace tutti
