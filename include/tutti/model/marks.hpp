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
    if (code >= 64 * inside)
      while (std::ssize(more_) <= code / 64 - inside) more_.push_back(0);
    (code < 64 * inside ? word_[code / 64] : more_[static_cast<std::size_t>(code / 64 - inside)]) |= std::uint64_t{1} << (code % 64);
  }
  bool has(int code) const noexcept {
    const int w = code / 64;
    if (w >= inside + std::ssize(more_)) return false;
    return ((w < inside ? word_[w] : more_[static_cast<std::size_t>(w - inside)]) >> (code % 64) & 1) != 0;
  }

 private:
  static constexpr int inside = 4;

  std::uint64_t word_[inside] = {};
  Buffer<std::uint64_t> more_{};
};

}  // namespace tutti
