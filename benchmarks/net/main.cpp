// SPDX-License-Identifier: Apache-2.0
// Our nets, through the interface that programs use, on as many threads as BENCHMARK_THREADS says.
#include "ours.hpp"

#include "../peak.hpp"

int main(int argc, char** argv) {
  rows::peak = [] { return peak_of<FmaBurst<float>>(rows::threads()); };
  add_cnn();
  add_mlp();
  add_resnet20();
  add_mobilenet();
  return tutti::parallel::with_threads(rows::threads(), [&] { return rows::run(argc, argv); });
}
