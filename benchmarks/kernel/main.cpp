// SPDX-License-Identifier: Apache-2.0
// Our kernels, on as many threads as BENCHMARK_THREADS says.
#include "kernels.hpp"

#include "../peak.hpp"

int main(int argc, char** argv) {
  rows::peak = [] { return peak_of<FmaBurst<float>>(rows::threads()); };
#if defined(__AVX512VNNI__)
  rows::int8_peak = [] { return peak_of<Int8Burst>(rows::threads()); };
#endif
#if defined(__AVX512BF16__)
  rows::bf16_peak = [] { return peak_of<Bf16Burst>(rows::threads()); };
#endif
  add_ceiling();
  add_gemm();
  add_conv();
  add_int8();
  add_bf16();
  return tutti::parallel::with_threads(rows::threads(), [&] { return rows::run(argc, argv); });
}
