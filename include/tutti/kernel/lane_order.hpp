// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/half_register.hpp>

#include <utility>

/// Registers V whose lanes change places.
namespace tutti::kernel::detail {

/// The lanes of the pair (a, b) that Index(0), Index(1).. name.
template <auto Index, class V> [[gnu::always_inline]] inline V arranged(const V& a, const V& b) noexcept {
  return [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    return V(__builtin_shufflevector(a.data, b.data, Index(i)...));
  }(std::make_integer_sequence<int, static_cast<int>(lanes_of<V>)>{});
}
/// Lanes of the pair (a, b), the first at From, the next ones Step apart.
template <int From, int Step> constexpr int picked_lane(int i) noexcept { return From + Step * i; }
template <int From, int Step, class V> [[gnu::always_inline]] inline V picked(const V& a, const V& b) noexcept {
  return arranged<picked_lane<From, Step>>(a, b);
}
/// v moved up by By lanes, behind the last lanes of `before`.
template <int By, class V> [[gnu::always_inline]] inline V moved_up(const V& before, const V& v) noexcept {
  return picked<static_cast<int>(lanes_of<V>) - By, 1>(before, v);
}

/// Every other lane of (a, b), the even or the odd ones, taken in each 128 bits by itself: within these a shuffle is cheaper. Lane l
/// is then number output_in_lane(l) of them.
template <class V> inline constexpr int lanes_in_block = 16 / static_cast<int>(sizeof(typename V::value_type));
template <int Odd, int Lanes, int Block> constexpr int lane_of_every_other(int i) noexcept {
  const int within = i % Block;
  return i - within + (within < Block / 2 ? 0 : Lanes) + 2 * (within % (Block / 2)) + Odd;
}
template <int Odd, class V> [[gnu::always_inline]] inline V every_other(const V& a, const V& b) noexcept {
  return arranged<lane_of_every_other<Odd, static_cast<int>(lanes_of<V>), lanes_in_block<V>>>(a, b);
}
template <int Lanes, int Block> constexpr int output_in_lane(int i) noexcept { return lane_of_every_other<0, Lanes, Block>(i) / 2; }
template <int Lanes, int Block> constexpr int lane_of_output(int o) noexcept {
  const int within = o % (Lanes / 2);
  return within / (Block / 2) * Block + within % (Block / 2) + (o < Lanes / 2 ? 0 : Block / 2);
}
/// For each lane of every_other the number By before or behind its own, `beyond` where there is none.
template <int By, int Lanes, int Block> constexpr int lane_of_neighbour(int i) noexcept {
  const int o = output_in_lane<Lanes, Block>(i) + By;
  return o < 0 || o >= Lanes ? Lanes : lane_of_output<Lanes, Block>(o);
}
template <int By, class V> [[gnu::always_inline]] inline V of_neighbour(const V& v, const V& beyond) noexcept {
  return arranged<lane_of_neighbour<By, static_cast<int>(lanes_of<V>), lanes_in_block<V>>>(v, beyond);
}
/// Numbers of the outputs, as the lanes of every_other have them, and back.
template <int Stride, class V> [[gnu::always_inline]] inline V by_lanes(const V& v) noexcept {
  if constexpr (Stride == 1) return v;
  else return arranged<output_in_lane<static_cast<int>(lanes_of<V>), lanes_in_block<V>>>(v, v);
}
template <int Stride, class V> [[gnu::always_inline]] inline V in_order(const V& v) noexcept {
  if constexpr (Stride == 1) return v;
  else return arranged<lane_of_output<static_cast<int>(lanes_of<V>), lanes_in_block<V>>>(v, v);
}

/// to[i] += the sum of the lanes of v[i], for Count registers.
template <int Count, class V> [[gnu::always_inline]] inline void add_lane_sums(const V (&v)[Count], typename V::value_type* to) noexcept {
  constexpr int block = lanes_in_block<V>;
#pragma GCC unroll 16
  for (int i = 0; i < Count; i += block) {
    const auto of = [&](int k) __attribute__((always_inline)) {
      return i + k < Count ? v[i + k] : V(typename V::value_type(0));
    };
    V sum = every_other<0>(of(0), of(1)) + every_other<1>(of(0), of(1));
    if constexpr (block == 4) {
      const V next = every_other<0>(of(2), of(3)) + every_other<1>(of(2), of(3));
      sum = every_other<0>(sum, next) + every_other<1>(sum, next);
    }
    constexpr int n = static_cast<int>(lanes_of<V>);
    if constexpr (n > 8) sum = sum + picked<8, 1>(sum, sum);
    if constexpr (n > 4) sum = sum + picked<4, 1>(sum, sum);
    if constexpr (n > 2 && block == 2) sum = sum + picked<2, 1>(sum, sum);
    alignas(64) typename V::value_type whole[static_cast<std::size_t>(lanes_of<V>)];
    sum.store_aligned(whole);
#pragma GCC unroll 4
    for (int k = 0; k < block; ++k)
      if (i + k < Count) to[i + k] += whole[k];
  }
}

}  // namespace tutti::kernel::detail
