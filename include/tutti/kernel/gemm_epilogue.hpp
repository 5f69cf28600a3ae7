// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

namespace tutti::kernel {

/// What becomes of the finished sum of C(i, j), register by register: epilogue(sum, i, j, n) is stored, where
/// n is the number of columns from j on, below `lanes` at the end of a row. `keeps`: the sum begins with what
/// C held before.
struct Overwrite {  // C = A B
  static constexpr bool keeps = false;

  template <class T>
  Batch<T> operator()(const Batch<T>& sum, std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t) const noexcept {
    return sum;
  }
};
inline constexpr Overwrite overwrite{};

struct Accumulate : Overwrite {  // C = C + A B
  static constexpr bool keeps = true;
};
inline constexpr Accumulate accumulate{};

template <class T> struct AddBias {  // C(i, j) = (A B)(i, j) + b[j]
  static constexpr bool keeps = false;
  const T* b;  // (N)

  Batch<T> operator()(const Batch<T>& sum, std::ptrdiff_t, std::ptrdiff_t j,
                      std::ptrdiff_t n) const noexcept {
    return sum + (n == lanes<T> ? load<T>(b + j) : load_part<T>(b + j, n));
  }
};
template <class T> constexpr AddBias<T> add_bias(const T* b) noexcept { return {b}; }

template <class T> struct AddRowBias {  // C(i, j) = (A B)(i, j) + b[i]
  static constexpr bool keeps = false;
  const T* b;  // (M)

  Batch<T> operator()(const Batch<T>& sum, std::ptrdiff_t i, std::ptrdiff_t, std::ptrdiff_t) const noexcept {
    return sum + Batch<T>(b[i]);
  }
};
template <class T> constexpr AddRowBias<T> add_row_bias(const T* b) noexcept { return {b}; }

}  // namespace tutti::kernel
