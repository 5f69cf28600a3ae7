// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace tutti::kernel::detail {

/// The bits of a register as whole numbers.
template <class T> struct Bits {
  using Word = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  typedef Word Vector __attribute__((vector_size(sizeof(Batch<T>))));

  static constexpr int fraction = std::numeric_limits<T>::digits - 1;
  static constexpr Word sign = Word{1} << (8 * sizeof(T) - 1), bias = std::numeric_limits<T>::max_exponent - 1;
};
template <class T> [[gnu::always_inline]] inline auto bits_of(const Batch<T>& v) noexcept {
  return reinterpret_cast<typename Bits<T>::Vector>(v.data);
}
template <class T, class V> [[gnu::always_inline]] inline Batch<T> of_bits(const V& bits) noexcept {
  return Batch<T>(reinterpret_cast<typename Batch<T>::register_type>(bits));
}

}  // namespace tutti::kernel::detail
