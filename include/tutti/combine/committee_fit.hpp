// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee.hpp>
#include <tutti/combine/members_update.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

/// Learns every member of a tuple of specs as a task of its own, by learn_one(spec, context of the member, its place); results
/// keep the order of the members.
template <class X, class Y, class... Members, class LearnOne>
std::tuple<LearnedOf<Members, X, Y>...> learn_each(const std::tuple<Members...>& specs, const Context& context, const LearnOne& learn_one) {
  std::tuple<LearnedOf<Members, X, Y>...> learned;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    parallel::invoke([&] { std::get<I>(learned) = learn_one(std::get<I>(specs), context.child(static_cast<int>(I), short_name<Members>()), I); }...);
  }(std::index_sequence_for<Members...>{});
  return learned;
}
template <class X, class Y, class... Members>
std::tuple<LearnedOf<Members, X, Y>...> learn_members(const std::tuple<Members...>& specs, const Dataset<X, Y>& data, const Context& context, Want want) {
  return learn_each<X, Y>(specs, context, [&](const auto& spec, const Context& at, std::size_t) { return learn(spec, data, at, want); });
}

/// Out-of-fold predictions of a whole from those of its parts alone: what OutOfFold allows without another fit.
template <class Rule, class Y, std::size_t N, class... Parts>
Predictions<OutOfFold, Y> merge(const std::array<float, N>& weights, const Parts&... parts) {
  const auto& first = std::get<0>(std::tie(parts...));
  auto merged = CrossFitting::empty<Y>(first.rows(), first.outputs());
  std::size_t m = 0;
  const auto add = [&](const auto& part) {
    for (std::ptrdiff_t i = 0; i < merged.rows(); ++i) {
      if (!part.covers(i)) merged.set_covered(i, false);
      Rule::add(part.values().row(i), weights[m], merged.values().row(i));
    }
    ++m;
  };
  (add(parts), ...);
  divide_by_sum(weights, merged.values());
  return merged;
}

template <class Rule, class X, class Y, class Form>
Learned<typename CommitteeModelOf<Rule, X, Y, typename Form::MemberList>::type, Y> learn_committee(const Form& form, const Dataset<X, Y>& data, const Context& context, Want want) {
  using Model = typename CommitteeModelOf<Rule, X, Y, typename Form::MemberList>::type;
  constexpr std::size_t count = std::tuple_size_v<decltype(form.members)>;
  std::array<float, count> weights;
  if constexpr (std::is_same_v<typename Form::WeightsType, Uniform>) weights.fill(1);
  else weights = checked_weights(form.weights, context);

  auto members = learn_members(form.members, data, context, want);
  Learned<Model, Y> whole;
  std::apply(
      [&](auto&... m) {
        if (want.model) whole.model = Model{{std::move(*m.model)...}, weights, data.outputs()};
        if (want.out_of_fold) whole.out_of_fold = merge<Rule, Y>(weights, *m.out_of_fold...);
        whole.folds.resize(std::min({m.folds.size()...}));
        for (std::size_t f = 0; f < whole.folds.size(); ++f)
          if ((m.folds[f] && ...)) whole.folds[f] = Model{{std::move(*m.folds[f])...}, weights, data.outputs()};
      },
      members);
  return whole;
}

}  // namespace tutti::detail
