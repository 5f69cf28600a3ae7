// SPDX-License-Identifier: Apache-2.0
// Our kernels, on as many threads as BENCHMARK_THREADS says.
#include "kernels.hpp"

#include "../peak.hpp"

int main(int argc, char** argv) {
  rows::peak = [] { return fma_peak(rows::threads()); };
  add_ceiling();
  add_gemm();
  add_conv();
  return tutti::parallel::with_threads(rows::threads(), [&] { return rows::run(argc, argv); });
}
