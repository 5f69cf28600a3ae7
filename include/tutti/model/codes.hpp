// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <cstddef>
#include <cstdint>

namespace tutti {

/// Bin numbers of rows, row after row: a byte each, all of two bytes where a column has more than 256 of them.
class Codes {
 public:
  static constexpr int in_a_byte = 256;

  Codes() = default;
  /// `size` times 0, for columns of at most so many codes.
  Codes(std::ptrdiff_t size, int codes) {
    if (codes <= in_a_byte) bytes_.resize(static_cast<std::size_t>(size));
    else words_.resize(static_cast<std::size_t>(size));
  }

  bool empty() const noexcept { return bytes_.empty() && words_.empty(); }
  int operator[](std::ptrdiff_t i) const noexcept { return words_.empty() ? int{bytes_[at(i)]} : int{words_[at(i)]}; }
  void set(std::ptrdiff_t i, int code) noexcept {
    if (words_.empty()) bytes_[at(i)] = static_cast<std::uint8_t>(code);
    else words_[at(i)] = static_cast<std::uint16_t>(code);
  }

  /// For inner loops: one of them is null.
  const std::uint8_t* bytes() const noexcept { return bytes_.data(); }
  const std::uint16_t* words() const noexcept { return words_.data(); }

  friend bool operator==(const Codes& a, const Codes& b) { return a.bytes_ == b.bytes_ && a.words_ == b.words_; }

 private:
  static std::size_t at(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }

  Buffer<std::uint8_t> bytes_{};
  Buffer<std::uint16_t> words_{};
};

}  // namespace tutti
