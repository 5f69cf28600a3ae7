// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/greedy.hpp>
#include <tutti/combine/greedy_selection.hpp>
#include <tutti/combine/learnt_weights_fit.hpp>

namespace tutti::detail {

/// Selects from the first members as a weights policy does, but for those that predict no numbers, which it may leave out.
struct GreedyPolicy {
  static constexpr bool takes_missing = true;
  GreedyOptions options{};
  std::size_t members = 0;
  Buffer<double> weights(const MemberOutputs& said) const {
    MemberOutputs first = said;
    first.members.resize(members);
    Buffer<double> chosen = greedy_selection(first, options).weights;
    chosen.resize(said.members.size());
    return chosen;
  }
};

/// How many members a budget pays for.
/// Errors   DataError for a budget below 0.
template <class = void> [[gnu::cold]] std::size_t members_within(double budget, double units, std::size_t members) {
  check(budget >= 0, "a selection: expected a budget of 0 or more work units", budget);
  if (budget == 0 || budget >= units * static_cast<double>(members)) return members;
  return std::max<std::size_t>(1, static_cast<std::size_t>(budget / units));
}

/// What is wanted of a member before anything is chosen: its fit on all rows waits until then, unless it is a head, which would
/// have to be cross-fitted once more.
template <class M, class X, class Y> Want before_choice(Want want, bool keep) {
  return {LearnsAtOnce<M, X, Y> && want.model && !keep, true, want.folds || keep};
}

template <class X, class Y, class M>
std::optional<Many<X, Y, ModelOf<M, X, Y>>> chosen_member(const M& spec, LearnedOf<M, X, Y>& learned,
                                                          const Dataset<X, Y>& data, const Context& context,
                                                          bool keep) {
  if (!keep && !learned.model) learned.model = fit_member(spec, data, context);
  return kept<X>(learned, keep, data.outputs());
}

template <class X, class Y, class... Members>
Learned<GreedyModel<X, Y, ModelOf<Members, X, Y>...>, Y> learn_greedy(const Greedy<Members...>& form,
                                                                      const Dataset<X, Y>& data,
                                                                      const Context& context, Want want) {
  using Model = GreedyModel<X, Y, ModelOf<Members, X, Y>...>;
  constexpr std::size_t count = sizeof...(Members);
  if (context.nested() && want.out_of_fold) return learn_by_refitting(form, data, context, want);

  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  const bool keep = context.keep_folds() && want.model;
  const double units = static_cast<double>(plan->k()) * static_cast<double>(data.rows()) * data.width();
  const std::size_t paid = members_within(form.options.budget, units, count);
  auto members = learn_each<X, Y>(form.members, below, [&]<class M>(const M& member, const Context& at, std::size_t place) {
    if (place < paid) return learn(member, data, at, before_choice<M, X, Y>(want, keep));
    LearnedOf<M, X, Y> nothing;
    nothing.out_of_fold = CrossFitting::empty<Y>(data.rows(), data.outputs());
    return nothing;
  });
  const HeldOutMembers held = std::apply(
      [&](const auto&... m) {
        return HeldOutMembers(data, *plan, context.random("selection"), *m.out_of_fold...);
      },
      members);
  const auto weights =
      weights_of_folds<MeanRule>(held, GreedyPolicy{form.options, paid}, want.out_of_fold || want.folds);

  Learned<Model, Y> whole;
  if (want.out_of_fold)
    merge_held_out<MeanRule>(
        held, weights, whole.out_of_fold.emplace(CrossFitting::empty<Y>(data.rows(), data.outputs(), false)));
  if (want.folds) whole.folds.resize(static_cast<std::size_t>(plan->k()));
  for (std::size_t f = 0; f < whole.folds.size(); ++f) {
    if (weights[f].empty()) continue;
    Model model{{}, as_array<count>(weights[f]), data.outputs()};
    bool there = true;
    meta::unroll<count>([&](auto m) {
      if (weights[f][m.value] == 0) return;
      there = there && std::get<m.value>(members).folds[f];
      if (there) std::get<m.value>(model.members) = kept_fold<X>(std::get<m.value>(members), f, data.outputs());
    });
    if (there) whole.folds[f] = std::move(model);
  }
  if (want.model) {
    Model& model = whole.model.emplace(Model{{}, as_array<count>(weights.back()), data.outputs()});
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      parallel::invoke([&] {
        if (model.weights[I] > 0)
          std::get<I>(model.members) =
              chosen_member<X, Y>(std::get<I>(form.members), std::get<I>(members), data,
                                  below.child(static_cast<int>(I), short_name<Members>()), keep);
      }...);
    }(std::index_sequence_for<Members...>{});
  }
  return whole;
}

}  // namespace tutti::detail
