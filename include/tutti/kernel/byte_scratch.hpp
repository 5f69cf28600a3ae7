// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace tutti::kernel::detail {

/// Hands out pieces of scratch for numbers of any kind, each at an address divisible by 64. Begun at null, it counts.
class ByteScratch {
 public:
  constexpr explicit ByteScratch(std::uint8_t* begin) noexcept : begin_(begin) {
    if (begin != nullptr) used_ = static_cast<std::ptrdiff_t>(-reinterpret_cast<std::uintptr_t>(begin) % line);
  }

  template <class T>
  constexpr T* piece(std::ptrdiff_t n) noexcept {
    const std::ptrdiff_t at = used_;
    used_ += (n * static_cast<std::ptrdiff_t>(sizeof(T)) + line - 1) / line * line;
    if (begin_ == nullptr) return nullptr;
    T* const first = reinterpret_cast<T*>(begin_ + at);
    std::uninitialized_default_construct_n(first, n);
    return first;
  }
  /// What a scratch of any address needs for all pieces.
  constexpr std::ptrdiff_t size() const noexcept { return used_ + line - 1; }

 private:
  static constexpr std::ptrdiff_t line = 64;
  std::uint8_t* begin_;
  std::ptrdiff_t used_ = 0;
};

}  // namespace tutti::kernel::detail
