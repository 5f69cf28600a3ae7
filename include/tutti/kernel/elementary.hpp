// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/bits.hpp>
#include <tutti/kernel/elementary_coefficients.hpp>

namespace tutti::kernel {

/// How far the functions below are off at most, in units of the last place of the exact result, for float and double alike and for
/// every argument there is (tests/kernel/elementary.cpp measures it). What they have in common: denormal arguments are read and
/// denormal results rounded, not flushed to zero (unless the program has told the processor to); what overflows is infinite, and only that; NaN stays NaN; a lane has the same bits
/// wherever it stands.
struct Ulps {
  double exp, expm1, log, tanh, erf, logistic;
};
inline constexpr Ulps ulps{.exp = 1, .expm1 = 1.7, .log = 0.9, .tanh = 1.5, .erf = 1.5, .logistic = 2.5};

namespace detail {

template <class T> [[gnu::always_inline]] inline Batch<T> size_of(const Batch<T>& v) noexcept {
  return of_bits<T>(bits_of<T>(v) & ~Bits<T>::sign);
}
/// A size of at least 0 with the sign of v.
template <class T> [[gnu::always_inline]] inline Batch<T> signed_as(const Batch<T>& v, const Batch<T>& size) noexcept {
  return of_bits<T>(bits_of<T>(size) | (bits_of<T>(v) & Bits<T>::sign));
}

/// x between two limits; NaN stays NaN, for which both machines and xsimd look at the second argument.
template <class T> [[gnu::always_inline]] inline Batch<T> at_most(T limit, const Batch<T>& x) noexcept {
  return xsimd::min(Batch<T>(limit), x);
}
template <class T> [[gnu::always_inline]] inline Batch<T> at_least(T limit, const Batch<T>& x) noexcept {
  return xsimd::max(Batch<T>(limit), x);
}

/// sum of c[i] x^i
template <class T, std::size_t N>
[[gnu::always_inline]] inline Batch<T> polynomial(const T (&c)[N], const Batch<T>& x) noexcept {
  Batch<T> sum(c[N - 1]);
  [&]<std::size_t... i>(std::index_sequence<i...>) __attribute__((always_inline)) {
    ((sum = multiply_add<T>(sum, x, Batch<T>(c[N - 2 - i]))), ...);
  }(std::make_index_sequence<N - 1>{});
  return sum;
}

/// A number whose last digit is worth 1: what is added to it is rounded to a whole number, in its last bits.
template <class T> inline constexpr T rounder = T(3) * static_cast<T>(std::int64_t{1} << (Bits<T>::fraction - 1));

/// 2^k for a whole k whose power is a normal number.
template <class T> [[gnu::always_inline]] inline Batch<T> power_of_two(const Batch<T>& k) noexcept {
  return of_bits<T>((bits_of<T>(k + Batch<T>(rounder<T>)) + Bits<T>::bias) << Bits<T>::fraction);
}
/// v 2^k for a whole k, rounded once, also to a denormal number.
template <class T> [[gnu::always_inline]] inline Batch<T> scaled(const Batch<T>& v, const Batch<T>& k) noexcept {
#if defined(__AVX512F__)  // masked by nothing: GCC 12 takes the undefined register of the plain one for a mistake
  if constexpr (sizeof(Batch<T>) == 64 && sizeof(T) == 4) return Batch<T>(_mm512_maskz_scalef_ps(0xffff, v.data, k.data));
  else if constexpr (sizeof(Batch<T>) == 64) return Batch<T>(_mm512_maskz_scalef_pd(0xff, v.data, k.data));
#endif
  const auto whole = bits_of<T>(k + Batch<T>(rounder<T>));  // in two steps, each by a normal number
  const auto half = bits_of<T>(multiply_add<T>(k, Batch<T>(T(0.5)), Batch<T>(rounder<T>)));
  return v * of_bits<T>((half + Bits<T>::bias) << Bits<T>::fraction) * of_bits<T>((whole - half + Bits<T>::bias) << Bits<T>::fraction);
}

/// e^x = 2^k (1 + t) with a whole k and |t| < 0.42.
template <class T> struct Exponential {
  Batch<T> k, t;

  [[gnu::always_inline]] explicit Exponential(const Batch<T>& x) noexcept {
    using C = Coefficients<T>;
    k = multiply_add<T>(x, Batch<T>(C::per_ln2), Batch<T>(rounder<T>)) - Batch<T>(rounder<T>);
    const Batch<T> high = multiply_add<T>(k, Batch<T>(-C::ln2_high), x), low(-C::ln2_low);
    const Batch<T> r = multiply_add<T>(k, low, high), lost = multiply_add<T>(k, low, high - r);  // by rounding r
    t = r + multiply_add<T>(r * r, polynomial<T>(C::exp, r), lost);
  }
};

/// Beyond these e^x is infinite, or nearer to 0 than to the least number.
template <class T> inline constexpr T exp_most = sizeof(T) == 4 ? T(89) : T(710);
template <class T> inline constexpr T exp_least = sizeof(T) == 4 ? T(-104) : T(-746);

}  // namespace detail

/// e^x in every lane; 0 for -infinity.
/// Source   ln(2) in two parts: Cody, Waite, Software manual for the elementary functions (1980).
template <class T> [[gnu::always_inline]] inline Batch<T> exp(const Batch<T>& x) noexcept {
  const detail::Exponential<T> e(detail::at_least<T>(detail::exp_least<T>, detail::at_most<T>(detail::exp_most<T>, x)));
  return detail::scaled<T>(Batch<T>(T(1)) + e.t, e.k);
}

/// e^x - 1 in every lane, without the cancellation near 0; -1 for -infinity, -0 stays -0.
template <class T> [[gnu::always_inline]] inline Batch<T> expm1(const Batch<T>& x) noexcept {
  constexpr T least = sizeof(T) == 4 ? T(-18) : T(-38);  // from here on -1
  const detail::Exponential<T> e(detail::at_least<T>(least, detail::at_most<T>(detail::exp_most<T>, x)));
  constexpr T small = 2 - std::numeric_limits<T>::max_exponent;  // 2^small is normal, and nothing beside 1
  const Batch<T> rest = Batch<T>(T(1)) - detail::power_of_two<T>(detail::at_least<T>(small, -e.k));
  const Batch<T> y = detail::scaled<T>(e.t + rest, e.k);  // 2^k (1 + t) - 1
  return detail::of_bits<T>(detail::bits_of<T>(y) | (detail::bits_of<T>(x) & detail::Bits<T>::sign));
}

/// ln(x) in every lane; -infinity for 0 and -0, NaN below, infinity for infinity.
template <class T> [[gnu::always_inline]] inline Batch<T> log(const Batch<T>& x) noexcept {
  using C = detail::Coefficients<T>;
  using B = detail::Bits<T>;
  using Word = typename B::Word;
  constexpr T least = std::numeric_limits<T>::min(), up = static_cast<T>(Word{1} << (B::fraction + 1));
  constexpr Word root_half = sizeof(T) == 4 ? static_cast<Word>(0x3f3504f3) : static_cast<Word>(0x3fe6a09e667f3bcd);  // 1 / sqrt(2)
  constexpr Word one = B::bias << B::fraction;
  const auto denormal = x < Batch<T>(least);
  // x = 2^k m, 1 / sqrt(2) <= m < sqrt(2)
  const auto shifted = detail::bits_of<T>(xsimd::select(denormal, x * Batch<T>(up), x)) + (one - root_half);
  const auto exponent = shifted >> B::fraction;
  const Word whole = (B::bias + B::fraction) << B::fraction;  // a number whose last digit is worth 1
  const Batch<T> biased = detail::of_bits<T>(exponent | whole) - Batch<T>(static_cast<T>(Word{1} << B::fraction) + T(B::bias));
  const Batch<T> k = xsimd::select(denormal, biased - Batch<T>(T(B::fraction + 1)), biased);
  const Batch<T> m = detail::of_bits<T>((shifted & ((Word{1} << B::fraction) - 1)) + root_half);
  // ln(1 + f) = f - (f^2 / 2 - s (f^2 / 2 + R)), s = f / (2 + f), R = 2 artanh(s) / s - 2
  const Batch<T> f = m - Batch<T>(T(1)), s = f / (Batch<T>(T(2)) + f), z = s * s, half = Batch<T>(T(0.5)) * f * f;
  const Batch<T> R = z * detail::polynomial<T>(C::log, z);
  const Batch<T> low = multiply_add<T>(s, half + R, k * Batch<T>(C::ln2_low));
  const Batch<T> y = multiply_add<T>(k, Batch<T>(C::ln2_high), f - (half - low));
  constexpr T infinity = std::numeric_limits<T>::infinity();
  const Batch<T> zero(T(0)), beyond(infinity);
  const Batch<T> finite = xsimd::select(x == zero, -beyond, xsimd::select(x == beyond, beyond, y));
  return xsimd::select(x >= zero, finite, Batch<T>(std::numeric_limits<T>::quiet_NaN()));
}

/// tanh(x) in every lane; 1 and -1 for the infinities, -0 stays -0.
template <class T> [[gnu::always_inline]] inline Batch<T> tanh(const Batch<T>& x) noexcept {
  using C = detail::Coefficients<T>;
  constexpr T most = sizeof(T) == 4 ? T(10) : T(20);  // from here on 1
  const Batch<T> size = detail::size_of<T>(x), square = size * size, one(T(1)), two(T(2));
  const Batch<T> near = multiply_add<T>(size * square, detail::polynomial<T>(C::tanh, square), size);
  const detail::Exponential<T> e(two * detail::at_most<T>(most, size));
  const Batch<T> power = detail::power_of_two<T>(e.k);
  const Batch<T> far = one - two / multiply_add<T>(power, e.t, power + one);
  return detail::signed_as<T>(x, xsimd::select(size < Batch<T>(C::tanh_edge), near, far));
}

namespace detail {

/// erf(x), where e^-x^2 is there already.
template <class T> [[gnu::always_inline]] inline Batch<T> erf_beside(const Batch<T>& x, const Batch<T>& e) noexcept {
  using C = Coefficients<T>;
  const Batch<T> size = size_of<T>(x), one(T(1));
  const Batch<T> near = multiply_add<T>(size, polynomial<T>(C::erf, size * size), size);
  const Batch<T> z = one / (at_most<T>(C::erfc_most, size) + Batch<T>(C::erfc_pole)) - Batch<T>(C::erfc_centre);
  const Batch<T> far = one - e * polynomial<T>(C::erfc, z);
  return signed_as<T>(x, xsimd::select(size < one, near, far));
}

}  // namespace detail

/// erf(x) = 2 / sqrt(pi) times the integral of e^-t^2 from 0 to x, in every lane; 1 and -1 for the infinities, -0 stays -0.
template <class T> [[gnu::always_inline]] inline Batch<T> erf(const Batch<T>& x) noexcept {
  return detail::erf_beside<T>(x, kernel::exp<T>(-(x * x)));
}

}  // namespace tutti::kernel
