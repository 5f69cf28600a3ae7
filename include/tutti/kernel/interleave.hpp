// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/dot4.hpp>

/// Four registers of bytes as fours, and fours as bytes again, in an order that costs every machine only shuffles within
/// 16 bytes.
namespace tutti::kernel {

/// Which byte of the four registers' i-th bytes is the four in lane `lane` of register v.
constexpr std::ptrdiff_t interleaved(std::ptrdiff_t v, std::ptrdiff_t lane) noexcept { return lane / 4 * 16 + v * 4 + lane % 4; }

/// q[v]'s lane holds byte interleaved(v, lane) of p0, p1, p2 and p3.
[[gnu::always_inline]] inline void interleave(const Quads& p0, const Quads& p1, const Quads& p2, const Quads& p3, Quads (&q)[4]) noexcept {
#if defined(__AVX512BW__)
  const __m512i a = _mm512_unpacklo_epi8(p0.data, p1.data), b = _mm512_unpackhi_epi8(p0.data, p1.data);
  const __m512i c = _mm512_unpacklo_epi8(p2.data, p3.data), d = _mm512_unpackhi_epi8(p2.data, p3.data);
  q[0] = Quads(_mm512_unpacklo_epi16(a, c)), q[1] = Quads(_mm512_unpackhi_epi16(a, c));
  q[2] = Quads(_mm512_unpacklo_epi16(b, d)), q[3] = Quads(_mm512_unpackhi_epi16(b, d));
#elif defined(__AVX2__)
  const __m256i a = _mm256_unpacklo_epi8(p0.data, p1.data), b = _mm256_unpackhi_epi8(p0.data, p1.data);
  const __m256i c = _mm256_unpacklo_epi8(p2.data, p3.data), d = _mm256_unpackhi_epi8(p2.data, p3.data);
  q[0] = Quads(_mm256_unpacklo_epi16(a, c)), q[1] = Quads(_mm256_unpackhi_epi16(a, c));
  q[2] = Quads(_mm256_unpacklo_epi16(b, d)), q[3] = Quads(_mm256_unpackhi_epi16(b, d));
#else
  alignas(64) std::uint8_t from[4][static_cast<std::size_t>(register_bytes)], to[static_cast<std::size_t>(register_bytes)];
  const Quads p[] = {p0, p1, p2, p3};
  for (std::size_t i = 0; i < 4; ++i) p[i].store_aligned(reinterpret_cast<std::int32_t*>(from[i]));
  for (std::ptrdiff_t v = 0; v < 4; ++v) {
    for (std::ptrdiff_t i = 0; i < register_bytes; ++i) to[i] = from[i % 4][interleaved(v, i / 4)];
    q[v] = load_quads(to);
  }
#endif
}

/// Stores the lowest bytes of all lanes, byte interleaved(v, lane) that of q[v]'s.
[[gnu::always_inline]] inline void store_interleaved(const Quads (&q)[4], std::uint8_t* p) noexcept {
#if defined(__AVX512BW__)
  const __m512i byte = _mm512_set1_epi32(255);
  const __m512i low = _mm512_packus_epi32(_mm512_and_si512(q[0].data, byte), _mm512_and_si512(q[1].data, byte));
  const __m512i high = _mm512_packus_epi32(_mm512_and_si512(q[2].data, byte), _mm512_and_si512(q[3].data, byte));
  _mm512_storeu_si512(p, _mm512_packus_epi16(low, high));
#elif defined(__AVX2__)
  const __m256i byte = _mm256_set1_epi32(255);
  const __m256i low = _mm256_packus_epi32(_mm256_and_si256(q[0].data, byte), _mm256_and_si256(q[1].data, byte));
  const __m256i high = _mm256_packus_epi32(_mm256_and_si256(q[2].data, byte), _mm256_and_si256(q[3].data, byte));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm256_packus_epi16(low, high));
#else
  alignas(64) std::int32_t lane[static_cast<std::size_t>(quad_lanes)];
  for (std::ptrdiff_t v = 0; v < 4; ++v) {
    q[v].store_aligned(lane);
    for (std::ptrdiff_t i = 0; i < quad_lanes; ++i) p[interleaved(v, i)] = static_cast<std::uint8_t>(lane[i] & 255);
  }
#endif
}

}  // namespace tutti::kernel
