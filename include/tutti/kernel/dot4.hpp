// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <cstdint>
#include <cstring>

/// Registers of bytes in fours. Which instructions do it is chosen here and nowhere else; the integers are the same
/// with all of them.
namespace tutti::kernel {

/// A register whose 32-bit lanes hold four bytes each, or the sum of the products of such.
using Quads = Batch<std::int32_t>;
inline constexpr std::ptrdiff_t quad_lanes = lanes<std::int32_t>;
inline constexpr std::ptrdiff_t register_bytes = 4 * quad_lanes;

namespace detail {

/// Lane by lane with 32-bit products, as every machine can.
[[gnu::always_inline]] inline Quads dot4_plain(Quads sum, const Quads& x, const Quads& w) noexcept {
  const Quads byte(255);
  for (int shift = 0; shift < 32; shift += 8) sum = sum + ((x >> shift) & byte) * ((w << (24 - shift)) >> 24);
  return sum;
}

// Even and odd bytes as 16-bit numbers, whose products are added in pairs of 32 bits: unlike those of the shorter
// maddubs, they never saturate.
#if defined(__SSE2__)
[[gnu::always_inline]] inline __m128i dot4_halves(__m128i sum, __m128i x, __m128i w) noexcept {
  const __m128i even = _mm_madd_epi16(_mm_and_si128(x, _mm_set1_epi16(255)), _mm_srai_epi16(_mm_slli_epi16(w, 8), 8));
  return _mm_add_epi32(_mm_add_epi32(sum, even), _mm_madd_epi16(_mm_srli_epi16(x, 8), _mm_srai_epi16(w, 8)));
}
#endif
#if defined(__AVX2__)
[[gnu::always_inline]] inline __m256i dot4_halves(__m256i sum, __m256i x, __m256i w) noexcept {
  const __m256i even = _mm256_madd_epi16(_mm256_and_si256(x, _mm256_set1_epi16(255)), _mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8));
  return _mm256_add_epi32(_mm256_add_epi32(sum, even), _mm256_madd_epi16(_mm256_srli_epi16(x, 8), _mm256_srai_epi16(w, 8)));
}
#endif
#if defined(__AVX512BW__)
[[gnu::always_inline]] inline __m512i dot4_halves(__m512i sum, __m512i x, __m512i w) noexcept {
  const __m512i even = _mm512_madd_epi16(_mm512_and_si512(x, _mm512_set1_epi16(255)), _mm512_srai_epi16(_mm512_slli_epi16(w, 8), 8));
  return _mm512_add_epi32(_mm512_add_epi32(sum, even), _mm512_madd_epi16(_mm512_srli_epi16(x, 8), _mm512_srai_epi16(w, 8)));
}
#endif

}  // namespace detail

/// sum + x0 w0 + x1 w1 + x2 w2 + x3 w3 in every lane, x of unsigned and w of signed bytes; modulo 2^32, never saturated.
[[gnu::always_inline]] inline Quads dot4(Quads sum, const Quads& x, const Quads& w) noexcept {
#if defined(__AVX512VNNI__)
  if constexpr (register_bytes == 64) sum = Quads(_mm512_dpbusd_epi32(sum.data, x.data, w.data));
  else
#endif
#if defined(__SSE2__)
    sum = Quads(detail::dot4_halves(sum.data, x.data, w.data));
#else
  sum = detail::dot4_plain(sum, x, w);
#endif
  in_register<std::int32_t>(sum);  // GCC 12 -O3 otherwise moves sums to memory and back
  return sum;
}

/// The register_bytes bytes at p.
[[gnu::always_inline]] inline Quads load_quads(const void* p) noexcept {
#if defined(__AVX512F__)
  return Quads(_mm512_loadu_si512(p));
#elif defined(__AVX__)
  return Quads(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
#elif defined(__SSE2__)
  return Quads(_mm_loadu_si128(static_cast<const __m128i*>(p)));
#else
  alignas(64) std::int32_t whole[static_cast<std::size_t>(quad_lanes)];
  std::memcpy(whole, p, sizeof whole);
  return Quads::load_aligned(whole);
#endif
}

/// The same, and kept in a register: left alone, GCC reads memory again for every use, and loads are what is scarce.
[[gnu::always_inline]] inline Quads load_once(const void* p) noexcept {
  Quads v = load_quads(p);
  in_register<std::int32_t>(v);
  return v;
}

/// The four bytes at p in every lane.
[[gnu::always_inline]] inline Quads broadcast_quad(const std::uint8_t* p) noexcept {
  std::int32_t quad;
  std::memcpy(&quad, p, sizeof quad);
  return Quads(quad);
}
/// The first n < 4 of them, zeros behind; nothing beyond them is read.
[[gnu::always_inline]] inline Quads broadcast_part(const std::uint8_t* p, std::size_t n) noexcept {
  const std::uint8_t bytes[4] = {p[0], n > 1 ? p[1] : std::uint8_t{0}, n > 2 ? p[2] : std::uint8_t{0}, 0};
  return broadcast_quad(bytes);
}

}  // namespace tutti::kernel
