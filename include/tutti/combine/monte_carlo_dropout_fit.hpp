// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/monte_carlo_dropout.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

template <class M, class X, class Y>
SampledModel<X, Y, ModelOf<M, X, Y>> fit_sampled(const MonteCarloDropout<M>& form, const Dataset<X, Y>& data, const Context& context) {
  const int passes = form.options.passes;
  check(passes >= 1 && passes <= most_passes, {"passes: expected 1 to ", most_passes}, passes);
  return {fit_member(form.member, data, context.child(0, short_name<M>())), passes, context.random("dropout").key(), data.outputs()};
}

}  // namespace tutti::detail
