// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/greedy.hpp>
#include <tutti/combine/greedy_selection.hpp>
#include <tutti/combine/learnt_weights_fit.hpp>

namespace tutti::detail {

/// Selects as a weights policy does, but for members that predict no numbers, which it may leave out.
struct GreedyPolicy {
  static constexpr bool takes_missing = true;
  GreedyOptions options{};
  Buffer<double> weights(const MemberOutputs& said) const { return greedy_selection(said, options).weights; }
};

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
  auto members = learn_each<X, Y>(form.members, below, [&]<class M>(const M& member, const Context& at) {
    return learn(member, data, at, before_choice<M, X, Y>(want, keep));
  });
  const HeldOutMembers held = std::apply(
      [&](const auto&... m) {
        return HeldOutMembers(data, *plan, context.random("selection"), *m.out_of_fold...);
      },
      members);
  const auto weights =
      weights_of_folds<MeanRule>(held, GreedyPolicy{form.options}, want.out_of_fold || want.folds);

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
      const auto& fold = std::get<m.value>(members).folds[f];
      if (weights[f][m.value] > 0 && fold)
        std::get<m.value>(model.members) = kept_fold<X>(std::get<m.value>(members), f, data.outputs());
      there = there && (weights[f][m.value] == 0 || fold);
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
