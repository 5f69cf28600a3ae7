// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/on.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

template <meta::FixedString Name, class M, class X, class Y>
Learned<OnField<Name, X, Y, ModelOf<M, typename X::template FieldType<Name>, Y>>, Y> learn_on(const On<Name, M>& on, const Dataset<X, Y>& data, const Context& context, Want want) {
  auto member = learn(on.member, data.template field<Name>(), context.child(0, short_name<M>()), want);
  using Model = OnField<Name, X, Y, ModelOf<M, typename X::template FieldType<Name>, Y>>;
  Learned<Model, Y> whole;
  if (member.model) whole.model = Model{std::move(*member.model)};
  whole.out_of_fold = std::move(member.out_of_fold);
  whole.folds.resize(member.folds.size());
  for (std::size_t f = 0; f < member.folds.size(); ++f)
    if (member.folds[f]) whole.folds[f] = Model{std::move(*member.folds[f])};
  return whole;
}

}  // namespace tutti::detail
