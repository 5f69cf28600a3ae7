// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/fused.hpp>
#include <tutti/combine/scored.hpp>

/// A Fuse that is not of layers alone: what its branches make of a row, side by side, is the row that the rest of a Cascade or the
/// meta-learner of a Stack reads.
namespace tutti {

namespace detail {

template <class B, class X, class Y> struct BranchOf {
  using Z = Row<Y::outputs>;
  using Model = EstimatorPart<X, Y, ModelOf<B, X, Y>>;
};
template <class B, class X, class Y>
  requires is_part<B>
struct BranchOf<B, X, Y> : PartOf<B, X, Y> {
};

constexpr int sum_of_widths(std::initializer_list<int> widths) {
  int sum = 0;
  for (const int w : widths) sum = sum == Dynamic || w == Dynamic ? Dynamic : sum + w;
  return sum;
}
template <class... B, class X, class Y> struct PartOf<Fuse<B...>, X, Y> {
  using Z = Row<sum_of_widths({BranchOf<B, X, Y>::Z::shape.size()...})>;
  using Model = Fused<X, Y, Z, typename BranchOf<B, X, Y>::Model...>;
};

template <class B> struct WithEstimators { static constexpr bool value = false; };
template <class... B> struct WithEstimators<Fuse<B...>> {
  static constexpr bool value = !is_layer<Fuse<B...>> && !is_part<Fuse<B...>>;
};

template <class B, class X, class Y> constexpr auto diagnose_branch() {
  if constexpr (is_part<B>) return std::type_identity<typename PartDiagnosis<B, X, Y>::type>{};
  else if constexpr (WithEstimators<B>::value)
    return std::type_identity<error::Mismatch<B, error::GetsType<X>, error::one_Fuse_for_all_estimators>>{};
  else return std::type_identity<DiagnosisOf<B, X, Y>>{};
}
template <class... B, class X, class Y> struct PartDiagnosis<Fuse<B...>, X, Y> {
  template <std::size_t... I>
  static auto first(std::index_sequence<I...>)
      -> meta::first_other<error::none,
                           error::located_t<Fuse<B...>, static_cast<int>(I), B,
                                            typename decltype(diagnose_branch<B, X, Y>())::type>...>*;
  using type = std::remove_pointer_t<decltype(first(std::index_sequence_for<B...>{}))>;
};

template <class B> constexpr Capabilities branch_capabilities() {
  if constexpr (is_part<B>) return PartCapabilities<B>::value;
  else return capabilities_of<B>;
}
template <class... B> struct PartCapabilities<Fuse<B...>> {
  static constexpr Capabilities value = [] {
    Capabilities c{.labels = true,
                   .numbers = true,
                   .flags = true,
                   .weights = true,
                   .missing = true,
                   .text = true,
                   .probabilities = true};
    ((c = both(c, branch_capabilities<B>())), ...);
    return c;
  }();
};

/// A Fuse and what reads its rows, of type Rest on rows of Z.
template <class F, class Rest, class X, class Y> struct FedTypes {
  using Z = typename PartOf<F, X, Y>::Z;
  using Head = typename PartOf<F, X, Y>::Model;
  using Model = Fed<X, Y, Z, Head, ModelOf<Rest, Z, Y>>;
};
template <class F, class Rest, class X, class Y>
typename FedTypes<F, Rest, X, Y>::Model fit_fed(const F& fuse, const Rest& rest, const Dataset<X, Y>& data,
                                                const Context& context);
template <class Form, class F, class Rest, class X, class Y>
Learned<typename FedTypes<F, Rest, X, Y>::Model, Y> learn_fed(const Form& form, const F& fuse,
                                                              const Rest& rest, StackOptions options,
                                                              const Dataset<X, Y>& data,
                                                              const Context& context, Want want);

template <class F, class Rest> constexpr Capabilities capabilities_of_fed() {
  Capabilities c = capabilities_of<Rest>;
  const Capabilities first = PartCapabilities<F>::value;
  c.weights = c.weights && first.weights;
  c.missing = first.missing;
  c.text = first.text;
  c.incremental = c.explainable = false;
  return c;
}
/// What Stack and Blend of a Fuse have in common.
template <class F, class Meta> constexpr Capabilities capabilities_of_fuse_stack() {
  Capabilities c = capabilities_of_fed<F, Meta>();
  c.labels = c.probabilities = true;
  return c;
}
template <class Form, class F, class Meta, class X, class Y> constexpr auto diagnose_fuse_stack() {
  using Found = error::located_t<Form, 0, F, typename PartDiagnosis<F, X, Y>::type>;
  if constexpr (is_part<F>)
    return std::type_identity<
        error::Mismatch<Form, error::Member<0, F>, error::an_estimator_among_its_branches>>{};
  else if constexpr (!std::is_same_v<Found, error::none>) return std::type_identity<Found>{};
  else
    return std::type_identity<error::located_t<
        Form, 1, Meta, DiagnosisOf<typename MetaOf<Meta, Y>::type, typename PartOf<F, X, Y>::Z, Y>>>{};
}
template <class... B> void each_estimator(meta::List<B...>, const auto& branches, auto&& f) {
  meta::unroll<sizeof...(B)>([&](auto b) {
    using Branch = meta::at<b.value, B...>;
    if constexpr (!is_part<Branch>) f.template operator()<Branch>(std::get<b.value>(branches).models);
  });
}

}  // namespace detail

/// A chain that begins with transforms and estimators side by side: what follows reads the numbers of all branches, in their
/// order. A transform is fitted as in front of a chain; of an estimator what follows sees out-of-fold outputs, as in a Stack. With
/// Identity as a branch the inputs pass beside: Cascade{Fuse{Identity{}, Forest{}}, Boost{Tree{}}} is a stack with a skip connection.
/// Shapes   x -> (N, width_1 + ... + width_n) -> the rest; an estimator has as many numbers as outputs.
/// Cost     k + 1 fits of each estimator, then of the rest; a transform that learns is fitted once more for each fold inside a head.
/// Errors   at compile time: a branch that does not take the inputs or targets, nothing behind the Fuse, a rest that does not
///          take the row.
template <class... B, class... Tail>
  requires(!is_layer<Fuse<B...>>)
struct Behaviour<Cascade<Fuse<B...>, Tail...>> {
  using First = Fuse<B...>;
  using Chain = Cascade<First, Tail...>;
  using Rest = typename detail::RestOf<Tail...>::type;
  static constexpr bool learns = !detail::is_part<First>;
  static constexpr Capabilities capabilities = [] {
    if constexpr (sizeof...(Tail) == 0) return Capabilities{};
    else return detail::capabilities_of_fed<First, Rest>();
  }();

  template <class X, class Y> using Model = typename detail::FedTypes<First, Rest, X, Y>::Model;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (sizeof...(B) == 0) {
      return std::type_identity<
          error::Mismatch<Chain, error::Member<0, First>, error::at_least_one_member>>{};
    } else if constexpr (sizeof...(Tail) == 0) {
      return std::type_identity<
          error::Mismatch<Chain, error::Member<0, First>, error::an_estimator_but_this_is_a_transform>>{};
    } else {
      using Found = error::located_t<Chain, 0, First, typename detail::PartDiagnosis<First, X, Y>::type>;
      if constexpr (!std::is_same_v<Found, error::none>) return std::type_identity<Found>{};
      else
        return std::type_identity<detail::behind_t<
            Chain, sizeof...(Tail), Rest, DiagnosisOf<Rest, typename detail::PartOf<First, X, Y>::Z, Y>>>{};
    }
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Chain& chain, const Dataset<X, Y>& data,
                         const Context& context) requires(!learns) {
    return detail::fit_fed(std::get<0>(chain.steps), detail::rest_of(chain), data, context);
  }
  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Chain& chain, const Dataset<X, Y>& data, const Context& context,
                                       Want want) requires learns {
    return detail::learn_fed(chain, std::get<0>(chain.steps), detail::rest_of(chain), {}, data, context,
                             want);
  }
};

/// A stack whose meta-learner sees every branch of a Fuse: members, and the inputs or what transforms make of them.
template <class... B, class Meta>
  requires(!is_layer<Fuse<B...>>)
struct Behaviour<Stack<Fuse<B...>, Meta>> {
  using First = Fuse<B...>;
  using Form = Stack<First, Meta>;
  static constexpr Capabilities capabilities = detail::capabilities_of_fuse_stack<First, Meta>();

  template <class X, class Y>
  using Model = typename detail::FedTypes<First, typename detail::MetaOf<Meta, Y>::type, X, Y>::Model;

  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_fuse_stack<Form, First, Meta, X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& form, const Dataset<X, Y>& data, const Context& context,
                                       Want want) {
    return detail::learn_fed(form, form.committee, detail::MetaOf<Meta, Y>::of(form.meta), form.options, data,
                             context, want);
  }
  static void each_member(const auto& model, auto&& f) {
    detail::each_estimator(meta::List<B...>{}, model.first.branches, f);
  }
};

}  // namespace tutti
