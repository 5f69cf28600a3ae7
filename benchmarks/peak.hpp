// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/simd.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <ctime>

/// What the processor has spent on this program, or the time of day where several threads wait for each other.
inline double seconds_of(int threads) {
  if (threads == 1) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Multiply-adds in registers alone, in as many independent chains as both pipes of a core need: about a millisecond on each
/// of so many threads.
template <class T>
struct FmaBurst {
  static constexpr int chains = 12;
  static constexpr long rounds = 200'000;
  static constexpr double flops(int threads) { return 2.0 * chains * static_cast<double>(tutti::kernel::lanes<T>) * rounds * threads; }

  static void run(int threads) { tutti::parallel::for_each(threads, 1, [](std::ptrdiff_t, std::ptrdiff_t) { one(); }); }

 private:
  static void one() {
    using tutti::kernel::Batch;
    Batch<T> x[chains], factor(T(0.999)), term(T(0.001));
    benchmark::DoNotOptimize(factor);
    for (int c = 0; c < chains; ++c) x[c] = Batch<T>(static_cast<T>(c));
    for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
      for (int c = 0; c < chains; ++c) x[c] = tutti::kernel::multiply_add<T>(x[c], factor, term);
    }
    Batch<T> all = x[0];
    for (int c = 1; c < chains; ++c) all = all + x[c];
    T sum = tutti::kernel::lane_sum<T>(all);
    benchmark::DoNotOptimize(sum);
  }
};

#if defined(__AVX512VNNI__)
/// Products of bytes, added in fours to 32 bits (vpdpbusd).
struct Int8Burst {
  static constexpr int chains = 12;
  static constexpr long rounds = 200'000;
  static constexpr double flops(int threads) { return 2.0 * chains * 64 * rounds * threads; }

  static void run(int threads) { tutti::parallel::for_each(threads, 1, [](std::ptrdiff_t, std::ptrdiff_t) { one(); }); }

 private:
  static void one() {
    __m512i x[chains], bytes = _mm512_set1_epi8(3);
    benchmark::DoNotOptimize(bytes);
    for (int c = 0; c < chains; ++c) x[c] = _mm512_set1_epi32(c);
    for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
      for (int c = 0; c < chains; ++c) x[c] = _mm512_dpbusd_epi32(x[c], bytes, bytes);
    }
    for (int c = 1; c < chains; ++c) x[0] = _mm512_add_epi32(x[0], x[c]);
    benchmark::DoNotOptimize(x[0]);
  }
};
#endif

#if defined(__AVX512BF16__)
/// Products of bf16, added in pairs to floats (vdpbf16ps).
struct Bf16Burst {
  static constexpr int chains = 12;
  static constexpr long rounds = 200'000;
  static constexpr double flops(int threads) { return 2.0 * chains * 32 * rounds * threads; }

  static void run(int threads) { tutti::parallel::for_each(threads, 1, [](std::ptrdiff_t, std::ptrdiff_t) { one(); }); }

 private:
  static void one() {
    __m512 x[chains];
    __m512bh pairs = __m512bh(_mm512_set1_epi32(0x3a803a80));  // 2^-10
    benchmark::DoNotOptimize(pairs);
    for (int c = 0; c < chains; ++c) x[c] = _mm512_set1_ps(static_cast<float>(c));
    for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
      for (int c = 0; c < chains; ++c) x[c] = _mm512_dpbf16_ps(x[c], pairs, pairs);
    }
    for (int c = 1; c < chains; ++c) x[0] = _mm512_add_ps(x[0], x[c]);
    benchmark::DoNotOptimize(x[0]);
  }
};
#endif

/// The most that so many threads of this machine can do right now, in 10^9 a second: the best of a few bursts.
template <class Burst>
double peak_of(int threads) {
  double best = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const double start = seconds_of(threads);
    Burst::run(threads);
    best = std::max(best, 1e-9 * Burst::flops(threads) / (seconds_of(threads) - start));
  }
  return best;
}
