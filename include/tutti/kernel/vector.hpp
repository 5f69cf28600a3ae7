// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

namespace tutti::kernel {

/// out[r] = sum_i a[i] b[r stride + i] for r < 4: four rows at once, since one chain of sums waits for
/// itself.
/// Cost     8 n flops; reads a once.
template <class T>
void four_dots(std::ptrdiff_t n, const T* a, const T* b, std::ptrdiff_t stride, T* out) noexcept {
  Batch<T> sum[4];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < 4; ++r) sum[r] = Batch<T>(T(0));
  std::ptrdiff_t i = 0;
  for (; i + lanes<T> <= n; i += lanes<T>) {
    const Batch<T> x = load<T>(a + i);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < 4; ++r)
      sum[r] = multiply_add<T>(x, load<T>(b + static_cast<std::ptrdiff_t>(r) * stride + i), sum[r]);
  }
#pragma GCC unroll 4
  for (std::size_t r = 0; r < 4; ++r) out[r] = lane_sum<T>(sum[r]);
  for (; i < n; ++i)
    for (std::ptrdiff_t r = 0; r < 4; ++r) out[r] += a[i] * b[r * stride + i];
}

/// y = y + sum_r s[r] x_r for r < 4, row r of x at x + r stride.
/// Cost     8 n flops; reads and writes y once.
template <class T>
void add_four_scaled(std::ptrdiff_t n, const T* s, const T* x, std::ptrdiff_t stride, T* y) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + lanes<T> <= n; i += lanes<T>) {
    Batch<T> sum = load<T>(y + i);
#pragma GCC unroll 4
    for (std::ptrdiff_t r = 0; r < 4; ++r)
      sum = multiply_add<T>(Batch<T>(s[r]), load<T>(x + r * stride + i), sum);
    store<T>(sum, y + i);
  }
  for (; i < n; ++i)
    for (std::ptrdiff_t r = 0; r < 4; ++r) y[i] += s[r] * x[r * stride + i];
}

}  // namespace tutti::kernel
