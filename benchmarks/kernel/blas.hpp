// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Rows of a library with the interface of CBLAS: OpenBLAS and BLIS, each in a program of its own, as both export it. How many
/// threads it uses is said by OPENBLAS_NUM_THREADS and BLIS_NUM_THREADS.
#include "shapes.hpp"

#include <cblas.h>

inline void add_blas() {
  for (const shapes::Gemm& s : shapes::gemms)
    rows::add(s.name(), "", s.work(), [s] {
      return [s, a = shapes::Numbers(s.a(), 0.5f), b = shapes::Numbers(s.b(), 0.25f), c = shapes::Numbers(s.c())]() mutable {
        if (s.M == 1) cblas_sgemv(CblasRowMajor, CblasTrans, s.K, s.N, 1, b.data(), s.N, a.data(), 1, 0, c.data(), 1);
        else cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, s.M, s.N, s.K, 1, a.data(), s.K, b.data(), s.N, 0, c.data(), s.N);
      };
    });
}
