// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/elementary.hpp>

namespace tutti::kernel {

/// 1 / (1 + e^-v) in every lane, without overflow.
template <class T> [[gnu::always_inline]] inline Batch<T> logistic(const Batch<T>& v) noexcept {
  const Batch<T> one(T(1)), zero(T(0));
  const Batch<T> e = kernel::exp<T>(xsimd::select(v < zero, v, -v));  // at most 1
  return xsimd::select(v < zero, e, one) / (one + e);
}

/// y[i] = 1 / (1 + e^-x[i]), without overflow; NaN stays NaN; y may be x.
template <class T> void logistic(std::ptrdiff_t n, const T* x, T* y) noexcept {
  transform<T>(
      n, y, [](const Batch<T>& v) __attribute__((always_inline)) { return logistic<T>(v); }, x);
}

}  // namespace tutti::kernel
