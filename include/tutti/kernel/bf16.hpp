// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

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
  using Floats = Batch<float>;
  const Bits bits = xsimd::bitwise_cast<Bits>(x), quiet = bits | Bits(0x400000);
  const Bits rounded = bits + Bits(0x7fff) + ((bits >> 16) & Bits(1));
  return xsimd::bitwise_cast<Bits>(xsimd::select(x == x, xsimd::bitwise_cast<Floats>(rounded), xsimd::bitwise_cast<Floats>(quiet)));
}

/// A register of 32-bit numbers, and as many of 16 bits: the compiler knows best how this machine converts them.
using Wide = std::uint32_t __attribute__((vector_size(sizeof(Batch<float>))));
using Narrow = std::uint16_t __attribute__((vector_size(sizeof(Batch<float>) / 2)));

/// Stores a register of floats as bf16: by the instruction for it or by integers, with the same bits.
[[gnu::always_inline]] inline void store_bf16(const Batch<float>& x, Bf16* p) noexcept {
#if defined(__AVX512BF16__) && defined(__AVX512DQ__)
  constexpr int denormal = 0x20;  // the instruction makes zeros of them
  if (_mm512_fpclass_ps_mask(x.data, denormal) == 0) [[likely]] {
    const __m256bh nearest = _mm512_cvtneps_pbh(x.data);
    std::memcpy(static_cast<void*>(p), &nearest, sizeof nearest);
    return;
  }
#endif
  const Narrow upper = __builtin_convertvector(Wide(nearest_bf16(x).data) >> 16, Narrow);
  std::memcpy(static_cast<void*>(p), &upper, sizeof upper);
}

/// A register of floats from as many bf16.
[[gnu::always_inline]] inline Batch<float> load_bf16(const Bf16* p) noexcept {
  Narrow upper;
  std::memcpy(&upper, p, sizeof upper);
  return Batch<float>(typename Batch<float>::register_type(__builtin_convertvector(upper, Wide) << 16));
}

}  // namespace detail

/// y[i] = Bf16(x[i]).
/// Cost     reads 4 n bytes and writes 2 n.
inline void round_to_bf16(std::ptrdiff_t n, const float* x, Bf16* y) noexcept {
  const std::ptrdiff_t whole = n - n % lanes<float>;
  for (std::ptrdiff_t i = 0; i < whole; i += lanes<float>) detail::store_bf16(load<float>(x + i), y + i);
  for (std::ptrdiff_t i = whole; i < n; ++i) y[i] = Bf16(x[i]);
}

/// y[i] = float(x[i]): exact, and every NaN keeps its bits.
inline void widen_bf16(std::ptrdiff_t n, const Bf16* x, float* y) noexcept {
  const std::ptrdiff_t whole = n - n % lanes<float>;
  for (std::ptrdiff_t i = 0; i < whole; i += lanes<float>) store<float>(detail::load_bf16(x + i), y + i);
  for (std::ptrdiff_t i = whole; i < n; ++i) y[i] = float(x[i]);
}

}  // namespace tutti::kernel
