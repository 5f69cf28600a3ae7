// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <type_traits>

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
[[gnu::always_inline]] inline V read_lanes(const typename V::value_type* p, [[maybe_unused]] std::ptrdiff_t from,
                                           std::ptrdiff_t to) noexcept {
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
      const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
      const __m256i last = _mm256_add_epi32(lane, _mm256_set1_epi32(static_cast<int>(n) - 4));
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
  else
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      return V(__builtin_shufflevector(v.data, v.data, static_cast<int>(I)...));
    }(std::make_index_sequence<V::size>{});
}
/// a b + c, rounded once where the machine can.
template <class V> [[gnu::always_inline]] inline V multiply_add_in(const V& a, const V& b, const V& c) noexcept {
  if constexpr (is_whole<V>) return multiply_add<typename V::value_type>(a, b, c);
  else return xsimd::fma(a, b, c);
}


}  // namespace tutti::kernel::detail
