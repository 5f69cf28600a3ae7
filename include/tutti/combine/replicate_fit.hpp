// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/replicate.hpp>
#include <tutti/core/buffer.hpp>

namespace tutti::detail {

template <class M, int N, class X, class Y>
Learned<Many<X, Y, ModelOf<M, X, Y>>, Y> learn_replicas(const Replicate<M, N>& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
  using Model = Many<X, Y, ModelOf<M, X, Y>>;
  Buffer<LearnedOf<M, X, Y>> learned(N);
  parallel::for_each(N, 1, [&](std::ptrdiff_t r, std::ptrdiff_t) {
    learned[static_cast<std::size_t>(r)] = learn(spec.member, data, context.child(static_cast<int>(r), short_name<M>()), want);
  });
  Learned<Model, Y> whole;
  if (want.model) whole.model = Model{{}, data.outputs()};
  if (want.out_of_fold) whole.out_of_fold = CrossFitting::empty<Y>(data.rows(), data.outputs());
  for (auto& l : learned) {
    if (want.model) whole.model->models.push_back(std::move(*l.model));
    if (want.out_of_fold) {
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
        MeanRule::add(l.out_of_fold->values().row(i), 1.0f / N, whole.out_of_fold->values().row(i));
        if (!l.out_of_fold->covers(i)) whole.out_of_fold->set_covered(i, false);
      }
    }
    whole.folds.resize(l.folds.size());
    for (std::size_t f = 0; f < l.folds.size(); ++f) {
      if (!l.folds[f]) continue;
      if (!whole.folds[f]) whole.folds[f] = Model{{}, data.outputs()};
      whole.folds[f]->models.push_back(std::move(*l.folds[f]));
    }
  }
  return whole;
}

}  // namespace tutti::detail
