// SPDX-License-Identifier: Apache-2.0
#pragma once
// GCC 12 takes the undefined registers of its own AVX-512 header for mistakes (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

/// What the kernels need of xsimd, in one place: xsimd's own names differ between its versions. The helpers
/// are always inlined: both compilers otherwise keep accumulators in memory, at a fifth of the speed.
namespace tutti::kernel {

template <class T> using Batch = xsimd::batch<T>;

/// How many scalars a register holds.
template <class T> inline constexpr std::ptrdiff_t lanes = static_cast<std::ptrdiff_t>(Batch<T>::size);

template <class T> [[gnu::always_inline]] inline Batch<T> load(const T* p) noexcept {
  return Batch<T>::load_unaligned(p);
}
template <class T> [[gnu::always_inline]] inline void store(const Batch<T>& v, T* p) noexcept {
  v.store_unaligned(p);
}

/// True where a part of a register is read and written at the price of a whole one.
#if defined(__AVX512F__)
template <class T> inline constexpr bool masked = sizeof(Batch<T>) == 64;
#else
template <class T> inline constexpr bool masked = false;
#endif

/// The first n <= lanes scalars at p, the other lanes filled: a tail is computed just as a whole register is.
template <class T>
[[gnu::always_inline]] inline Batch<T> load_part(const T* p, std::ptrdiff_t n, T fill = T(0)) noexcept {
#if defined(__AVX512F__)
  if constexpr (masked<T> && sizeof(T) == 4)
    return Batch<T>(_mm512_mask_loadu_ps(Batch<T>(fill).data, static_cast<__mmask16>((1u << n) - 1), p));
  else if constexpr (masked<T>)
    return Batch<T>(_mm512_mask_loadu_pd(Batch<T>(fill).data, static_cast<__mmask8>((1u << n) - 1), p));
#elif defined(__AVX2__)
  if constexpr (sizeof(Batch<T>) == 32) {  // written one by one and read together, they would wait for each other
    using Word = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    static constexpr Word lane[] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
    const __m256i mask = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lane + 8 - n));
    if constexpr (sizeof(T) == 4)
      return Batch<T>(_mm256_blendv_ps(Batch<T>(fill).data, _mm256_maskload_ps(p, mask), _mm256_castsi256_ps(mask)));
    else return Batch<T>(_mm256_blendv_pd(Batch<T>(fill).data, _mm256_maskload_pd(p, mask), _mm256_castsi256_pd(mask)));
  }
#endif
  alignas(64) T whole[static_cast<std::size_t>(lanes<T>)];
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) whole[i] = i < n ? p[i] : fill;
  return Batch<T>::load_aligned(whole);
}
template <class T>
[[gnu::always_inline]] inline void store_part(const Batch<T>& v, T* p, std::ptrdiff_t n) noexcept {
#if defined(__AVX512F__)
  if constexpr (masked<T> && sizeof(T) == 4)
    return _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), v.data);
  else if constexpr (masked<T>) return _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << n) - 1), v.data);
#endif
  alignas(64) T whole[static_cast<std::size_t>(lanes<T>)];
  v.store_aligned(whole);
  for (std::ptrdiff_t i = 0; i < n; ++i) p[i] = whole[i];
}

/// A whole register, or the first n < lanes of it.
template <class T> [[gnu::always_inline]] inline Batch<T> load_count(const T* p, std::ptrdiff_t count) noexcept {
  return count == lanes<T> ? load<T>(p) : load_part<T>(p, count);
}
template <class T> [[gnu::always_inline]] inline void store_count(const Batch<T>& v, T* p, std::ptrdiff_t count) noexcept {
  if (count == lanes<T>) store<T>(v, p);
  else store_part<T>(v, p, count);
}

/// Keeps v in its register: left alone, GCC reads it from memory again for every use.
template <class T> [[gnu::always_inline]] inline void in_register([[maybe_unused]] Batch<T>& v) noexcept {
#if defined(__x86_64__)
  asm("" : "+v"(v.data));
#endif
}

/// p + by, step by step: GCC would otherwise make the addresses of all rows of a tile beforehand, and keep them in memory.
template <class T> [[gnu::always_inline]] inline T* next_row(T* p, std::ptrdiff_t by) noexcept {
  p += by;
#if defined(__x86_64__)
  asm("" : "+r"(p));
#endif
  return p;
}

/// Keeps what a loop does not use in memory: called behind it; left alone, GCC lets it take registers of the loop's sums.
template <class T> [[gnu::always_inline]] inline void in_memory([[maybe_unused]] T& v) noexcept {
#if defined(__x86_64__)
  asm("" : "+m"(v));
#endif
}

/// a b + c, rounded once where the machine can.
template <class T>
[[gnu::always_inline]] inline Batch<T> multiply_add(const Batch<T>& a, const Batch<T>& b,
                                                    const Batch<T>& c) noexcept {
#if defined(__AVX512F__)  // xsimd 8 writes a b + c here: clang would round twice
  if constexpr (sizeof(Batch<T>) == 64 && sizeof(T) == 4)
    return Batch<T>(_mm512_fmadd_ps(a.data, b.data, c.data));
  else if constexpr (sizeof(Batch<T>) == 64) return Batch<T>(_mm512_fmadd_pd(a.data, b.data, c.data));
  else
#endif
    return xsimd::fma(a, b, c);
}

/// The sum of all lanes.
template <class T> [[gnu::always_inline]] inline T lane_sum(const Batch<T>& v) noexcept {
  if constexpr (requires { reduce_add(v); }) return reduce_add(v);  // the newer name, found by its argument
  else return hadd(v);
}

/// The largest lane; a NaN lane may or may not win.
template <class T> [[gnu::always_inline]] inline T lane_max(const Batch<T>& v) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    Batch<T> most = v;
    const auto halve = [&]<int Apart>(std::integral_constant<int, Apart>) __attribute__((always_inline)) {  // upper lanes laid on lower ones
      constexpr int n = static_cast<int>(lanes<T>);
      if constexpr (Apart < n)
        [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
          most = xsimd::max(most, Batch<T>(__builtin_shufflevector(most.data, most.data, ((i + Apart) % n)...)));
        }(std::make_integer_sequence<int, n>{});
    };
    halve(std::integral_constant<int, 8>{});
    halve(std::integral_constant<int, 4>{});
    halve(std::integral_constant<int, 2>{});
    halve(std::integral_constant<int, 1>{});
    return most.data[0];
  } else {
    alignas(64) T whole[static_cast<std::size_t>(lanes<T>)];
    v.store_aligned(whole);
    T most = whole[0];
    for (std::ptrdiff_t i = 1; i < lanes<T>; ++i) most = whole[i] > most ? whole[i] : most;
    return most;
  }
}

/// v with zeros behind its first n lanes.
template <class T> [[gnu::always_inline]] inline Batch<T> first_lanes(const Batch<T>& v, std::ptrdiff_t n) noexcept {
  static_assert(lanes<T> <= 16);
  alignas(64) static constexpr T number[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return xsimd::select(Batch<T>::load_aligned(number) < Batch<T>(static_cast<T>(n)), v, Batch<T>(T(0)));
}

/// The lanes of a and b in turn, from their lower or upper halves; registers of any width.
template <bool Upper, class V> [[gnu::always_inline]] inline V in_turn(const V& a, const V& b) noexcept {
  return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    constexpr int n = static_cast<int>(V::size), half = n / 2;
    return V(__builtin_shufflevector(a.data, b.data, (static_cast<int>(I / 2) + (Upper ? half : 0) + (I % 2 == 0 ? 0 : n))...));
  }(std::make_index_sequence<V::size>{});
}
/// The upper half of the lanes, twice.
template <class V> [[gnu::always_inline]] inline V upper(const V& v) noexcept {
  return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
    constexpr std::size_t half = V::size / 2;
    return V(__builtin_shufflevector(v.data, v.data, static_cast<int>(half + I % half)...));
  }(std::make_index_sequence<V::size>{});
}
/// Every second lane of a and then of b, from the first or the second one on: the way back of in_turn.
template <bool Odd, class T>
[[gnu::always_inline]] inline Batch<T> every_second(const Batch<T>& a, const Batch<T>& b) noexcept {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return Batch<T>(__builtin_shufflevector(a.data, b.data, (static_cast<int>(2 * I) + (Odd ? 1 : 0))...));
  }(std::make_index_sequence<static_cast<std::size_t>(lanes<T>)>{});
}

/// y[i] = f(x[i]...) register by register, the tail as a register of its own; y may be one of the x. A large f is to be always
/// inlined, because it is called in two places.
template <class T, class F, class... X>
[[gnu::always_inline]] inline void transform(std::ptrdiff_t n, T* y, const F& f, const X*... x) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + lanes<T> <= n; i += lanes<T>) store<T>(f(load<T>(x + i)...), y + i);
  if (i < n) store_part<T>(f(load_part<T>(x + i, n - i)...), y + i, n - i);
}

}  // namespace tutti::kernel
