// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>

#include <cstddef>
#include <new>

namespace tutti::kernel::detail {

/// Where a large product copies its operands, so that tiles read each of them as one stream: rows of A and columns of B
/// over one block of depth. Null where there is no memory left: operands are then read where they lie.
template <class T> struct GemmMemory {
  /// Between tiles or lines of A: their beginnings should not share a set of the first cache.
  static constexpr std::ptrdiff_t gap = 64 / static_cast<std::ptrdiff_t>(sizeof(T));
  static constexpr std::ptrdiff_t most_rows = 86 * Block<T>::rows, most_columns = 1024;

  /// From one tile of so many steps to the next.
  static constexpr std::ptrdiff_t tile(std::ptrdiff_t depth) noexcept { return depth * Block<T>::rows + gap; }

  /// One thread's, made where it is first needed and kept until the thread ends.
  static T* rows() noexcept {
    static thread_local const Kept memory(Block<T>::depth * (most_rows + gap));
    return memory.numbers;
  }
  static T* columns() noexcept {
    static thread_local const Kept memory(Block<T>::depth * most_columns);
    return memory.numbers;
  }

 private:
  struct Kept {  // a std::unique_ptr would cost every program compile time
    explicit Kept(std::ptrdiff_t n) noexcept : numbers(new (std::nothrow) T[static_cast<std::size_t>(n)]) {}
    ~Kept() { delete[] numbers; }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    T* const numbers;
  };
};

}  // namespace tutti::kernel::detail
