// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>

namespace tutti::kernel {

/// A part of a matrix: rows from `row` on, columns from `column` on.
struct MatrixPart {
  std::ptrdiff_t row, column, rows, columns;
};

/// A matrix of results cut into parts of height x width, those at the ends maybe smaller.
struct MatrixCut {
  std::ptrdiff_t rows, columns;  // of the matrix
  std::ptrdiff_t height, width;

  constexpr std::ptrdiff_t down() const noexcept { return (rows + height - 1) / height; }
  constexpr std::ptrdiff_t across() const noexcept { return (columns + width - 1) / width; }
  constexpr std::ptrdiff_t count() const noexcept { return down() * across(); }
  constexpr MatrixPart part(std::ptrdiff_t i) const noexcept {
    const std::ptrdiff_t row = i / across() * height, column = i % across() * width;
    return {row, column, std::min(height, rows - row), std::min(width, columns - column)};
  }
};

/// The cut into at most so many parts whose largest one has the least cost(height, width); `step` columns are never cut.
/// Needs    rows, columns and parts above 0.
template <class Cost>
constexpr MatrixCut cut_matrix(std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t step, std::ptrdiff_t parts,
                               const Cost& cost) noexcept {
  MatrixCut best{rows, columns, rows, columns};
  std::ptrdiff_t least = std::numeric_limits<std::ptrdiff_t>::max();
  for (std::ptrdiff_t down = 1; down <= std::min(rows, parts); ++down) {
    const std::ptrdiff_t steps = (columns + step - 1) / step, across = std::min(steps, parts / down);
    const std::ptrdiff_t height = (rows + down - 1) / down, width = (steps + across - 1) / across * step, its = cost(height, width);
    if (its < least) {
      least = its;
      best.height = height;
      best.width = width;
    }
  }
  return best;
}

/// The cut of a product of matrices C (M, N): parts as near to squares as tiles of registers go, since they read least.
constexpr MatrixCut cut_product(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t step, std::ptrdiff_t parts) noexcept {
  return cut_matrix(M, N, step, parts, [](std::ptrdiff_t height, std::ptrdiff_t width) { return height * width + 2 * (height + width); });
}
static_assert(cut_product(8, 256, 16, 2).count() == 2 && cut_product(8, 256, 16, 2).width == 128);
static_assert(cut_product(512, 49, 16, 2).height == 256 && cut_product(1, 1000, 16, 3).part(2).columns == 1000 - 2 * 336);

}  // namespace tutti::kernel
