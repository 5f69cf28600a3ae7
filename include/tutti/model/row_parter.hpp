// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/part_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tutti {

/// Parts the rows of nodes, those of the left child in front, both sides in their order; large nodes in chunks side by side.
class RowParter {
 public:
  /// For nodes of up to so many rows.
  void prepare(std::ptrdiff_t rows) {
    right_.resize(static_cast<std::size_t>(rows + (rows / grain + 1) * kernel::part_slack));
  }
  /// Returns how many rows are on the left.
  std::ptrdiff_t operator()(const kernel::PartColumn& column, std::span<std::uint32_t> rows, bool parallel) {
    const std::ptrdiff_t n = std::ssize(rows);
    if (parallel && n >= 4 * grain && parallel::threads() > 1) return in_chunks(column, rows.data(), n);
    const std::ptrdiff_t left = kernel::part_rows(column, rows.data(), n, right_.data());
    std::copy_n(right_.data(), n - left, rows.data() + left);
    return left;
  }
  /// The same where left(row) decides.
  template <class Left> std::ptrdiff_t by(std::span<std::uint32_t> rows, Left&& left_of) noexcept {
    std::ptrdiff_t left = 0, right = 0;
    for (const std::uint32_t row : rows) {
      const bool stays = left_of(row);
      rows[static_cast<std::size_t>(left)] = row;
      right_[static_cast<std::size_t>(right)] = row;
      left += stays;
      right += !stays;
    }
    std::copy_n(right_.data(), right, rows.data() + left);
    return left;
  }

 private:
  static constexpr std::ptrdiff_t grain = 1 << 14;

  std::ptrdiff_t in_chunks(const kernel::PartColumn& column, std::uint32_t* rows, std::ptrdiff_t n) {
    struct Chunk {
      std::ptrdiff_t left, before;  // rows on the left, and those of the chunks before
    };
    Buffer<Chunk> chunks(static_cast<std::size_t>(parallel::chunks(n, grain)));
    if (std::ssize(left_) < n) left_.resize(static_cast<std::size_t>(n));
    const auto right = [&](std::ptrdiff_t chunk) { return right_.data() + chunk * (grain + kernel::part_slack); };
    parallel::for_each(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      const std::ptrdiff_t c = first / grain, left = kernel::part_rows(column, rows + first, last - first, right(c));
      std::copy_n(rows + first, left, left_.data() + first);
      chunks[static_cast<std::size_t>(c)].left = left;
    });
    std::ptrdiff_t middle = 0;
    for (Chunk& c : chunks) c.before = std::exchange(middle, middle + c.left);
    parallel::for_each(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      const Chunk& c = chunks[static_cast<std::size_t>(first / grain)];
      std::copy_n(left_.data() + first, c.left, rows + c.before);
      std::copy_n(right(first / grain), last - first - c.left, rows + middle + (first - c.before));
    });
    return middle;
  }

  Buffer<std::uint32_t> left_;  // of chunks side by side
  Buffer<std::uint32_t> right_;
};

}  // namespace tutti
