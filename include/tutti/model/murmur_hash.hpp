// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>
#include <string_view>

namespace tutti::detail {

/// MurmurHash3 of 32 bits, seed 0, a byte at a time: what scikit-learn's hashing uses. The same on machines of either byte
/// order.
/// Source   Appleby, MurmurHash3 (2011).
class MurmurHash {
 public:
  constexpr void add(char byte) noexcept {
    word_ |= std::uint32_t{static_cast<unsigned char>(byte)} << (8 * (length_++ % 4));
    if (length_ % 4 != 0) return;
    hash_ = std::rotl(hash_ ^ mixed(word_), 13) * 5 + 0xe6546b64u;
    word_ = 0;
  }
  constexpr std::uint32_t value() const noexcept {
    std::uint32_t h = length_ % 4 == 0 ? hash_ : hash_ ^ mixed(word_);
    h ^= length_;
    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return h ^ h >> 16;
  }

 private:
  static constexpr std::uint32_t mixed(std::uint32_t k) noexcept { return std::rotl(k * 0xcc9e2d51u, 15) * 0x1b873593u; }
  std::uint32_t hash_ = 0, word_ = 0, length_ = 0;
};

constexpr std::uint32_t murmur_hash(std::string_view text) noexcept {
  MurmurHash hash;
  for (const char c : text) hash.add(c);
  return hash.value();
}
static_assert(murmur_hash("") == 0);

}  // namespace tutti::detail
