// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee.hpp>

namespace tutti {

/// y = sum_m w_m y_m, the weighted mean of the members' probabilities or numbers; weights are uniform or given.
/// Shapes   every member (N, outputs) -> (N, outputs).
/// Cost     the sum of its members' + N outputs members.
/// Errors   FitError for weights that are negative, not finite or sum to 0.
struct MeanRule {
  static constexpr bool shows_outputs = true;  // a head sees what members say

  static void add(std::span<const float> member, float weight, std::span<float> y) noexcept {
    for (std::size_t k = 0; k < y.size(); ++k) y[k] += weight * member[k];
  }
};

template <class... Members>
struct Behaviour<Average<Members...>> : detail::CommitteeBehaviour<Average<Members...>, MeanRule> {
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_committee<Average<Members...>, X, Y>())::type;
};

}  // namespace tutti
