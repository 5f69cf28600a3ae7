// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/gemm_fixed.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

template <class T, int M, int N, int K> void check_against_gemm() {
  constexpr int gap = 3;
  const auto a = numbers::fractions<T>(M * (K + gap) + 1, 1), b = numbers::fractions<T>(K * (N + gap) + 1, 2), bias = numbers::fractions<T>(N, 3);
  auto wanted = numbers::fractions<T>(M * (N + gap) + 1, 4), c = wanted;
  const auto check = [&](const auto& start) {
    gemm(M, N, K, matrix(a.data() + 1, K + gap), matrix(b.data() + 1, N + gap), wanted.data() + 1, N + gap, start);
    gemm_fixed<M, N, K, K + gap, N + gap, N + gap>(a.data() + 1, b.data() + 1, c.data() + 1, start);
    CHECK(numbers::differences(c, wanted) == 0);
  };
  CAPTURE(M);
  CAPTURE(N);
  CAPTURE(K);
  check(overwrite);
  check(accumulate);
  check(add_bias(bias.data()));
}

}  // namespace

TEST_CASE_TEMPLATE("products of sizes that the compiler knows have the bits of gemm", T, float, double) {
  check_against_gemm<T, 1, 1, 1>();
  check_against_gemm<T, 8, 8, 8>();
  check_against_gemm<T, 7, 9, 11>();
  check_against_gemm<T, 5, 17, 3>();
  check_against_gemm<T, 33, 70, 4>();
}
