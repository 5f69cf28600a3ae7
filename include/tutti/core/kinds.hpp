// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/forms.hpp>
#include <tutti/core/shape.hpp>

#include <concepts>
#include <type_traits>

/// What a spec is, decided from its members alone: a layer infers a shape and can be bound, a transform infers a shape
/// and is fitted, everything else is taken for an estimator. A form is what all of its parts are.
namespace tutti {

template <class S>
concept InfersShape = requires(Shape in) {
  { S::infer(in) } -> std::convertible_to<Shape>;
};

namespace detail {
struct AnyExtents;  // names a Bind without making one
template <class S>
concept NamesBind = requires { typename S::template Bind<AnyExtents, float>; };
}  // namespace detail

template <class S>
inline constexpr bool is_layer = InfersShape<S> && detail::NamesBind<S>;
template <class... S>
inline constexpr bool is_layer<Cascade<S...>> = sizeof...(S) > 0 && (is_layer<S> && ...);
template <class... B>
inline constexpr bool is_layer<Fuse<B...>> = sizeof...(B) > 0 && (is_layer<B> && ...);
template <class... B>
inline constexpr bool is_layer<Sum<B...>> = sizeof...(B) > 0 && (is_layer<B> && ...);
template <int N, class... B>
inline constexpr bool is_layer<Sum<Weights<N>, B...>> = sizeof...(B) > 0 && (is_layer<B> && ...);
template <class... B>
inline constexpr bool is_layer<Sum<LearntWeights, B...>> = sizeof...(B) > 0 && (is_layer<B> && ...);
template <class G, class... E>
inline constexpr bool is_layer<Mixture<G, E...>> = sizeof...(E) > 0 && is_layer<G> && (is_layer<E> && ...);
template <class... S>
inline constexpr bool is_layer<Residual<S...>> = sizeof...(S) > 0 && (is_layer<S> && ...);
template <meta::FixedString Name, class M>
inline constexpr bool is_layer<On<Name, M>> = is_layer<M>;

template <class S>
inline constexpr bool is_transform = InfersShape<S> && !detail::NamesBind<S>;

template <class S>
concept Layer = is_layer<S>;
template <class S>
concept Transform = is_transform<S>;
template <class S>
concept Estimator = !is_layer<S> && !is_transform<S>;

}  // namespace tutti
