// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/bf16.hpp>
#include <tutti/kernel/dot4.hpp>

#include <limits>

/// Registers of pairs of bf16: each 32-bit lane holds the first of its pair in its lower half. Their products are exact as
/// floats, so that adding them, one after the other, rounds twice a lane, on every machine alike.
namespace tutti::kernel::detail {

/// -0 and 0 in place of negative and positive denormals; NaN stays.
[[gnu::always_inline]] inline Batch<float> without_denormals(const Batch<float>& x) noexcept {
  return xsimd::select(xsimd::abs(x) < Batch<float>(std::numeric_limits<float>::min()), x & Batch<float>(-0.0f), x);
}
/// The upper halves of all lanes as floats.
[[gnu::always_inline]] inline Batch<float> upper_halves(const Quads& v) noexcept {
  return xsimd::bitwise_cast<Batch<float>>(v & Quads(-65536));
}

/// How a tile multiplies with floats alone: one half of all pairs, and then the other.
struct Dot2Floats {
  using Number = float;               // what rows of x are made of
  using Register = Batch<float>;
  static constexpr int passes = 2;    // halves, the one that the instruction adds first being the first

  /// to[i] = float(Bf16(x[i])), and 0 for denormals, as the instruction takes them.
  static void round(std::ptrdiff_t n, const float* x, Number* to) noexcept {
    transform<float>(n, to, [](const Batch<float>& v) { return without_denormals(upper_halves(nearest_bf16(v))); }, x);
  }
  template <int Pass> [[gnu::always_inline]] static Register weights(const Bf16* pairs) noexcept {
    const Quads both = load_quads(pairs);
    if constexpr (Pass == 0) return upper_halves(both);
    else return xsimd::bitwise_cast<Batch<float>>(both << 16);
  }
  template <int Pass> [[gnu::always_inline]] static Register broadcast(const Number* pair) noexcept { return Register(pair[1 - Pass]); }
  [[gnu::always_inline]] static Batch<float> add(const Batch<float>& sum, const Register& x, const Register& w) noexcept {
    Batch<float> next = multiply_add<float>(x, w, sum);
#if defined(__x86_64__)
    // In this order and in the place of `sum`: GCC would read for both halves at once, or put sums in place of x, and run out of
    // registers.
    asm volatile("" : "+v"(next.data) : "v"(x.data), "v"(w.data));
#endif
    return next;
  }
};

#if defined(__AVX512BF16__)
/// The same with the instruction for it (vdpbf16ps), which takes denormals for zeros and makes zeros of them.
struct Dot2Instruction {
  using Number = Bf16;
  using Register = Quads;
  static constexpr int passes = 1;

  /// to[i] = Bf16(x[i]), where denormals may become 0: the products do not differ.
  static void round(std::ptrdiff_t n, const float* x, Number* to) noexcept {
    const std::ptrdiff_t whole = n - n % (2 * lanes<float>);
    for (std::ptrdiff_t i = 0; i < whole; i += 2 * lanes<float>) {
      const __m512bh both = _mm512_cvtne2ps_pbh(load<float>(x + i + lanes<float>).data, load<float>(x + i).data);
      std::memcpy(static_cast<void*>(to + i), &both, sizeof both);
    }
    round_to_bf16(n - whole, x + whole, to + whole);
  }
  template <int> [[gnu::always_inline]] static Register weights(const Bf16* pairs) noexcept { return load_quads(pairs); }
  template <int> [[gnu::always_inline]] static Register broadcast(const Number* pair) noexcept {
    std::int32_t both;
    std::memcpy(&both, pair, sizeof both);
    return Register(both);
  }
  [[gnu::always_inline]] static Batch<float> add(const Batch<float>& sum, const Register& x, const Register& w) noexcept {
    return Batch<float>(_mm512_dpbf16_ps(sum.data, __m512bh(x.data), __m512bh(w.data)));
  }
};
using Dot2 = Dot2Instruction;
#else
using Dot2 = Dot2Floats;
#endif

}  // namespace tutti::kernel::detail
