// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/held_out_members.hpp>
#include <tutti/combine/learnt_weights.hpp>
#include <tutti/combine/weights_policies.hpp>

namespace tutti::detail {

/// Weights as a model keeps them: their sum is 1.
/// Errors   DataError for other than `members` weights, for one that is negative or not finite, for a sum that is not above 0.
template <class = void>
[[gnu::cold]] Buffer<float> scaled_weights(const Buffer<double>& weights, std::size_t members) {
  check(weights.size() == members, {"expected a weight for each of ", members, " members"}, weights.size());
  double sum = 0;
  for (const double w : weights) {
    check(w >= 0 && std::isfinite(w), "expected weights that are finite and not negative", w);
    sum += w;
  }
  check(sum > 0 && std::isfinite(sum), "expected weights with a sum above 0", sum);
  Buffer<float> scaled;
  for (const double w : weights) scaled.push_back(static_cast<float>(w / sum));
  return scaled;
}

/// The weights for each fold of the plan, and last those for all rows. Of a fold that no row may teach there are none.
template <class Rule, class Policy>
Buffer<Buffer<float>> weights_of_folds(const HeldOutMembers& held, const Policy& policy, bool of_folds) {
  Buffer<Buffer<float>> weights(static_cast<std::size_t>(held.k()) + 1);
  parallel::for_each(held.k() + 1, 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
    if (f < held.k() && !of_folds) return;
    weights[static_cast<std::size_t>(f)] =
        held.taught<Rule>(f < held.k() ? static_cast<int>(f) : -1, [&](const MemberOutputs& said, bool any) {
          if (!any) return Buffer<float>();
          if constexpr (!requires { Policy::takes_missing; }) check_finite(said);
          return scaled_weights(policy.weights(said), held.members());
        });
  });
  check(!weights.back().empty(), "expected out-of-fold predictions for at least one row", 0);
  return weights;
}

/// Each fold's rows merged by the weights that were learnt without them.
template <class Rule>
void merge_held_out(const HeldOutMembers& held, const Buffer<Buffer<float>>& weights,
                    PredictionRows& merged) {
  for (std::ptrdiff_t i = 0; i < held.rows(); ++i) {
    if (held.fold(i) < 0 || !held.covers(i)) continue;
    const Buffer<float>& w = weights[static_cast<std::size_t>(held.fold(i))];
    if (w.empty()) continue;
    float sum = 0;
    for (std::size_t m = 0; m < w.size(); ++m) {
      if (w[m] > 0) Rule::add(held.said(m, i), w[m], merged.values().row(i));
      sum += w[m];
    }
    for (float& v : merged.values().row(i)) v /= sum;
    merged.set_covered(i, true);
  }
}

template <std::size_t N> std::array<float, N> as_array(const Buffer<float>& weights) {
  std::array<float, N> a{};
  std::copy(weights.begin(), weights.end(), a.begin());
  return a;
}

template <class Rule, class X, class Y, class Form>
Learned<typename WeighedModelOf<Rule, X, Y, typename Form::MemberList>::type, Y> learn_weighed(
    const Form& form, const Dataset<X, Y>& data, const Context& context, Want want) {
  using Model = typename WeighedModelOf<Rule, X, Y, typename Form::MemberList>::type;
  constexpr std::size_t count = std::tuple_size_v<decltype(form.members)>;
  if (context.nested() && want.out_of_fold) return learn_by_refitting(form, data, context, want);

  const auto plan = context.plan(data);
  const bool keep = context.keep_folds() && want.model;
  auto members = learn_members(form.members, data, context.with_plan(plan),
                               Want{want.model && !keep, true, want.folds || keep});
  const HeldOutMembers held = std::apply(
      [&](const auto&... m) {
        return HeldOutMembers(data, *plan, context.random("weights"), *m.out_of_fold...);
      },
      members);
  const auto weights = weights_of_folds<Rule>(held, form.weights, want.out_of_fold || want.folds);

  Learned<Model, Y> whole;
  if (want.out_of_fold)
    merge_held_out<Rule>(
        held, weights, whole.out_of_fold.emplace(CrossFitting::empty<Y>(data.rows(), data.outputs(), false)));
  std::apply(
      [&](auto&... m) {
        if (want.folds) whole.folds.resize(static_cast<std::size_t>(plan->k()));
        for (std::size_t f = 0; f < whole.folds.size(); ++f)
          if (!weights[f].empty() && (m.folds[f] && ...))
            whole.folds[f] = Model{
                {kept_fold<X>(m, f, data.outputs())...},
                as_array<count>(weights[f]),
                data.outputs()};
        if (want.model)
          whole.model =
              Model{{kept<X>(m, keep, data.outputs())...}, as_array<count>(weights.back()), data.outputs()};
      },
      members);
  return whole;
}

}  // namespace tutti::detail
