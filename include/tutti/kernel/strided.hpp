// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>

namespace tutti::kernel::detail {

/// Numbers `step` apart, 1 or 2, as lanes of registers; nothing from `end` on is touched.
template <class T> struct Strided {
  int step;
  const T* end;

  /// p[0], p[step].., count of them; the other lanes hold anything.
  [[gnu::always_inline]] Batch<T> read(const T* p, std::ptrdiff_t count) const noexcept {
    constexpr std::ptrdiff_t n = lanes<T>;
    if (step == 1) return count == n || p + n <= end ? load<T>(p) : load_part<T>(p, count);
    if (p + 2 * n <= end) return every_second<false, T>(load<T>(p), load<T>(p + n));
    const std::ptrdiff_t used = 2 * count - 1, behind = std::max<std::ptrdiff_t>(used - n, 0);
    return every_second<false, T>(load_part<T>(p, std::min(used, n)), load_part<T>(behind > 0 ? p + n : p, behind));
  }
  /// p[0], p[step].. += the first `count` lanes.
  [[gnu::always_inline]] void add(const Batch<T>& v, T* p, std::ptrdiff_t count) const noexcept {
    constexpr std::ptrdiff_t n = lanes<T>;
    if (step == 1) {
      if (count == n) store<T>(load<T>(p) + v, p);
      else store_part<T>(load_part<T>(p, count) + v, p, count);
      return;
    }
    const Batch<T> zero(T(0)), a = in_turn<false>(v, zero), b = in_turn<true>(v, zero);
    if (count == n && p + 2 * n <= end) {
      store<T>(load<T>(p) + a, p);
      store<T>(load<T>(p + n) + b, p + n);
      return;
    }
    const std::ptrdiff_t used = 2 * count - 1, behind = std::max<std::ptrdiff_t>(used - n, 0);
    store_part<T>(load_part<T>(p, std::min(used, n)) + a, p, std::min(used, n));
    if (behind > 0) store_part<T>(load_part<T>(p + n, behind) + b, p + n, behind);
  }
};

/// Pixels 2 count of a row as even and odd ones.
template <class T>
[[gnu::always_inline]] inline void load_pairs(const T* p, std::ptrdiff_t count, Batch<T>& even, Batch<T>& odd) noexcept {
  const std::ptrdiff_t n = lanes<T>, behind = std::max<std::ptrdiff_t>(2 * count - n, 0);
  const Batch<T> a = 2 * count >= n ? load<T>(p) : load_part<T>(p, 2 * count);
  const Batch<T> b = behind == n ? load<T>(p + n) : load_part<T>(behind > 0 ? p + n : p, behind);
  even = every_second<false, T>(a, b);
  odd = every_second<true, T>(a, b);
}
template <class T>
[[gnu::always_inline]] inline void store_pairs(const Batch<T>& even, const Batch<T>& odd, T* p, std::ptrdiff_t count) noexcept {
  const std::ptrdiff_t n = lanes<T>, behind = 2 * count - n;
  const Batch<T> a = in_turn<false>(even, odd), b = in_turn<true>(even, odd);
  if (behind >= 0) store<T>(a, p);
  else store_part<T>(a, p, 2 * count);
  if (behind == n) store<T>(b, p + n);
  else if (behind > 0) store_part<T>(b, p + n, behind);
}
/// p[2 k] and p[2 k + 1] += lane k, for the first `count` lanes.
template <class T> [[gnu::always_inline]] inline void add_pairs(const Batch<T>& v, T* p, std::ptrdiff_t count) noexcept {
  const std::ptrdiff_t n = lanes<T>, behind = 2 * count - n;
  const Batch<T> a = in_turn<false>(v, v), b = in_turn<true>(v, v);
  store_count<T>(load_count<T>(p, std::min(2 * count, n)) + a, p, std::min(2 * count, n));
  if (behind > 0) store_count<T>(load_count<T>(p + n, behind) + b, p + n, behind);
}

}  // namespace tutti::kernel::detail
