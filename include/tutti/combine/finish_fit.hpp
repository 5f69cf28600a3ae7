// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/finish.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

/// What the step learns from the out-of-fold rows that fold f may learn from, if there are any; f = -1: from all of them.
template <class Step, class X, class Y>
std::optional<Step> step_without_fold(const Step& step, const Predictions<OutOfFold, Y>& outputs, const Dataset<X, Y>& data,
                                      const FoldPlan& plan, int f) {
  Buffer<std::uint8_t> counts(static_cast<std::size_t>(data.rows()));
  bool any = f < 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const bool counted = outputs.covers(i) && plan.teaches(f, data.origin(i));
    counts[static_cast<std::size_t>(i)] = counted;
    any = any || counted;
  }
  if (!any) return {};  // the first fold of a forward plan
  return step.fitted(outputs.values(), data, counts);
}

/// The step for the member of all rows, behind it those for the folds where it learns and they are wanted.
template <class Step, class X, class Y>
Buffer<std::optional<Step>> steps_of(const Step& step, const std::optional<Predictions<OutOfFold, Y>>& outputs,
                                     const Dataset<X, Y>& data, const FoldPlan* plan, Want want) {
  if (plan == nullptr) return {step};
  Buffer<std::optional<Step>> steps(static_cast<std::size_t>(plan->k()) + 1);
  if constexpr (requires { step.learns(); })
    parallel::for_each(want.folds || want.out_of_fold ? plan->k() + 1 : 1, 1, [&](std::ptrdiff_t i, std::ptrdiff_t) {
      steps[static_cast<std::size_t>(i)] = step_without_fold(step, *outputs, data, *plan, static_cast<int>(i) - 1);
    });
  return steps;
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
  const bool keep = learns && context.keep_folds() && want.model;
  auto member = learn(form.member, data, below.child(0, short_name<M>()),
                      Want{want.model && !keep, want.out_of_fold || learns, want.folds || keep});
  const auto steps = steps_of(form.step, member.out_of_fold, data, plan.get(), want);
  const auto step_of = [&](std::size_t f) -> const std::optional<Step>& { return steps[learns ? f + 1 : 0]; };
  Learned<Model, Y> whole;
  if (want.folds) whole.folds.resize(member.folds.size());
  for (std::size_t f = 0; f < whole.folds.size(); ++f)
    if (member.folds[f] && step_of(f)) whole.folds[f] = Model{{{*member.folds[f]}, data.outputs()}, *step_of(f)};
  if (want.model) whole.model = Model{kept<X>(member, keep, data.outputs()), *steps[0]};
  if (!want.out_of_fold) return whole;

  Predictions<OutOfFold, Y> finished = *member.out_of_fold;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!finished.covers(i)) continue;
    const auto& of_fold = step_of(learns ? static_cast<std::size_t>(plan->fold(data.origin(i))) : 0);
    if (of_fold) of_fold->apply(finished.values().row(i));
    else finished.set_covered(i, false);
  }
  whole.out_of_fold = std::move(finished);
  return whole;
}

}  // namespace tutti::detail
