// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <cstddef>
#include <cstdint>

namespace tutti {

/// A bit for each code of a column. The first 256 need no memory of their own.
class Marks {
 public:
  void set(int code) {
    const std::uint64_t bit = std::uint64_t{1} << (code & 63);
    if (code < 64 * inside) {
      word_[code >> 6] |= bit;
      return;
    }
    const auto w = static_cast<std::size_t>((code >> 6) - inside);
    while (more_.size() <= w) more_.push_back(0);
    more_[w] |= bit;
  }
  bool has(int code) const noexcept {
    if (code < 64 * inside) return (word_[code >> 6] >> (code & 63) & 1) != 0;
    const auto w = static_cast<std::size_t>((code >> 6) - inside);
    return w < more_.size() && (more_[w] >> (code & 63) & 1) != 0;
  }

 private:
  static constexpr int inside = 4;

  std::uint64_t word_[inside] = {};
  Buffer<std::uint64_t> more_{};
};

}  // namespace tutti
