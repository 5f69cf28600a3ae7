// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/meta.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/core/buffer.hpp>

namespace tutti::detail {

template <class C>
inline constexpr bool opens = !std::is_same_v<typename Opened<C>::List, meta::List<C>>;

template <class C>
decltype(auto) opened_specs(const C& committee) {
  if constexpr (opens<C>) return (committee.members);
  else return std::tuple<C>(committee);
}

template <class C, class Meta, class X, class Y>
Learned<typename StackTypes<C, Meta, X, Y>::Model, Y> learn_stack(const Stack<C, Meta>& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
  using Types = StackTypes<C, Meta, X, Y>;
  using Model = typename Types::Model;
  using Info = typename Types::Info;
  if (context.nested() && want.out_of_fold) return learn_by_refitting(spec, data, context, want);

  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  const bool keep = context.keep_folds() && want.model;
  const Want of_members{want.model && !keep, true, want.folds || keep};
  const Context above_members = opens<C> ? below.child(0, short_name<C>()) : below;
  auto members = learn_members(opened_specs(spec.committee), data, above_members, of_members);

  const auto rows = std::apply([&](const auto&... m) { return meta_rows<typename Info::X>(data, &Model::show, *m.out_of_fold...); }, members);
  const Context at_meta = below.child(1, short_name<Meta>());
  const auto taught = [&] {
    if constexpr (Info::one_hot) return one_hot(rows.data);
    else return rows.data;
  }();
  auto head = learn(spec.meta, taught, at_meta, Want{want.model, want.out_of_fold || Info::one_hot, want.folds});
  ScoreLink link;
  if constexpr (Info::one_hot) link = likeliest_link(rows.data, *head.out_of_fold, *plan);

  Learned<Model, Y> whole;
  const auto assemble = [&](auto& meta_model, auto keep_of) {
    return std::apply([&](auto&... m) { return Model{{keep_of(m)...}, std::move(meta_model), link, data.outputs()}; }, members);
  };
  whole.folds.resize(head.folds.size());
  for (std::size_t f = 0; f < head.folds.size(); ++f)
    if (head.folds[f] && std::apply([&](const auto&... m) { return (m.folds[f].has_value() && ...); }, members))
      whole.folds[f] = assemble(*head.folds[f], [&]<class L>(L& m) { return Many<X, Y, typename L::ModelType>{{*m.folds[f]}, data.outputs()}; });
  if (want.model) whole.model = assemble(*head.model, [&](auto& m) { return kept<X>(m, keep, data.outputs()); });
  if (want.out_of_fold) {
    Buffer<ScoreLink> link_of_others(static_cast<std::size_t>(plan->k()));  // the link for a fold has not seen the fold
    if constexpr (Info::one_hot)
      for (int f = 0; f < plan->k(); ++f) link_of_others[static_cast<std::size_t>(f)] = likeliest_link(rows.data, *head.out_of_fold, *plan, f);
    whole.out_of_fold = spread(*head.out_of_fold, rows.positions, data, [&](std::span<float> p, std::ptrdiff_t position) {
      if constexpr (Info::one_hot) {
        link_of_others[static_cast<std::size_t>(plan->fold(data.origin(position)))].apply(p);
      } else {
        (void)p, (void)position;
      }
    });
  }
  return whole;
}

}  // namespace tutti::detail
