// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/slots.hpp>
#include <tutti/layer/trace.hpp>

#include <array>

namespace tutti {

namespace detail {

/// The shapes before, between and behind layers in a row, as far as they fit.
template <int N>
struct ChainTrace {
  std::array<Shape, static_cast<std::size_t>(N) + 1> shape{};
  int fitting = 0;  // how many layers fit; the one of that index is the first that does not

  constexpr Traced traced() const { return {fitting == N, shape[static_cast<std::size_t>(fitting)]}; }
};

template <class... L>
constexpr auto trace_chain(const InputShape& in) {
  ChainTrace<static_cast<int>(sizeof...(L))> t;
  t.shape[0] = in.row;
  std::size_t i = 0;
  const auto step = [&](const Traced& next) {
    if (next.fits) {
      t.shape[++i] = next.out;
      ++t.fitting;
    }
    return next.fits;
  };
  (void)(step(tutti::trace<L>(i == 0 ? in : InputShape(t.shape[i]))) && ...);
  return t;
}
template <class In, class... L>
inline constexpr auto chain_trace = trace_chain<L...>(traced_input<In>());

/// The extents of layer I of a chain: the first one sees what the chain sees (it may be a record).
template <std::size_t I, class In, class... L>
struct ChainIn {
  using type = Extents<chain_trace<In, L...>.shape[I]>;
};
template <class In, class... L>
struct ChainIn<0, In, L...> {
  using type = In;
};

template <class In, class T, class Indices, class... L>
struct ChainSlots;
template <class In, class T, std::size_t... I, class... L>
struct ChainSlots<In, T, std::index_sequence<I...>, L...> {
  using type = Slots<std::index_sequence<I...>, NodeOf<L, typename ChainIn<I, In, L...>::type, T>...>;
};

}  // namespace detail

}  // namespace tutti
