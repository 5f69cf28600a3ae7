// SPDX-License-Identifier: Apache-2.0
// gemm beside plain loops, in all three forms, over the shapes of small nets, convolutions and large squares.
#include "peak.hpp"

#include <tutti/kernel/gemm.hpp>

#include <vector>

namespace {

using tutti::kernel::gemm;
using tutti::kernel::matrix;
using tutti::kernel::transposed;

template <class T> struct Problem {
  std::ptrdiff_t M, N, K;
  std::vector<T> a, b, bias, c;

  explicit Problem(const benchmark::State& state)
      : M(state.range(0)),
        N(state.range(1)),
        K(state.range(2)),
        a(static_cast<std::size_t>(M * K), T(0.5)),
        b(static_cast<std::size_t>(K * N), T(0.25)),
        bias(static_cast<std::size_t>(N), T(1)),
        c(static_cast<std::size_t>(M * N)) {}

  void measure(benchmark::State& state, const auto& multiply) {
    const double flops = 2.0 * static_cast<double>(M) * static_cast<double>(N) * static_cast<double>(K);
    measure_flops<T>(state, flops, [&] {
      multiply();
      benchmark::DoNotOptimize(c.data());
    });
  }
};

template <class T> void gemm_nn(benchmark::State& state) {
  Problem<T> p(state);
  p.measure(state, [&] {
    gemm(p.M, p.N, p.K, matrix(p.a.data(), p.K), matrix(p.b.data(), p.N), p.c.data(), p.N,
         tutti::kernel::add_bias(p.bias.data()));
  });
}
template <class T> void gemm_nt(benchmark::State& state) {
  Problem<T> p(state);
  p.measure(state, [&] {
    gemm(p.M, p.N, p.K, matrix(p.a.data(), p.K), transposed(p.b.data(), p.K), p.c.data(), p.N);
  });
}
template <class T> void gemm_tn(benchmark::State& state) {
  Problem<T> p(state);
  p.measure(state, [&] {
    gemm(p.M, p.N, p.K, transposed(p.a.data(), p.M), matrix(p.b.data(), p.N), p.c.data(), p.N);
  });
}
template <class T>
void plain_loops(benchmark::State& state) {  // the order of loops that a compiler can vectorise
  Problem<T> p(state);
  p.measure(state, [&] {
    for (std::ptrdiff_t i = 0; i < p.M; ++i) {
      T* const row = p.c.data() + i * p.N;
      std::copy(p.bias.begin(), p.bias.end(), row);
      for (std::ptrdiff_t k = 0; k < p.K; ++k) {
        const T x = p.a[static_cast<std::size_t>(i * p.K + k)];
        const T* const b = p.b.data() + k * p.N;
        for (std::ptrdiff_t j = 0; j < p.N; ++j) row[j] += x * b[j];
      }
    }
  });
}

void shapes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"M", "N", "K"});
  for (const int n : {8, 16, 32, 64, 128, 256, 512, 1024}) b->Args({n, n, n});
  b->Args({37, 53, 71})->Args({32, 1024, 27})->Args({64, 256, 288})->Args({512, 49, 4608});  // of convolutions
  b->Args({8, 256, 784})->Args({128, 256, 784})->Args({128, 10, 128});  // dense layers on a batch
  b->Args({1, 256, 784})->Args({1, 1024, 1024})->Args({1, 10, 128});    // and on one row
}
void few(benchmark::internal::Benchmark* b) {
  b->ArgNames({"M", "N", "K"})->Args({64, 64, 64})->Args({256, 256, 256})->Args({128, 256, 784});
}

}  // namespace

BENCHMARK(gemm_nn<float>)->Apply(shapes);
BENCHMARK(gemm_nt<float>)->Apply(shapes);
BENCHMARK(gemm_tn<float>)->Apply(shapes);
BENCHMARK(plain_loops<float>)->Apply(few);
BENCHMARK(gemm_nn<double>)->Apply(few);
