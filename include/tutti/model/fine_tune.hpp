// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted.hpp>
#include <tutti/model/network.hpp>

namespace tutti {

template <class Net, class Pretrained>
struct FineTune;

namespace detail {

template <class Net>
struct LayersOf {
  using type = meta::List<Net>;
};
template <class... L>
struct LayersOf<Cascade<L...>> {
  using type = meta::List<L...>;
};
template <class Chain>
struct LayersOf<Network<Chain>> : LayersOf<Chain> {};
template <class Net, class Pretrained>
struct LayersOf<FineTune<Net, Pretrained>> : LayersOf<Net> {};

/// How many layers two nets begin with in common; the last layer of each is its own.
template <class... A, class... B>
constexpr int common_layers(meta::List<A...>, meta::List<B...>) {
  constexpr std::size_t most = std::min(sizeof...(A), sizeof...(B)) - 1;
  constexpr auto count = []<std::size_t... I>(std::index_sequence<I...>) {
    int n = 0;
    (void)((std::is_same_v<meta::at<I, A...>, meta::at<I, B...>> && (++n, true)) && ...);
    return n;
  };
  return count(std::make_index_sequence<most>{});
}

template <class Model>
inline constexpr bool is_net = false;
template <class Chain, class X, class Y>
inline constexpr bool is_net<NetworkModel<Chain, X, Y>> = true;

template <class Spec>
constexpr bool fitted_net() {
  if constexpr (is_fitted<Spec>) return is_net<typename Spec::Model>;
  else return false;
}

}  // namespace detail

/// A net that does not start from nothing: `FineTune{Network{Cnn{}, {.rates = frozen(6)}}, fitted}`. The layers that
/// both nets begin with in common take their weights and running statistics from the fitted one, and images its
/// scaling; the last layer of each is its own. An estimator like any other; the fitted net stays as it is. To go on
/// with all layers and the same targets is what `update` is for.
/// Needs    a Fitted net (whatever its targets) on the same inputs, with at least the first layer in common.
/// Cost     as of the net.
/// Errors   at compile time: other inputs, no layer in common. FitError: a common layer of other extents, where they
///          depend on the data.
/// Source   Yosinski et al., How transferable are features in deep neural networks? (NIPS 2014).
template <class Net, class Pretrained>
struct FineTune {
  /// The layers that are taken over.
  static constexpr int common = [] {
    if constexpr (detail::fitted_net<Pretrained>())
      return detail::common_layers(typename detail::LayersOf<Net>::type{},
                                   typename detail::LayersOf<typename Pretrained::SpecType>::type{});
    else return 0;
  }();

  Net net{};
  Pretrained pretrained{};

  FineTune() = default;
  FineTune(Net n, Pretrained p) : net(std::move(n)), pretrained(std::move(p)) {}
};

namespace detail {

template <class Net, class Pretrained, class X, class Y>
ModelOf<Net, X, Y> fit_tuned(const FineTune<Net, Pretrained>& spec, const Dataset<X, Y>& data,
                             const Context& context);  // fine_tune_fit.hpp
template <class Net, class Pretrained, class X, class Y>
Buffer<ModelOf<Net, X, Y>> fit_tuned_cycles(const FineTune<Net, Pretrained>& spec, const Dataset<X, Y>& data,
                                            const Context& context, int cycles);  // fine_tune_fit.hpp

template <class Net, class Pretrained, class X, class Y>
constexpr auto diagnose_tuning() {
  using Form = FineTune<Net, Pretrained>;
  if constexpr (!fitted_net<Pretrained>()) {
    return std::type_identity<error::Mismatch<Form, error::GetsType<Pretrained>, error::a_fitted_net>>{};
  } else if constexpr (!std::is_same_v<typename Pretrained::InputType, X>) {
    return std::type_identity<error::Mismatch<Form, error::GetsType<Dataset<X, Y>>, error::the_inputs_of_the_fitted_net>>{};
  } else if constexpr (!error::composition_fits<DiagnosisOf<Net, X, Y>>) {
    return std::type_identity<DiagnosisOf<Net, X, Y>>{};
  } else if constexpr (Form::common == 0) {
    return std::type_identity<error::Mismatch<Form, error::GetsType<typename Pretrained::SpecType>,
                                              error::a_first_layer_in_common>>{};
  } else {
    return std::type_identity<error::none>{};
  }
}

}  // namespace detail

template <class Net, class Pretrained>
struct Behaviour<FineTune<Net, Pretrained>> {
  static constexpr Capabilities capabilities = capabilities_of<Net>;

  template <class X, class Y>
  using Model = ModelOf<Net, X, Y>;
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_tuning<Net, Pretrained, X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const FineTune<Net, Pretrained>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_tuned(spec, data, context);
  }
  template <class X, class Y>
  static Buffer<Model<X, Y>> fit_cycles(const FineTune<Net, Pretrained>& spec, const Dataset<X, Y>& data,
                                        const Context& context, int cycles) {
    return detail::fit_tuned_cycles(spec, data, context, cycles);
  }
};

}  // namespace tutti
