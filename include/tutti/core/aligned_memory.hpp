// SPDX-License-Identifier: Apache-2.0
#pragma once
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>

namespace tutti {

/// The alignment of every numeric buffer: one cache line, one AVX-512 register.
inline constexpr std::size_t alignment = 64;

namespace detail {

[[gnu::noinline]] inline void* aligned_memory(std::size_t bytes) {
  void* const memory = ::operator new(bytes, std::align_val_t{alignment});
#if defined(__linux__)
  constexpr std::uintptr_t page = std::uintptr_t{1} << 21;  // large memory in large pages: a fault for each 2 MB, not 4 kB
  if (bytes >= 2 * page) {
    const auto first = reinterpret_cast<std::uintptr_t>(memory), begin = (first + page - 1) / page * page;
    madvise(reinterpret_cast<void*>(begin), (first + bytes - begin) / page * page, MADV_HUGEPAGE);  // advice: may fail
  }
#endif
  return memory;
}
[[gnu::noinline]] inline void give_back(void* memory) noexcept { ::operator delete(memory, std::align_val_t{alignment}); }
/// Memory of `bytes` bytes, the first `used` of which are as they were in `old`, which is given back.
[[gnu::noinline]] inline void* regrown(void* old, std::size_t used, std::size_t bytes) {
  void* const grown = aligned_memory(bytes);
  if (used > 0) std::memcpy(grown, old, used);
  give_back(old);
  return grown;
}
/// The bytes of n elements.
/// Errors   std::bad_array_new_length for more than memory can address.
inline std::size_t bytes_of(std::size_t n, std::size_t size) {
  if (n > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / size) throw std::bad_array_new_length();
  return n * size;
}

}  // namespace detail
}  // namespace tutti
