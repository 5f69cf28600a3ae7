// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_tile.hpp>

#include <algorithm>
#include <type_traits>

namespace tutti::kernel {

/// C = then(start + A B) where the compiler knows all sizes: no call, no choice of a tile, loops unrolled as far as it pays.
/// The bits are those of gemm.
/// Shapes   A (M, K) with rows `AStride` apart, B (K, N) with rows `BStride` apart, C (M, N) with rows `CStride` apart.
/// Needs    as gemm. Meant for small products; each set of sizes is code of its own.
/// Cost     2 M N K flops.
template <int M, int N, int K, int AStride = K, int BStride = N, int CStride = N, class T, class Start = Overwrite, class Then = AsItIs>
[[gnu::always_inline]] inline void gemm_fixed(const T* a, const T* b, T* c, const Start& start = {}, const Then& then = {}) noexcept {
  constexpr int wide = static_cast<int>(lanes<T>), vectors = std::min((N + wide - 1) / wide, static_cast<int>(Block<T>::vectors));
  constexpr int accumulators = registers == 32 ? 24 : 12, most = std::min({M, accumulators / vectors, registers == 32 ? 14 : 6});
  constexpr int tiles = (M + most - 1) / most, rows = (M + tiles - 1) / tiles;
  const auto strip = [&]<int Columns>(std::integral_constant<int, Columns>, int j) __attribute__((always_inline)) {
    constexpr int its = (Columns + wide - 1) / wide, last = Columns - (its - 1) * wide;
    const auto tile = [&]<int Rows>(std::integral_constant<int, Rows>, int i) __attribute__((always_inline)) {
      T* const to = c + i * CStride + j;
      const T* from = nullptr;
      constexpr int step = std::is_same_v<Start, Accumulate> ? CStride : 0;
      if constexpr (std::is_same_v<Start, Accumulate>) from = to;
      else if constexpr (std::is_same_v<Start, AddBias<T>>) from = start.b + j;
      multiply_tile<Rows, its, T>({K, {a + i * AStride, AStride, 1}, b + j, BStride, from, step, to, CStride, last}, then);
    };
    int i = 0;
    for (; i + rows <= M; i += rows) tile(std::integral_constant<int, rows>{}, i);
    if constexpr (M % rows != 0) tile(std::integral_constant<int, M % rows>{}, i);
  };
  int j = 0;
  for (; j + vectors * wide <= N; j += vectors * wide) strip(std::integral_constant<int, vectors * wide>{}, j);
  if constexpr (N % (vectors * wide) != 0) strip(std::integral_constant<int, N % (vectors * wide)>{}, j);
}

}  // namespace tutti::kernel
