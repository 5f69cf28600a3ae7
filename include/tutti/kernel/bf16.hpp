// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <bit>
#include <cstdint>

namespace tutti::kernel {

/// bfloat16: the upper half of a float, its sign, its exponent and 7 bits of its fraction. For storage: sums are made of floats.
/// A float becomes the nearest bf16, ties to even, at a relative distance of at most 2^-8. Infinities remain; from 2^128 - 2^119
/// on, halfway from the largest bf16, numbers become infinite. Denormals are kept. A NaN remains one, made quiet, with its sign.
struct Bf16 {
  std::uint16_t bits;

  Bf16() = default;
  constexpr explicit Bf16(float x) noexcept : bits(static_cast<std::uint16_t>(nearest(std::bit_cast<std::uint32_t>(x)) >> 16)) {}
  constexpr explicit operator float() const noexcept { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

 private:
  static constexpr std::uint32_t nearest(std::uint32_t x) noexcept {  // in the upper half
    return (x & 0x7fffffff) > 0x7f800000 ? x | 0x400000 : x + 0x7fff + (x >> 16 & 1);
  }
};
static_assert(Bf16(1.0f).bits == 0x3f80 && float(Bf16(3.14159265f)) == 3.140625f);

namespace detail {

/// The bits of the nearest bf16 in the upper half of each lane; what is below has no meaning.
[[gnu::always_inline]] inline Batch<std::int32_t> nearest_bf16(const Batch<float>& x) noexcept {
  using Bits = Batch<std::int32_t>;
  const Bits bits = xsimd::bitwise_cast<Bits>(x), rounded = bits + Bits(0x7fff) + ((bits >> 16) & Bits(1)), quiet = bits | Bits(0x400000);
  return xsimd::bitwise_cast<Bits>(xsimd::select(x == x, xsimd::bitwise_cast<Batch<float>>(rounded), xsimd::bitwise_cast<Batch<float>>(quiet)));
}

/// Stores a register of floats as bf16. Which instructions do it is chosen here; the bits are the same with all of them.
[[gnu::always_inline]] inline void store_bf16(const Batch<float>& x, Bf16* p) noexcept {
#if defined(__AVX512BF16__) && defined(__AVX512DQ__)
  constexpr int denormal = 0x20;  // the instruction makes zeros of them
  if (_mm512_fpclass_ps_mask(x.data, denormal) == 0) [[likely]]
    return _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), __m256i(_mm512_cvtneps_pbh(x.data)));
#endif
  const Batch<std::int32_t> bits = nearest_bf16(x);
#if defined(__AVX512F__)
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(_mm512_srli_epi32(bits.data, 16)));
#elif defined(__AVX2__)
  const __m256i halves = _mm256_srai_epi32(bits.data, 16), twice = _mm256_packs_epi32(halves, halves);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(_mm256_permute4x64_epi64(twice, 0x08)));
#else
  alignas(64) std::int32_t whole[static_cast<std::size_t>(lanes<float>)];
  bits.store_aligned(whole);
  for (std::ptrdiff_t i = 0; i < lanes<float>; ++i) p[i].bits = static_cast<std::uint16_t>(static_cast<std::uint32_t>(whole[i]) >> 16);
#endif
}

/// A register of floats from as many bf16.
[[gnu::always_inline]] inline Batch<float> load_bf16(const Bf16* p) noexcept {
#if defined(__AVX512F__)
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
  return Batch<float>(_mm512_castsi512_ps(_mm512_slli_epi32(wide, 16)));
#elif defined(__AVX2__)
  const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  return Batch<float>(_mm256_castsi256_ps(_mm256_slli_epi32(wide, 16)));
#else
  alignas(64) float whole[static_cast<std::size_t>(lanes<float>)];
  for (std::ptrdiff_t i = 0; i < lanes<float>; ++i) whole[i] = float(p[i]);
  return Batch<float>::load_aligned(whole);
#endif
}

}  // namespace detail

/// y[i] = Bf16(x[i]).
/// Cost     reads 4 n bytes and writes 2 n.
inline void round_to_bf16(std::ptrdiff_t n, const float* x, Bf16* y) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + lanes<float> <= n; i += lanes<float>) detail::store_bf16(load<float>(x + i), y + i);
  for (; i < n; ++i) y[i] = Bf16(x[i]);
}

/// y[i] = float(x[i]): exact, and every NaN keeps its bits.
inline void widen_bf16(std::ptrdiff_t n, const Bf16* x, float* y) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + lanes<float> <= n; i += lanes<float>) store<float>(detail::load_bf16(x + i), y + i);
  for (; i < n; ++i) y[i] = float(x[i]);
}

}  // namespace tutti::kernel
