// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tutti::detail {

/// Keeps equal rows (of so many numbers) once, in the order in which they first occur; returns where each row lies now.
[[gnu::cold]] inline Buffer<std::int32_t> share_rows(Buffer<float>& values, int row_width) {
  const auto width = static_cast<std::size_t>(row_width);
  const std::size_t rows = values.size() / width, slots = std::bit_ceil(2 * rows + 1);
  Buffer<std::int32_t> slot(slots, -1), moved(rows);
  Buffer<float> kept;
  for (std::size_t r = 0; r < rows; ++r) {
    const float* const row = values.data() + r * width;
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < width; ++k) hash = (hash ^ std::bit_cast<std::uint32_t>(row[k])) * 0x9e3779b97f4a7c15u;
    std::size_t s = (hash >> 20) & (slots - 1);
    while (slot[s] >= 0 && std::memcmp(kept.data() + static_cast<std::size_t>(slot[s]) * width, row, width * sizeof(float)) != 0)
      s = (s + 1) & (slots - 1);
    if (slot[s] < 0) {
      slot[s] = static_cast<std::int32_t>(kept.size() / width);
      kept.append(row, width);
    }
    moved[r] = slot[s];
  }
  values = Buffer<float>(std::span<const float>(kept));
  return moved;
}

}  // namespace tutti::detail
