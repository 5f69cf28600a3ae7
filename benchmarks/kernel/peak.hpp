// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>

/// What the processor has spent on this program: a neighbour that takes the core away does not count.
inline double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The most that one thread of this machine can do right now, in GFLOP/s: multiply-adds in registers alone,
/// in as many independent chains as both pipes of a core need. Best of a few rounds of about a millisecond
/// each.
template <class T> double fma_peak() {
  using tutti::kernel::Batch;
  constexpr int chains = 12;
  constexpr long rounds = 200'000;
  double best = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    Batch<T> x[chains], factor(T(0.999)), term(T(0.001));
    benchmark::DoNotOptimize(factor);
    for (int c = 0; c < chains; ++c) x[c] = Batch<T>(static_cast<T>(c));
    const double start = processor_seconds();
    for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
      for (int c = 0; c < chains; ++c) x[c] = tutti::kernel::multiply_add<T>(x[c], factor, term);
    }
    const double time = processor_seconds() - start;
    Batch<T> all = x[0];
    for (int c = 1; c < chains; ++c) all = all + x[c];
    T sum = tutti::kernel::lane_sum<T>(all);
    benchmark::DoNotOptimize(sum);
    best = std::max(best, 2e-9 * chains * static_cast<double>(tutti::kernel::lanes<T>) * rounds / time);
  }
  return best;
}

/// Measures work(), which does `flops` operations: GFLOP/s, and their share of a peak measured just before,
/// in percent.
template <class T> void measure_flops(benchmark::State& state, double flops, const auto& work) {
  const double peak = fma_peak<T>();
  const double start = processor_seconds();
  for (auto _ : state) {
    work();
    benchmark::ClobberMemory();
  }
  const double time = processor_seconds() - start;
  const double rate = 1e-9 * flops * static_cast<double>(state.iterations()) / time;
  state.counters["GFLOP/s"] = rate;
  state.counters["%peak"] = 100 * rate / peak;
}
