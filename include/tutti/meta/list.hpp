// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tutti::meta {

/// An ordered pack of types that can be passed by value; never holds one.
template <class... Ts>
struct List {
  static constexpr int size = static_cast<int>(sizeof...(Ts));
};

/// The I-th type of a pack, found by overload resolution instead of recursion.
namespace detail {
template <std::size_t I, class T>
struct Indexed {};
template <class Sequence, class... Ts>
struct IndexedPack;
template <std::size_t... I, class... Ts>
struct IndexedPack<std::index_sequence<I...>, Ts...> : Indexed<I, Ts>... {};
template <std::size_t I, class T>
std::type_identity<T> pick(Indexed<I, T>);
}  // namespace detail

template <std::size_t I, class... Ts>
using at = typename decltype(detail::pick<I>(detail::IndexedPack<std::index_sequence_for<Ts...>, Ts...>{}))::type;

/// The first type of a pack that is not `None`, or `None`: how one diagnosis is chosen out of many.
template <class None, class... Ts>
constexpr auto first_other_than() {
  if constexpr (sizeof...(Ts) == 0) {
    return std::type_identity<None>{};
  } else {
    constexpr bool other[] = {!std::is_same_v<Ts, None>...};
    constexpr std::size_t position = [&] {
      for (std::size_t i = 0; i < sizeof...(Ts); ++i)
        if (other[i]) return i;
      return std::size_t{0};
    }();
    return std::type_identity<at<position, Ts...>>{};
  }
}
template <class None, class... Ts>
using first_other = typename decltype(first_other_than<None, Ts...>())::type;

/// Calls f(integral_constant<size_t, 0>), ..., f(integral_constant<size_t, N - 1>) in order.
template <std::size_t N, class F>
constexpr void unroll(F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
  }(std::make_index_sequence<N>{});
}

/// The same from N - 1 down to 0.
template <std::size_t N, class F>
constexpr void unroll_back(F&& f) {
  unroll<N>([&](auto i) { f(std::integral_constant<std::size_t, N - 1 - decltype(i)::value>{}); });
}

template <class T, template <class...> class Template>
inline constexpr bool is_instance_of = false;
template <template <class...> class Template, class... Args>
inline constexpr bool is_instance_of<Template<Args...>, Template> = true;

}  // namespace tutti::meta
