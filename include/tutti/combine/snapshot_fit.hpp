// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/snapshot.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

template <class M, class X, class Y>
Many<X, Y, ModelOf<M, X, Y>> fit_snapshot(const Snapshot<M>& form, const Dataset<X, Y>& data, const Context& context) {
  const Context below = context.child(0, short_name<M>());
  return {named(below, [&] { return Behaviour<M>::fit_cycles(form.member, data, below, form.options.cycles); }), data.outputs()};
}

}  // namespace tutti::detail
