// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace tutti {

/// The alignment of every numeric buffer: one cache line, one AVX-512 register.
inline constexpr std::size_t alignment = 64;

/// Hands out memory that starts on a cache line; stateless.
template <class T>
struct AlignedAllocator {
  using value_type = T;

  AlignedAllocator() = default;
  template <class U>
  constexpr AlignedAllocator(const AlignedAllocator<U>&) noexcept {}

  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{alignment}));
  }
  void deallocate(T* p, std::size_t) noexcept { ::operator delete(p, std::align_val_t{alignment}); }

  template <class U>
  constexpr bool operator==(const AlignedAllocator<U>&) const noexcept {
    return true;
  }
};

/// A vector whose first element is aligned for any SIMD load: the one buffer type of the library.
template <class T>
using Buffer = std::vector<T, AlignedAllocator<T>>;

}  // namespace tutti
