// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/target.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace tutti {

/// A list of numbers for options: `.class_weights = {1, 5, 2.5f}`. Small, trivially copyable and constexpr where it
/// is empty, however long: the numbers are interned and live as long as the program.
class KeptList {
 public:
  constexpr KeptList() = default;
  KeptList(std::initializer_list<float> numbers) : KeptList(std::span(numbers.begin(), numbers.size())) {}
  KeptList(std::span<const float> numbers)  // implicit: a vector is written where a list is due
      : list_(reinterpret_cast<std::uintptr_t>(intern(Buffer<float>(numbers)))) {}

  constexpr explicit operator bool() const noexcept { return list_ != 0; }
  std::span<const float> numbers() const noexcept {
    if (list_ == 0) return {};
    return *reinterpret_cast<const Buffer<float>*>(list_);
  }
  /// Number k; 1 where the list does not reach.
  double operator[](std::ptrdiff_t k) const noexcept {
    const auto all = numbers();
    return k < std::ssize(all) ? static_cast<double>(all[static_cast<std::size_t>(k)]) : 1.0;
  }

 private:
  std::uintptr_t list_ = 0;  // a pointer, as a number: constant options are copied as bytes
};

}  // namespace tutti
