// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>

namespace tutti::kernel::detail {

/// y[j] += sum over k < depth of x[k] B[k][j], a few whole rows of B at a time: B streams through as it lies in memory.
/// The sums are those of a register tile, in the same order.
/// Shapes   x (depth), B (depth, n) with rows `b_row` apart, y (n).
template <class T>
void sweep(std::ptrdiff_t n, std::ptrdiff_t depth, const T* x, const T* b, std::ptrdiff_t b_row, T* y) noexcept {
  constexpr int rows = 4, vectors = 4;
  constexpr std::ptrdiff_t width = vectors * lanes<T>;
  std::ptrdiff_t k = 0;
  for (; k + rows <= depth; k += rows, b += rows * b_row) {
    Batch<T> factor[std::size_t{rows}];
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) factor[r] = Batch<T>(x[k + r]);
    std::ptrdiff_t j = 0;
    for (; j + width <= n; j += width) {
      Batch<T> sum[std::size_t{vectors}];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sum[v] = load<T>(y + j + v * lanes<T>);
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) sum[v] = multiply_add<T>(factor[r], load<T>(b + r * b_row + j + v * lanes<T>), sum[v]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) store<T>(sum[v], y + j + v * lanes<T>);
    }
    for (; j < n; j += lanes<T>) {
      const std::ptrdiff_t count = std::min(lanes<T>, n - j);
      Batch<T> sum = load_part<T>(y + j, count);
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r) sum = multiply_add<T>(factor[r], load_part<T>(b + r * b_row + j, count), sum);
      store_part<T>(sum, y + j, count);
    }
  }
  for (; k < depth; ++k, b += b_row) {
    const Batch<T> factor(x[k]);
    transform<T>(
        n, y, [&](const Batch<T>& sum, const Batch<T>& row) { return multiply_add<T>(factor, row, sum); }, y, b);
  }
}

}  // namespace tutti::kernel::detail
