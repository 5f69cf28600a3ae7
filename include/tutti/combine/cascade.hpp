// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade_model.hpp>
#include <tutti/combine/form_of_layers.hpp>
#include <tutti/core/fitted_transform.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/core/learned.hpp>

namespace tutti {

namespace detail {

/// What stands behind the first step of a chain: one step is itself, several are a shorter chain.
template <class... Tail>
struct RestOf {
  using type = Cascade<Tail...>;
};
template <class Only>
struct RestOf<Only> {
  using type = Only;
};

template <class Head, class... Tail>
typename RestOf<Tail...>::type rest_of(const Cascade<Head, Tail...>& chain) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return typename RestOf<Tail...>::type(std::get<I + 1>(chain.steps)...);
  }(std::index_sequence_for<Tail...>{});
}

template <class T, class X, class Y>
using TransformModel = typename FitResult<T, X, Y>::type;

template <class X, class Y, class M, class... Tail>
struct FeaturedModel {
  using Z = Row<Y::outputs>;
  using type = Featured<X, Y, Z, ModelOf<M, X, Y>, ModelOf<typename RestOf<Tail...>::type, Z, Y>>;
};
template <class X, class Y, class M>
struct FeaturedModel<X, Y, M> {
  using type = ModelOf<M, X, Y>;
};

template <class T, class... Tail, class X, class Y>
auto fit_transformed(const Cascade<T, Tail...>& chain, const Dataset<X, Y>& data, const Context& context);
template <class M, class... Tail, class X, class Y>
auto learn_featured(const Cascade<M, Tail...>& chain, const Dataset<X, Y>& data, const Context& context, Want want);

constexpr Capabilities capabilities_of_chain(Capabilities first, Capabilities rest) {
  rest.weights = rest.weights && first.weights;
  rest.missing = first.missing;
  rest.text = first.text;
  rest.explainable = false;
  return rest;
}

/// What is wrong behind the first step. Several steps are diagnosed as a shorter chain, which no program names: their
/// numbers count from the front of the whole chain again.
template <class Chain, class Rest, class Diagnosis>
struct Behind {
  using type = Diagnosis;
};
template <class Chain, class Rest, class G, class N>
struct Behind<Chain, Rest, error::Mismatch<Rest, G, N>> {
  using type = error::Mismatch<Chain, G, N>;
};
template <class Chain, class Rest, int J, class M, class N>
struct Behind<Chain, Rest, error::Mismatch<Rest, error::Member<J, M>, N>> {
  using type = error::Mismatch<Chain, error::Member<J + 1, M>, N>;
};
template <class Chain, class Rest, int J, class L, class G, class N>
struct Behind<Chain, Rest, error::Mismatch<error::Layer<J, L>, G, N>> {
  using type = error::Mismatch<error::Layer<J + 1, L>, G, N>;
};
template <class Chain, class Rest, int J, class Place, class G, class N>
struct Behind<Chain, Rest, error::Mismatch<error::Inside<J, Place>, G, N>> {
  using type = error::Mismatch<error::Inside<J + 1, Place>, G, N>;
};
template <class Chain, std::size_t Steps, class Rest, class Diagnosis>
using behind_t = typename std::conditional_t<Steps == 1, error::located<Chain, 1, Rest, Diagnosis>, Behind<Chain, Rest, Diagnosis>>::type;
}  // namespace detail

/// A chain that begins with a transform: it is fitted on the training rows, what follows sees its output only.
/// It goes on learning where what ends it does; the transforms stay as they were fitted.
/// Shapes   x -> T::infer(x) -> the rest.
/// Cost     the sum of its steps'.
/// Errors   at compile time: nothing behind the transform, or a rest that does not take its output.
template <class T, class... Tail>
  requires is_transform<T>
struct Behaviour<Cascade<T, Tail...>> {
  using Chain = Cascade<T, Tail...>;
  using Rest = typename detail::RestOf<Tail...>::type;
  template <class X>
  using Z = TransformedRow<T, X>;

  static constexpr Capabilities capabilities = detail::capabilities_of_chain(stated_capabilities<T>(), capabilities_of<Rest>);

  template <class X, class Y>
  using Model = Transformed<X, Y, Z<X>, detail::TransformModel<T, X, Y>, ModelOf<Rest, Z<X>, Y>>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    using First = error::Member<0, T>;
    if constexpr (sizeof...(Tail) == 0)
      return std::type_identity<error::Mismatch<Chain, First, error::an_estimator_but_this_is_a_transform>>{};
    else if constexpr (is_text<X> && !stated_capabilities<T>().text)
      return std::type_identity<error::Mismatch<Chain, First, error::numbers_because_it_does_not_read_text>>{};
    else if constexpr (!detail::FitsItself<T, X, Y>)
      return std::type_identity<error::Mismatch<Chain, First, error::a_fit_member_for_these_inputs_and_targets>>{};
    else if constexpr (!detail::HasTransform<detail::TransformModel<T, X, Y>, X>)
      return std::type_identity<error::Mismatch<Chain, First, error::width_and_transform_members_in_what_fit_returns>>{};
    else
      return std::type_identity<detail::behind_t<Chain, sizeof...(Tail), Rest, DiagnosisOf<Rest, Z<X>, Y>>>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Chain& chain, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_transformed(chain, data, context);
  }
};

/// A chain with an estimator in front: what follows learns from its out-of-fold outputs, never from its inputs.
/// Shapes   x -> (N, outputs) -> the rest.
/// Cost     k + 1 fits of the estimator, then the rest.
/// Errors   at compile time: a rest that does not take a row of its outputs.
template <class M, class... Tail>
  requires(!is_transform<M> && !is_layer<Cascade<M, Tail...>>)
struct Behaviour<Cascade<M, Tail...>> {
  using Chain = Cascade<M, Tail...>;
  using Rest = typename detail::RestOf<Tail...>::type;
  template <class Y>
  using Z = Row<Y::outputs>;

  static constexpr Capabilities capabilities = [] {
    if constexpr (sizeof...(Tail) == 0) return capabilities_of<M>;
    Capabilities c = detail::capabilities_of_chain(capabilities_of<M>, capabilities_of<Rest>);
    c.incremental = false;  // an updated estimator has seen the rows that the rest would learn its outputs of
    return c;
  }();

  template <class X, class Y>
  using Model = typename detail::FeaturedModel<X, Y, M, Tail...>::type;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (is_layer<M>) {
      return std::type_identity<typename detail::NoLayer<Chain>::type>{};
    } else {
      using First = error::located_t<Chain, 0, M, DiagnosisOf<M, X, Y>>;
      if constexpr (sizeof...(Tail) == 0 || !std::is_same_v<First, error::none>) return std::type_identity<First>{};
      else return std::type_identity<detail::behind_t<Chain, sizeof...(Tail), Rest, DiagnosisOf<Rest, Z<Y>, Y>>>{};
    }
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Chain& chain, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_featured(chain, data, context, want);
  }
};

/// An empty chain.
template <>
struct Behaviour<Cascade<>> {
  static constexpr Capabilities capabilities{};
  template <class X, class Y>
  using Model = meta::List<>;  // none
  template <class X, class Y>
  using Diagnosis = error::Mismatch<Cascade<>, error::GetsType<meta::List<>>, error::at_least_one_member>;
};

}  // namespace tutti
