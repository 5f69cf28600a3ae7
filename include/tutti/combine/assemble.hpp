// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/average.hpp>
#include <tutti/combine/finish.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/core/fitted.hpp>

namespace tutti {
namespace detail {

/// How a form is put together without a fit; what has no such way needs one. `First`: the first Fitted in it, void if none.
template <class Spec>
struct Assembly {
  static constexpr bool whole = false;
  using First = void;
};
template <class M>
struct Assembly<Frozen<M>> {
  static constexpr bool whole = true;
  using First = std::conditional_t<is_fitted<M>, M, void>;
  template <class X, class Y>
  static M model(const Frozen<M>& spec, int, const Context&) {
    return spec.model;
  }
  static void each_fitted(const Frozen<M>& spec, auto&& f) {
    if constexpr (is_fitted<M>) f(spec.model);
  }
};

template <class... T>
struct FirstFitted {
  using type = void;
};
template <class T, class... Others>
struct FirstFitted<T, Others...> {
  using type = T;
};
template <class... Others>
struct FirstFitted<void, Others...> : FirstFitted<Others...> {};

template <class Form, class Rule, class List>
struct CommitteeAssembly;
template <class Form, class Rule, class... Members>
struct CommitteeAssembly<Form, Rule, meta::List<Members...>> {
  static constexpr bool whole = !WeightsPolicy<typename Form::WeightsType> && (Assembly<Members>::whole && ...);
  using First = typename FirstFitted<typename Assembly<Members>::First...>::type;

  template <class X, class Y>
  static auto model(const Form& form, int outputs, const Context& context) {
    std::array<float, sizeof...(Members)> weights;
    if constexpr (std::is_same_v<typename Form::WeightsType, Uniform>) weights.fill(1);
    else weights = checked_weights(form.weights, context);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return typename CommitteeModelOf<Rule, X, Y, meta::List<Members...>>::type{
          {Assembly<Members>::template model<X, Y>(std::get<I>(form.members), outputs, context.child(static_cast<int>(I), type_name<Members>()))...}, weights, outputs};
    }(std::index_sequence_for<Members...>{});
  }
  static void each_fitted(const Form& form, auto&& f) {
    std::apply([&](const auto&... m) { (Assembly<Members>::each_fitted(m, f), ...); }, form.members);
  }
};
template <class... M>
struct Assembly<Average<M...>> : CommitteeAssembly<Average<M...>, MeanRule, typename Committee<M...>::MemberList> {};
template <class... M>
struct Assembly<Vote<M...>> : CommitteeAssembly<Vote<M...>, VoteRule, typename Committee<M...>::MemberList> {};

template <class M, class Step>
struct Assembly<Finish<M, Step>> {
  static constexpr bool whole = Assembly<M>::whole;
  using First = typename Assembly<M>::First;
  template <class X, class Y>
  static Finished<X, Y, ModelOf<M, X, Y>, Step> model(const Finish<M, Step>& form, int outputs, const Context& context) {
    form.step.check(outputs);
    if constexpr (requires { form.step.learns(); })
      if (form.step.learns()) throw FitError(context.path(), "this step learns from rows: fit it, or say what it has learnt");
    Many<X, Y, ModelOf<M, X, Y>> member{{}, outputs};
    member.models.push_back(Assembly<M>::template model<X, Y>(form.member, outputs, context.child(0, type_name<M>())));
    return {std::move(member), form.step};
  }
  static void each_fitted(const Finish<M, Step>& form, auto&& f) { Assembly<M>::each_fitted(form.member, f); }
};

template <class A, class B>
[[gnu::cold]] void check_alike(const A& a, const B& b, int number) {
  check<ShapeError>(b.width() == a.width(), {"frozen member ", number, ": expected rows of ", a.width(), " numbers, as the first has"}, b.width());
  check<ShapeError>(b.outputs() == a.outputs(), {"frozen member ", number, ": expected ", a.outputs(), " outputs, as the first has"}, b.outputs());
  const ClassNames &first = a.schema().classes, &other = b.schema().classes;
  for (std::size_t k = 0; k < std::min(first.size(), other.size()); ++k)
    check<ShapeError>(first[k] == other[k], {"frozen member ", number, ": expected class ", k, " to be \"", first[k], "\", as the first has it"}, other[k]);
  if constexpr (KnownRows<typename A::InputType>::tables > 0) check_known_columns(&b.schema().columns, &a.schema().columns);
}

}  // namespace detail

/// A composition of fitted members, put together without data and without a fit: Vote and Average, with weights or without, Finish
/// with a step that is given, at any depth, around Frozen members. What fit would return, but for the schema: the first member's.
/// Cost     a copy of each member.
/// Errors   at compile time: a member that is not frozen, learnt weights, members for other inputs or targets. ShapeError for
///          members of other widths, outputs, class names or columns than the first; FitError for weights that mean nothing, a step
///          that learns.
template <class Spec>
auto assemble(const Spec& spec) {
  using Way = detail::Assembly<Spec>;
  using First = typename Way::First;
  if constexpr (!Way::whole || std::is_void_v<First>) {
    static_assert(error::composition_fits<error::Mismatch<Spec, error::GetsType<Spec>, error::members_that_are_frozen>>,
                  "this composition needs a fit: see Mismatch<Where, Gets, Needs>");
    return Nothing{};
  } else {
    using X = typename First::InputType;
    using Y = typename First::TargetType;
    if constexpr (!error::composition_fits<DiagnosisOf<Spec, X, Y>>) {
      return Fitted<Spec, X, Y>{};
    } else {
      const First* first = nullptr;
      int number = 0;
      Way::each_fitted(spec, [&](const auto& fitted) {
        if constexpr (std::is_same_v<std::decay_t<decltype(fitted)>, First>)
          if (first == nullptr) first = &fitted;
        detail::check_alike(*first, fitted, number++);
      });
      const Context context({}, type_name<Spec>().substr(0, type_name<Spec>().find('<')));
      return Fitted<Spec, X, Y>(Way::template model<X, Y>(spec, first->outputs(), context), first->known_rows(), first->outputs());
    }
  }
}

}  // namespace tutti
