// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/activation.hpp>
#include <tutti/model/any_objective.hpp>

#include <algorithm>
#include <cmath>

namespace tutti {

/// Scores of gradient boosting and the outputs that they mean: two classes are one log-odds (of class 1), more are a
/// softmax of one score for each class, a number is its score or the exponential of it.
template <class Y> struct BoostScores {
  int outputs;
  Link link = Link::identity;

  /// Scores that a row has while it is boosted.
  int count() const noexcept { return Y::is_label && outputs == 2 ? 1 : outputs; }

  /// Outputs from scores; `out` has room for all outputs and may be where the scores lie.
  void finish(const float* score, float* out) const noexcept {
    if constexpr (Y::is_label) {
      if (outputs == 2) {
        const float e = std::exp(-std::fabs(*score));
        const float p = *score >= 0 ? 1 / (1 + e) : e / (1 + e);
        out[0] = 1 - p;
        out[1] = p;
        return;
      }
      kernel::softmax(outputs, score, out);
    } else if (link == Link::log) {
      for (int k = 0; k < outputs; ++k) out[k] = std::exp(score[k]);
    } else if (out != score) {
      std::copy_n(score, outputs, out);
    }
  }
};

}  // namespace tutti
