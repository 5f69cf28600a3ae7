// SPDX-License-Identifier: Apache-2.0
// Our nets, through the interface that programs use, on as many threads as BENCHMARK_THREADS says.
#include "ours.hpp"

#include "../peak.hpp"

#include <malloc.h>

int main(int argc, char** argv) {
  if (mallopt(M_MMAP_MAX, 0) == 0 || mallopt(M_TRIM_THRESHOLD, 1 << 30) == 0) return 1;  // as for LibTorch: memory stays mapped
  rows::peak = [] { return peak_of<FmaBurst<float>>(rows::threads()); };
#if defined(__AVX512BF16__)
  rows::bf16_peak = [] { return peak_of<Bf16Burst>(rows::threads()); };
#endif
  add_cnn();
  add_mlp();
  add_resnet20();
  add_mobilenet();
  add_wide_mlp();
  return tutti::parallel::with_threads(rows::threads(), [&] { return rows::run(argc, argv); });
}
