// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tutti::kernel {

/// Scratch that sort_floats needs for n numbers.
inline constexpr std::ptrdiff_t sort_scratch(std::ptrdiff_t n) noexcept { return 2 * n; }

/// Sorts n numbers without NaN, in ascending order; -0 becomes +0.
/// Cost     one pass that counts and three that deal out by eleven bits, those left out in which all numbers agree;
///          std::sort below 1000 numbers.
inline void sort_floats(float* values, std::ptrdiff_t n, std::uint32_t* scratch) noexcept {
  if (n < 1000) {
    for (std::ptrdiff_t i = 0; i < n; ++i) values[i] += 0.0f;
    return std::sort(values, values + n);
  }
  constexpr int bits = 11, digits = 3;
  constexpr std::uint32_t mask = (1u << bits) - 1;
  std::uint32_t count[digits][1 << bits] = {};
  std::uint32_t *from = scratch, *to = scratch + n;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto word = std::bit_cast<std::uint32_t>(values[i] + 0.0f);
    const std::uint32_t key = word ^ ((word >> 31) != 0 ? ~0u : 0x80000000u);  // ordered as the numbers are
    from[i] = key;
    for (int d = 0; d < digits; ++d) ++count[d][(key >> (bits * d)) & mask];
  }
  for (int d = 0; d < digits; ++d) {
    const int shift = bits * d;
    if (count[d][(from[0] >> shift) & mask] == static_cast<std::uint32_t>(n)) continue;
    std::uint32_t before = 0;
    for (std::uint32_t& c : count[d]) {
      const std::uint32_t here = c;
      c = before;
      before += here;
    }
    for (std::ptrdiff_t i = 0; i < n; ++i) to[count[d][(from[i] >> shift) & mask]++] = from[i];
    std::swap(from, to);
  }
  for (std::ptrdiff_t i = 0; i < n; ++i)
    values[i] = std::bit_cast<float>(from[i] ^ ((from[i] >> 31) != 0 ? 0x80000000u : ~0u));
}

}  // namespace tutti::kernel
