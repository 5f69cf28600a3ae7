// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/blend.hpp>
#include <tutti/combine/stack_fit.hpp>

namespace tutti::detail {

/// What a model says about rows that were held out from its fit, which the caller vouches for.
template <class X, class Y, class Model>
Predictions<OutOfFold, Y> held_out_predictions(const Model& model, const Dataset<X, Y>& held_out) {
  auto p = CrossFitting::empty<Y>(held_out.rows(), held_out.outputs());
  outputs_of_rows<X, Y>(model, held_out, 0, p.values());
  return p;
}

template <class C, class Meta, class X, class Y>
typename StackTypes<C, Meta, X, Y>::Model fit_blend(const Blend<C, Meta>& spec, const Dataset<X, Y>& data, const Context& context) {
  using Types = StackTypes<C, Meta, X, Y>;
  using Model = typename Types::Model;
  const auto sides = hold_out(data, static_cast<double>(spec.options.holdout), true, data.has_times(), context.random("hold-out"));
  const Dataset<X, Y> taught = data.subset(sides.first), held = data.subset(sides.second);
  const Context above_members = opens<C> ? context.child(0, short_name<C>()) : context;
  auto members = learn_members(opened_specs(spec.committee), taught, above_members, Want{});

  const auto show = [](std::span<const float> from, std::span<float> to) { Model::show(from, to, false); };
  const auto rows = std::apply([&](const auto&... m) { return meta_rows<typename Types::Z>(held, show, held_out_predictions(*m.model, held)...); }, members);
  auto meta = fit_member(MetaOf<Meta, Y>::of(spec.meta), rows.data, context.child(1, short_name<Meta>()));
  if (spec.options.refit) members = learn_members(opened_specs(spec.committee), data, above_members.repeat("refit", 0), Want{});
  return std::apply([&](auto&... m) { return Model{{kept<X>(m, false, data.outputs())...}, std::move(meta), data.outputs(), false}; }, members);
}

}  // namespace tutti::detail
