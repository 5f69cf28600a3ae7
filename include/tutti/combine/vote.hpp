// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee.hpp>

namespace tutti {

/// Majority vote: y_k = sum_m w_m [argmax y_m = k]; ties go to the lowest label. Its outputs are the shares of the vote.
/// Shapes   every member (N, K) -> (N, K).
/// Cost     the sum of its members' + N K members.
/// Errors   at compile time: targets that are no labels, members that predict numbers.
/// Source   Kuncheva, Combining Pattern Classifiers, 2nd ed., §4.3.
struct VoteRule {
  static constexpr bool shows_outputs = false;  // a head sees votes

  static void add(std::span<const float> member, float weight, std::span<float> y) noexcept {
    std::size_t best = 0;
    for (std::size_t k = 1; k < member.size(); ++k)
      if (member[k] > member[best]) best = k;
    y[best] += weight;
  }
};

template <class... Members>
struct Behaviour<Vote<Members...>> : detail::CommitteeBehaviour<Vote<Members...>, VoteRule> {
  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (!Y::is_label) return std::type_identity<error::Mismatch<Vote<Members...>, error::GetsType<Y>, error::labels_to_vote_on>>{};
    else return detail::diagnose_committee<Vote<Members...>, X, Y>();
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;
};

}  // namespace tutti
