// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tutti::detail {

/// MurmurHash3 of 32 bits, seed 0: what scikit-learn's hashing uses. The same on machines of either byte order.
/// Source   Appleby, MurmurHash3 (2011).
constexpr std::uint32_t murmur_hash(std::string_view text) noexcept {
  const auto mixed = [](std::uint32_t k) { return std::rotl(k * 0xcc9e2d51u, 15) * 0x1b873593u; };
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  std::uint32_t h = 0;
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint32_t word = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    h = std::rotl(h ^ mixed(word), 13) * 5 + 0xe6546b64u;
  }
  std::uint32_t tail = 0;
  for (std::size_t t = text.size(); t > i; --t) tail = tail << 8 | byte(t - 1);
  if (i < text.size()) h ^= mixed(tail);
  h ^= static_cast<std::uint32_t>(text.size());
  h = (h ^ h >> 16) * 0x85ebca6bu;
  h = (h ^ h >> 13) * 0xc2b2ae35u;
  return h ^ h >> 16;
}
static_assert(murmur_hash("") == 0);

}  // namespace tutti::detail
