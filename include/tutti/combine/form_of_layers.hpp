// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>

/// Sum, Mixture and Residual are made of layers alone, and so is a chain that begins with one, and a Fuse inside them: whatever
/// else stands there is named.
namespace tutti {

namespace detail {

/// What is wrong with S if it is a form of layers with something else inside; `none` for all other specs.
template <class S>
struct NoLayer {
  using type = error::none;
};

template <class Form, class Needed, class Parts>
struct FirstNoLayer;
template <class Form, class Needed>
struct FirstNoLayer<Form, Needed, meta::List<>> {
  using type = error::Mismatch<Form, error::GetsType<meta::List<>>, error::at_least_one_layer>;
};
template <class Form, class Needed, class... Parts>
  requires(sizeof...(Parts) > 0)
struct FirstNoLayer<Form, Needed, meta::List<Parts...>> {
  static constexpr std::size_t position = [] {
    constexpr bool layers[] = {is_layer<Parts>...};
    std::size_t i = 0;
    while (i + 1 < sizeof...(Parts) && layers[i]) ++i;
    return i;
  }();
  using Part = meta::at<position, Parts...>;
  using Deeper = error::located_t<Form, static_cast<int>(position), Part, typename NoLayer<Part>::type>;
  using type = std::conditional_t<std::is_same_v<Deeper, error::none>, error::Mismatch<Form, error::Member<static_cast<int>(position), Part>, Needed>, Deeper>;
};

template <class... S>
  requires(!is_layer<Residual<S...>>)
struct NoLayer<Residual<S...>> : FirstNoLayer<Residual<S...>, error::a_layer_with_infer_and_Bind, meta::List<S...>> {};
template <class... B>
  requires(!is_layer<Fuse<B...>>)
struct NoLayer<Fuse<B...>> : FirstNoLayer<Fuse<B...>, error::a_layer_with_infer_and_Bind, meta::List<B...>> {};
template <class... B>
  requires(!is_layer<Sum<B...>>)
struct NoLayer<Sum<B...>> : FirstNoLayer<Sum<B...>, error::a_layer_with_infer_and_Bind, typename Sum<B...>::MemberList> {};
template <class G, class... E>
  requires(!is_layer<Mixture<G, E...>>)
struct NoLayer<Mixture<G, E...>> : FirstNoLayer<Mixture<G, E...>, error::a_layer_with_infer_and_Bind, meta::List<G, E...>> {};
template <class L, class... S>
  requires(is_layer<L> && !is_layer<Cascade<L, S...>>)
struct NoLayer<Cascade<L, S...>> : FirstNoLayer<Cascade<L, S...>, error::a_layer_because_layers_stand_before_it, meta::List<L, S...>> {};

template <class Form>
struct NoEstimator {
  static constexpr Capabilities capabilities{};
  template <class X, class Y>
  using Model = meta::List<>;  // none
  template <class X, class Y>
  using Diagnosis = typename NoLayer<Form>::type;
};

}  // namespace detail

template <class... S>
  requires(!is_layer<Residual<S...>>)
struct Behaviour<Residual<S...>> : detail::NoEstimator<Residual<S...>> {};
/// Without a layer among its branches it is a step of a chain or the committee of a stack (combine/fuse.hpp), and no estimator.
template <class... B>
  requires(!is_layer<Fuse<B...>>)
struct Behaviour<Fuse<B...>> : detail::NoEstimator<Fuse<B...>> {
  template <class X, class Y>
  using Diagnosis = std::conditional_t<sizeof...(B) == 0 || (is_layer<B> || ...),
                                       typename detail::NoLayer<Fuse<B...>>::type,
                                       error::Mismatch<Fuse<B...>, error::GetsType<Dataset<X, Y>>,
                                                       error::an_estimator_but_this_is_a_transform>>;
};
template <class... B>
  requires(!is_layer<Sum<B...>>)
struct Behaviour<Sum<B...>> : detail::NoEstimator<Sum<B...>> {};
template <class G, class... E>
  requires(!is_layer<Mixture<G, E...>>)
struct Behaviour<Mixture<G, E...>> : detail::NoEstimator<Mixture<G, E...>> {};

}  // namespace tutti
