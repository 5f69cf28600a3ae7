// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/finish.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

/// What the step learns from the out-of-fold rows that fold f does not hold; f = -1: from all of them.
template <class Step, class X, class Y>
Step step_without_fold(const Step& step, const Predictions<OutOfFold, Y>& outputs, const Dataset<X, Y>& data,
                       const FoldPlan& plan, int f) {
  Buffer<std::uint8_t> counts(static_cast<std::size_t>(data.rows()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    counts[static_cast<std::size_t>(i)] = outputs.covers(i) && (f < 0 || !plan.tests(f, data.origin(i)));
  return step.fitted(outputs.values(), data, counts);
}

template <class M, class Step, class X, class Y>
Learned<Finished<X, Y, ModelOf<M, X, Y>, Step>, Y> learn_finished(const Finish<M, Step>& form,
                                                                  const Dataset<X, Y>& data,
                                                                  const Context& context, Want want) {
  using Model = Finished<X, Y, ModelOf<M, X, Y>, Step>;
  form.step.check(data.outputs());
  constexpr bool may_learn = requires { form.step.learns(); };
  bool learns = false;
  if constexpr (may_learn) learns = form.step.learns();
  if (learns && context.nested() && want.out_of_fold) return learn_by_refitting(form, data, context, want);

  const auto plan = learns ? context.plan(data) : nullptr;
  const Context below = learns ? context.with_plan(plan) : context;
  auto member = learn(form.member, data, below.child(0, short_name<M>()),
                      Want{want.model, want.out_of_fold || learns, want.folds});
  const auto step_for = [&](int fold) {
    if constexpr (may_learn)
      if (learns) return step_without_fold(form.step, *member.out_of_fold, data, *plan, fold);
    return form.step;
  };
  Learned<Model, Y> whole;
  if (want.model) whole.model = Model{std::move(*member.model), step_for(-1)};
  whole.folds.resize(member.folds.size());
  for (std::size_t f = 0; f < member.folds.size(); ++f)
    if (member.folds[f]) whole.folds[f] = Model{std::move(*member.folds[f]), step_for(static_cast<int>(f))};
  if (!want.out_of_fold) return whole;

  Predictions<OutOfFold, Y> finished = *member.out_of_fold;
  for (int f = 0; f < (learns ? plan->k() : 1); ++f) {
    const Step step = step_for(f);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (finished.covers(i) && (!learns || plan->tests(f, data.origin(i))))
        step.apply(finished.values().row(i));
  }
  whole.out_of_fold = std::move(finished);
  return whole;
}

}  // namespace tutti::detail
