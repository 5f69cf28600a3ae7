// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <utility>

/// Registers V of two widths, and loads that leave lanes out: what ends a row whose length is no multiple of a register.
namespace tutti::kernel::detail {

/// Half a register where the machine has such beside its whole ones, and can mask both.
#if defined(__AVX512VL__) && defined(__FMA__)
template <class T> using Half = xsimd::batch<T, xsimd::fma3<xsimd::avx2>>;
template <class T> inline constexpr bool has_half = masked<T>;
#else
template <class T> using Half = Batch<T>;
template <class T> inline constexpr bool has_half = false;
#endif

template <class V> inline constexpr std::ptrdiff_t lanes_of = static_cast<std::ptrdiff_t>(V::size);
template <class V> inline constexpr bool is_whole = std::is_same_v<V, Batch<typename V::value_type>>;
template <class V> inline constexpr bool masks = has_half<typename V::value_type>;

/// Keeps v in its register where there are 32 of them: GCC would rather read it again from memory, across lines.
template <class V> [[gnu::always_inline]] inline void keep([[maybe_unused]] V& v) noexcept {
#if defined(__AVX512VL__)
  asm("" : "+v"(v.data));
#endif
}
template <class V> [[gnu::always_inline]] inline V read(const typename V::value_type* p) noexcept {
  V v = V::load_unaligned(p);
  keep(v);
  return v;
}
/// Lanes from..to - 1 of a register at p, zeros in the others; where the machine cannot mask, `from` must be 0.
template <class V>
[[gnu::always_inline]] inline V read_lanes(const typename V::value_type* p, [[maybe_unused]] std::ptrdiff_t from, std::ptrdiff_t to) noexcept {
#if defined(__AVX512VL__) && defined(__FMA__)
  if constexpr (masks<V>) {
    const unsigned mask = (1u << to) - (1u << from);
    V v;
    if constexpr (sizeof(v.data) == 64 && V::size == 16) v = V(_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), p));
    else if constexpr (sizeof(v.data) == 64) v = V(_mm512_maskz_loadu_pd(static_cast<__mmask8>(mask), p));
    else if constexpr (V::size == 8) v = V(_mm256_maskz_loadu_ps(static_cast<__mmask8>(mask), p));
    else v = V(_mm256_maskz_loadu_pd(static_cast<__mmask8>(mask), p));
    keep(v);
    return v;
  } else
#elif defined(__AVX2__)
  if constexpr (sizeof(V) == 32 && V::size == 8) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return V(_mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(to)), lane)));
  } else if constexpr (sizeof(V) == 32) {
    const __m256i lane = _mm256_setr_epi64x(0, 1, 2, 3);
    return V(_mm256_maskload_pd(p, _mm256_cmpgt_epi64(_mm256_set1_epi64x(to), lane)));
  } else
#endif
    return load_part<typename V::value_type>(p, to);
}
/// The lanes of a register at p from `from` on, zeros below.
template <class V> [[gnu::always_inline]] inline V read_from(const typename V::value_type* p, std::ptrdiff_t from) noexcept {
  using T = typename V::value_type;
  if constexpr (masks<V>) return read_lanes<V>(p, from, lanes_of<V>);
  else {
    constexpr T number[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return xsimd::select(V::load_unaligned(number) >= V(static_cast<T>(from)), V::load_unaligned(p), V(T(0)));
  }
}
template <class V> [[gnu::always_inline]] inline void write(const V& v, typename V::value_type* p) noexcept { v.store_unaligned(p); }
template <class V>
[[gnu::always_inline]] inline void write_part(const V& v, typename V::value_type* p, std::ptrdiff_t n) noexcept {
#if defined(__AVX512VL__) && defined(__FMA__)
  if constexpr (!is_whole<V> && V::size == 8) return _mm256_mask_storeu_ps(p, static_cast<__mmask8>((1u << n) - 1), v.data);
  else if constexpr (!is_whole<V>) return _mm256_mask_storeu_pd(p, static_cast<__mmask8>((1u << n) - 1), v.data);
#elif defined(__AVX2__)
  if constexpr (sizeof(V) == 32 && V::size == 8) {                       // two overlapping halves: masked stores are slow
    if (n >= 4) {
      const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), last = _mm256_add_epi32(lane, _mm256_set1_epi32(static_cast<int>(n) - 4));
      _mm_storeu_ps(p, _mm256_castps256_ps128(v.data));
      return _mm_storeu_ps(p + n - 4, _mm256_castps256_ps128(_mm256_permutevar8x32_ps(v.data, last)));
    }
  }
#endif
  if constexpr (is_whole<V>) store_part<typename V::value_type>(v, p, n);
}
/// The lower lanes of v; all of them where V is its type.
template <class V, class W> [[gnu::always_inline]] inline V lower(const W& v) noexcept {
  if constexpr (std::is_same_v<V, W>) return v;
#if defined(__AVX512VL__) && defined(__FMA__)
  else if constexpr (V::size == 8) return V(_mm512_castps512_ps256(v.data));
  else return V(_mm512_castpd512_pd256(v.data));
#endif
}
/// a b + c, rounded once where the machine can.
template <class V> [[gnu::always_inline]] inline V multiply_add_in(const V& a, const V& b, const V& c) noexcept {
  if constexpr (is_whole<V>) return multiply_add<typename V::value_type>(a, b, c);
  else return xsimd::fma(a, b, c);
}

/// p + by, step by step: GCC would otherwise make the addresses of all rows of a tile beforehand, and keep them in memory.
template <class T> [[gnu::always_inline]] inline T* next_row(T* p, std::ptrdiff_t by) noexcept {
  p += by;
#if defined(__x86_64__)
  asm("" : "+r"(p));
#endif
  return p;
}

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
/// The lanes of a and b in turn, from their lower or upper halves.
template <int From, int Lanes> constexpr int lane_in_turn(int i) noexcept { return i / 2 + From + (i % 2 == 0 ? 0 : Lanes); }
template <bool Upper, class V> [[gnu::always_inline]] inline V in_turn(const V& a, const V& b) noexcept {
  constexpr int n = static_cast<int>(lanes_of<V>);
  return arranged<lane_in_turn<Upper ? n / 2 : 0, n>>(a, b);
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
    const auto of = [&](int k) __attribute__((always_inline)) { return i + k < Count ? v[i + k] : V(typename V::value_type(0)); };
    V sum = every_other<0>(of(0), of(1)) + every_other<1>(of(0), of(1));
    if constexpr (block == 4) {
      const V next = every_other<0>(of(2), of(3)) + every_other<1>(of(2), of(3));
      sum = every_other<0>(sum, next) + every_other<1>(sum, next);
    }
#pragma GCC unroll 3
    for (int half = static_cast<int>(lanes_of<V>) / 2; half >= block; half /= 2)
      sum = sum + (half == 8 ? picked<8 % static_cast<int>(lanes_of<V>), 1>(sum, sum) : half == 4 ? picked<4 % static_cast<int>(lanes_of<V>), 1>(sum, sum) : picked<2 % static_cast<int>(lanes_of<V>), 1>(sum, sum));
    alignas(64) typename V::value_type whole[static_cast<std::size_t>(lanes_of<V>)];
    sum.store_aligned(whole);
#pragma GCC unroll 4
    for (int k = 0; k < block; ++k)
      if (i + k < Count) to[i + k] += whole[k];
  }
}

}  // namespace tutti::kernel::detail
