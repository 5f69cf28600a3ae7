// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/meta.hpp>
#include <tutti/combine/scored.hpp>

namespace tutti::detail {

/// The link is the likeliest on the regressor's own out-of-fold scores; where the predictions of a fold are wanted, it is
/// learnt without the rows of that fold.
template <class M, class X, class Y>
Learned<ScoredModel<X, Y, ModelOf<M, X, Reals<Y::outputs>>>, Y> learn_scored(const Scored<M>& form,
                                                                             const Dataset<X, Y>& data,
                                                                             const Context& context,
                                                                             Want want) {
  using Model = ScoredModel<X, Y, ModelOf<M, X, Reals<Y::outputs>>>;
  if (context.nested() && want.out_of_fold) return learn_by_refitting(form, data, context, want);
  const auto plan = context.plan(data);
  auto scores =
      learn(form.member, one_hot(data), context.with_plan(plan), Want{want.model, true, want.folds});
  const ScoreLink link = likeliest_link(data, *scores.out_of_fold, *plan);

  Learned<Model, Y> whole;
  if (want.model) whole.model = Model{std::move(*scores.model), link};
  whole.folds.resize(scores.folds.size());
  for (std::size_t f = 0; f < scores.folds.size(); ++f)
    if (scores.folds[f]) whole.folds[f] = Model{std::move(*scores.folds[f]), link};
  if (!want.out_of_fold) return whole;

  Buffer<ScoreLink> link_of_others(static_cast<std::size_t>(plan->k()));
  for (int f = 0; f < plan->k(); ++f)
    link_of_others[static_cast<std::size_t>(f)] = likeliest_link(data, *scores.out_of_fold, *plan, f);
  whole.out_of_fold = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!scores.out_of_fold->covers(i)) continue;
    const auto p = whole.out_of_fold->values().row(i);
    const auto z = std::as_const(*scores.out_of_fold).values().row(i);
    std::copy(z.begin(), z.end(), p.begin());
    link_of_others[static_cast<std::size_t>(plan->fold(data.origin(i)))].apply(p);
    whole.out_of_fold->set_covered(i, true);
  }
  return whole;
}

}  // namespace tutti::detail
