// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/target.hpp>
#include <tutti/kernel/activation.hpp>
#include <tutti/kernel/histogram.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// What gradient boosting lowers for a target: squared error of a Real, log-loss of a Label. Two classes are one log-odds
/// (of class 1), more are a softmax of one score for each class.
/// Source   Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29, 2001.
template <class Y> struct BoostLoss {
  int outputs;

  /// Scores that a row has while it is boosted.
  int scores() const noexcept { return Y::is_label && outputs == 2 ? 1 : outputs; }

  /// Outputs from scores, in place; `out` has room for all outputs, the scores lie in front.
  void finish(const float* score, float* out) const noexcept {
    if constexpr (Y::is_label) {
      if (outputs == 2) {
        const float p = sigmoid(*score);
        out[0] = 1 - p;
        out[1] = p;
        return;
      }
      kernel::softmax(outputs, score, out);
    } else if (out != score) {
      std::copy_n(score, outputs, out);
    }
  }

  /// The constant scores to begin with: mean or log prior. A class without rows gets the prior `rarest`.
  Buffer<float> base(std::span<const typename Y::Element> y, std::span<const float> weight,
                          std::span<const std::uint32_t> rows) const {
    constexpr double rarest = 1e-7;
    double total = 0;
    Buffer<double> sum(static_cast<std::size_t>(outputs));
    for (const std::uint32_t r : rows) {
      const auto w = static_cast<double>(weight[r]);
      total += w;
      if constexpr (Y::is_label) sum[static_cast<std::size_t>(y[r])] += w;
      else sum[0] += w * static_cast<double>(y[r]);
    }
    Buffer<float> score;
    if constexpr (Y::is_label) {
      const auto log_prior = [&](std::size_t k) { return std::log(std::max(sum[k] / total, rarest)); };
      if (outputs == 2) score.push_back(static_cast<float>(log_prior(1) - log_prior(0)));
      else
        for (std::size_t k = 0; k < sum.size(); ++k) score.push_back(static_cast<float>(log_prior(k)));
    } else {
      score.push_back(static_cast<float>(sum[0] / total));
    }
    return score;
  }

  /// Derivatives at one row; score k's go to pair[k * stride]. `p` has room for all outputs.
  void gradients(typename Y::Element y, float weight, const float* score, float* p,
                 kernel::GradientPair* pair, std::ptrdiff_t stride) const noexcept {
    if constexpr (!Y::is_label) {
      *pair = {weight * (*score - y), weight};
    } else if (outputs == 2) {
      const float q = sigmoid(*score);
      *pair = {weight * (q - static_cast<float>(y)), weight * q * (1 - q)};
    } else {
      const float independent =
          static_cast<float>(outputs) / static_cast<float>(std::max(1, outputs - 1));  // K scores, K - 1 free
      finish(score, p);
      for (int k = 0; k < outputs; ++k)
        pair[k * stride] = {weight * (p[k] - static_cast<float>(k == y)),
                            weight * independent * p[k] * (1 - p[k])};
    }
  }

  /// The loss of one row (without its weight), in double.
  double loss(typename Y::Element y, const float* score) const noexcept {
    if constexpr (!Y::is_label) {
      const double d = static_cast<double>(*score) - static_cast<double>(y);
      return d * d;
    } else if (outputs == 2) {
      const double margin = (y == 1 ? 1.0 : -1.0) * static_cast<double>(*score);
      return margin > 0 ? std::log1p(std::exp(-margin)) : std::log1p(std::exp(margin)) - margin;
    } else {
      const auto most = static_cast<double>(*std::max_element(score, score + outputs));
      double sum = 0;
      for (int k = 0; k < outputs; ++k) sum += std::exp(static_cast<double>(score[k]) - most);
      return std::log(sum) + most - static_cast<double>(score[y]);
    }
  }

 private:
  static float sigmoid(float z) noexcept {
    const float e = std::exp(-std::fabs(z));
    return z >= 0 ? 1 / (1 + e) : e / (1 + e);
  }
};

}  // namespace tutti
