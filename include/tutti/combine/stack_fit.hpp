// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/meta.hpp>
#include <tutti/combine/repeats.hpp>
#include <tutti/combine/scored_fit.hpp>
#include <tutti/combine/stack.hpp>
#include <tutti/core/buffer.hpp>

namespace tutti::detail {

template <class C> inline constexpr bool opens = !std::is_same_v<typename Opened<C>::List, meta::List<C>>;

template <class C> decltype(auto) opened_specs(const C& committee) {
  if constexpr (opens<C>) return (committee.members);
  else return std::tuple<C>(committee);
}

/// Refuses options that make no sense here, before anything is fitted.
template <bool Probabilities> void check_stack_options(const StackOptions& options, const Context& context) {
  if (options.logits && !Probabilities)
    throw FitError(
        context.path(),
        "logits: expected members whose probabilities the meta-learner sees, not votes or numbers");
  check(options.repeats >= 1, "repeats: expected at least one plan", options.repeats);
}

template <class C, class Meta, class X, class Y>
Learned<typename StackTypes<C, Meta, X, Y>::Model, Y> learn_stack(const Stack<C, Meta>& spec,
                                                                  const Dataset<X, Y>& data,
                                                                  const Context& context, Want want) {
  using Types = StackTypes<C, Meta, X, Y>;
  using Model = typename Types::Model;
  const StackOptions& o = spec.options;
  check_stack_options<!Opened<C>::votes && has_probabilities<Y>>(o, context);
  if (context.nested() && want.out_of_fold) return learn_by_refitting(spec, data, context, want);

  const Context below = context.with_plan(context.plan(data));
  const bool keep = context.keep_folds() && want.model;
  const Want of_members{want.model && !keep, true, want.folds || keep};
  const Context above_members = opens<C> ? below.child(0, short_name<C>()) : below;
  auto members =
      learn_each<X, Y>(opened_specs(spec.committee), above_members, [&](const auto& member, const Context& at, std::size_t) {
        return learn_repeatedly(member, data, at, of_members, o.repeats);
      });

  const auto show = [&](std::span<const float> from, std::span<float> to) {
    Model::show(from, to, o.logits);
  };
  const auto rows = std::apply(
      [&](const auto&... m) { return meta_rows<typename Types::Z>(data, show, *m.out_of_fold...); }, members);
  auto head = learn(MetaOf<Meta, Y>::of(spec.meta), rows.data, below.child(1, short_name<Meta>()), want);

  Learned<Model, Y> whole;
  const auto assemble = [&](auto& meta_model, auto keep_of) {
    return std::apply(
        [&](auto&... m) {
          return Model{{keep_of(m)...}, std::move(meta_model), data.outputs(), o.logits};
        },
        members);
  };
  whole.folds.resize(head.folds.size());
  for (std::size_t f = 0; f < head.folds.size(); ++f)
    if (head.folds[f] &&
        std::apply([&](const auto&... m) { return (m.folds[f].has_value() && ...); }, members))
      whole.folds[f] = assemble(*head.folds[f], [&](auto& m) { return kept_fold<X>(m, f, data.outputs()); });
  if (want.model)
    whole.model = assemble(*head.model, [&](auto& m) { return kept<X>(m, keep, data.outputs()); });
  if (want.out_of_fold)
    whole.out_of_fold =
        spread(*head.out_of_fold, rows.positions, data, [](std::span<float>, std::ptrdiff_t) {});
  return whole;
}

}  // namespace tutti::detail
