// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/lane_order.hpp>

#include <algorithm>

/// How the depthwise tiles walk over a plane: registers of a row, blocks of rows, and what the taps see under a register.
namespace tutti::kernel::detail {

/// A register of outputs: its type, and whether it is the first or the last of its row.
template <class Register, bool First, bool Last> struct Stretch {
  using V = Register;
  static constexpr bool first = First, last = Last, part = First && Last;  // part: some of its lanes may be beyond the row
};

/// Rows of n outputs that are less than a register.
template <class Register> struct ShortRows {
  using V = Register;
  template <class F> [[gnu::always_inline]] static void each(std::ptrdiff_t, const F& f) { f(std::ptrdiff_t{0}, Stretch<V, true, true>{}); }
};
/// Rows of more: the last register begins early where n is no multiple of it; it is a half, if wanted, where that is enough.
template <class T, bool Halves> struct LongRows {
  using V = Batch<T>;
  template <class F> [[gnu::always_inline]] static void each(std::ptrdiff_t n, const F& f) {
    f(std::ptrdiff_t{0}, Stretch<Batch<T>, true, false>{});
    std::ptrdiff_t q = lanes<T>;
    for (; q + lanes<T> < n; q += lanes<T>) f(q, Stretch<Batch<T>, false, false>{});
    if constexpr (Halves && has_half<T>)
      if (constexpr std::ptrdiff_t half = lanes_of<Half<T>>; n - q <= half) return f(n - half, Stretch<Half<T>, false, true>{});
    f(n - lanes<T>, Stretch<Batch<T>, false, true>{});
  }
};
/// f(rows) with the kind of rows that n outputs make. f should not be inlined: each kind is fastest by itself.
template <class T, bool Halves, class F> void for_rows_of(std::ptrdiff_t n, const F& f) {
  if constexpr (has_half<T>)
    if (n <= lanes_of<Half<T>>) return f(ShortRows<Half<T>>{});
  if (n <= lanes<T>) f(ShortRows<Batch<T>>{});
  else f(LongRows<T, Halves>{});
}

/// f(at, R) for blocks of R rows, from the first to the last: R is Most as long as that is possible.
template <int Most, class F> [[gnu::always_inline]] inline void each_block(std::ptrdiff_t rows, const F& f) {
  std::ptrdiff_t at = 0;
  const auto blocks = [&]<int R>(std::integral_constant<int, R> r) __attribute__((always_inline)) {
    for (; at + R <= rows; at += R) f(at, r);
  };
  blocks(std::integral_constant<int, Most>{});
  if constexpr (Most > 2) blocks(std::integral_constant<int, 2>{});
  if constexpr (Most > 1) blocks(std::integral_constant<int, 1>{});
}

/// Whether each register but the last sees only its row, as the functions below need it.
template <class T> constexpr bool rows_fit(int kernel, int stride, std::ptrdiff_t n) noexcept {
  return kernel / 2 <= lanes<T> && (stride == 2 || n <= lanes<T> || n % lanes<T> == 0 || n % lanes<T> >= kernel / 2);
}

/// v[k], lane l = x[Stride (q + l) + k - Kernel / 2] of a row of `width` numbers between zeros: what tap k sees at output q + l.
template <class At, int Kernel, class T>
[[gnu::always_inline]] inline void seen_side_by_side(const T* row, std::ptrdiff_t width, std::ptrdiff_t q,
                                                     typename At::V (&v)[Kernel]) noexcept {
  using V = typename At::V;
  constexpr std::ptrdiff_t n = lanes_of<V>;
  const T* const at = row + q;
  const V zero(T(0)), middle = At::part ? read_lanes<V>(at, 0, std::min(width - q, n)) : read<V>(at);
  const auto tap = [&]<int k>(std::integral_constant<int, k>) __attribute__((always_inline)) {
    constexpr int shift = k - Kernel / 2;
    constexpr bool outside = (shift < 0 && At::first) || (shift > 0 && At::last);
    if constexpr (shift == 0) v[k] = middle;
    else if constexpr (!outside) v[k] = read<V>(at + shift);
    else if constexpr (masks<V>) {                                       // cheaper than a shuffle, which takes turns with the sums
      constexpr std::ptrdiff_t from = shift < 0 ? -shift : 0, most = shift < 0 ? n : n - shift;
      v[k] = read_lanes<V>(at + shift, from, At::part ? std::clamp(width - shift, from, n) : most);
    }
    else if constexpr (shift < 0) v[k] = moved_up<-shift>(zero, middle);
    else v[k] = picked<shift, 1>(middle, zero);
  };
  [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
    (tap(std::integral_constant<int, k>{}), ...);
  }(std::make_integer_sequence<int, Kernel>{});
}
/// The same where the stride is 2: v[k], lane l = x[2 (q + output_in_lane(l)) + k - Kernel / 2].
template <class At, int Kernel, class T>
[[gnu::always_inline]] inline void seen_apart(const T* row, std::ptrdiff_t width, std::ptrdiff_t q, typename At::V (&v)[Kernel]) noexcept {
  using V = typename At::V;
  constexpr std::ptrdiff_t n = lanes_of<V>, middle = Kernel / 2;
  const T* const at = row + 2 * q;
  const std::ptrdiff_t rest = width - 2 * q;
  const auto part = [&](std::ptrdiff_t offset, bool masked_here) __attribute__((always_inline)) {
    const std::ptrdiff_t count = std::clamp<std::ptrdiff_t>(rest - offset, 0, n);
    return At::part || (masked_here && (masks<V> || count < n)) ? read_lanes<V>(at + offset, 0, count) : read<V>(at + offset);
  };
  const V zero(T(0)), a = part(0, false), b = part(n, At::last);
  v[middle] = every_other<0>(a, b);
  v[middle + 1] = every_other<1>(a, b);
  v[middle - 1] = of_neighbour<-1>(v[middle + 1], At::first ? zero : V(at[-1]));
  if constexpr (Kernel == 5) {
    v[0] = of_neighbour<-1>(v[middle], At::first ? zero : V(at[-2]));
    v[4] = of_neighbour<1>(v[middle], At::last ? zero : V(at[2 * n]));
  }
}
template <class At, int Stride, int Kernel, class T>
[[gnu::always_inline]] inline void seen_by_taps(const T* row, std::ptrdiff_t width, std::ptrdiff_t q,
                                                typename At::V (&v)[Kernel]) noexcept {
  static_assert((Kernel == 3 || Kernel == 5) && (Stride == 1 || Stride == 2));
  if constexpr (Stride == 1) seen_side_by_side<At>(row, width, q, v);
  else seen_apart<At>(row, width, q, v);
}

}  // namespace tutti::kernel::detail
