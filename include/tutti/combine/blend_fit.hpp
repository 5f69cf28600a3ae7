// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/blend.hpp>
#include <tutti/combine/fuse_fit.hpp>
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
typename StackTypes<C, Meta, X, Y>::Model fit_blend(const Blend<C, Meta>& spec, const Dataset<X, Y>& data,
                                                    const Context& context) {
  using Types = StackTypes<C, Meta, X, Y>;
  using Model = typename Types::Model;
  const auto sides = hold_out(data, static_cast<double>(spec.options.holdout), true,
                              data.has_times() || context.forward(), context.random("hold-out"));
  const Dataset<X, Y> taught = data.subset(sides.first), held = data.subset(sides.second);
  const Context above_members = opens<C> ? context.child(0, short_name<C>()) : context;
  auto members = learn_members(opened_specs(spec.committee), taught, above_members, Want{});

  const auto show = [](std::span<const float> from, std::span<float> to) { Model::show(from, to, false); };
  const auto rows = std::apply(
      [&](const auto&... m) {
        return meta_rows<typename Types::Z>(held, show, held_out_predictions(*m.model, held)...);
      },
      members);
  auto meta = fit_member(MetaOf<Meta, Y>::of(spec.meta), rows.data, context.child(1, short_name<Meta>()));
  if (spec.options.refit)
    members = learn_members(opened_specs(spec.committee), data, above_members.repeat("refit", 0), Want{});
  return std::apply(
      [&](auto&... m) {
        return Model{{kept<X>(m, false, data.outputs())...}, std::move(meta), data.outputs(), false};
      },
      members);
}

/// One branch, fitted to rows; the names of its columns.
template <class B, class X, class Y>
typename BranchOf<B, X, Y>::Model fit_branch(const B& spec, const Dataset<X, Y>& data, const Context& context,
                                             int place, Buffer<Column>& columns) {
  if constexpr (is_part<B>) {
    PartRows made;
    auto part = fit_part(spec, data, context, made);
    name_columns(made, width_of(part), short_name<B>(), place);
    columns = std::move(made.columns);
    return part;
  } else {
    columns = output_columns(data, short_name<B>(), place);
    Many<X, Y, ModelOf<B, X, Y>> one{{}, data.outputs()};
    one.models.push_back(fit_member(spec, data, context));
    return {std::move(one), false};
  }
}

template <class F, class Meta, class X, class Y>
typename FedTypes<F, typename MetaOf<Meta, Y>::type, X, Y>::Model fit_fused_blend(const Blend<F, Meta>& spec,
                                                                                  const Dataset<X, Y>& data,
                                                                                  const Context& context) {
  using Types = FedTypes<F, typename MetaOf<Meta, Y>::type, X, Y>;
  const auto sides = hold_out(data, static_cast<double>(spec.options.holdout), true,
                              data.has_times() || context.forward(), context.random("hold-out"));
  const Dataset<X, Y> taught = data.subset(sides.first), held = data.subset(sides.second);
  const Context at_fuse = context.child(0, short_name<F>());
  return [&]<class... B, std::size_t... I>(const Fuse<B...>& fuse, std::index_sequence<I...>) {
    std::tuple<std::optional<typename BranchOf<B, X, Y>::Model>...> fitted;
    std::array<Buffer<Column>, sizeof...(B)> columns;
    const auto fit_on = [&]<std::size_t J>(std::integral_constant<std::size_t, J>, const Dataset<X, Y>& rows,
                                           const Context& at) {
      using Branch = meta::at<J, B...>;
      std::get<J>(fitted) =
          fit_branch(std::get<J>(fuse.branches), rows, at.child(static_cast<int>(J), short_name<Branch>()),
                     static_cast<int>(J), columns[J]);
    };
    parallel::invoke([&] { fit_on(std::integral_constant<std::size_t, I>{}, taught, at_fuse); }...);
    typename Types::Head head{{std::move(*std::get<I>(fitted))...}};
    PartRows made{Buffer<float>(static_cast<std::size_t>(held.rows() * head.width())), {}, {}};
    outputs_of_rows<X, Y>(head, held, 0, Rows<float>(made.numbers.data(), held.rows(), head.width()));
    if (!data.schema().columns.empty()) (made.columns.append(columns[I]), ...);
    const auto rows = with_numbers<typename Types::Z>(held, head.width(), std::move(made));
    auto meta = fit_member(MetaOf<Meta, Y>::of(spec.meta), rows, context.child(1, short_name<Meta>()));
    const auto again = [&]<std::size_t J>(std::integral_constant<std::size_t, J> place) {
      if constexpr (!is_part<meta::at<J, B...>>)
        fit_on(place, data, at_fuse.repeat("refit", 0)),
            std::get<J>(head.branches) = std::move(*std::get<J>(fitted));
    };
    if (spec.options.refit) parallel::invoke([&] { again(std::integral_constant<std::size_t, I>{}); }...);
    return typename Types::Model{std::move(head), std::move(meta)};
  }(spec.committee, std::make_index_sequence<std::tuple_size_v<decltype(spec.committee.branches)>>{});
}

}  // namespace tutti::detail
