// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_planes.hpp>
#include <tutti/kernel/conv_tile.hpp>

namespace tutti::kernel::detail {

/// Sums over shifted planes: y[o] = bias[o] + sum over k of w[o][k] x shifted by offset[k].
template <class T> struct Correlation {
  ConvGrid grid;
  std::ptrdiff_t outputs, depth;
  const T* w;  // (outputs, depth)
  const T* bias;
  const int* offset;
  std::ptrdiff_t x_image;                   // from image to image of the planes
  std::ptrdiff_t y_image, y_plane, y_row;   // from image to image, output to output, row to row of y
  int y_step;                               // and column to column
};

/// Where a register of sums goes.
template <class T> struct Destination {
  struct Stretch {
    int lane, count;
    std::ptrdiff_t to;
  };
  T* y;
  int step, stretches = 0;
  Stretch stretch[static_cast<std::size_t>(lanes<T>)];

  Destination() = default;
  Destination(const Correlation<T>& c, std::ptrdiff_t q, T* image) noexcept : y(image), step(c.y_step) {
    each_stretch<T>(c.grid, q, [&](int lane, int count, int row, int column) {
      stretch[stretches++] = {lane, count, row * c.y_row + std::ptrdiff_t{column} * c.y_step};
    });
  }
  void store(const T* sums, T bias, std::ptrdiff_t plane) const noexcept {
    T* const to = y + plane;
    if (stretches == 1 && stretch[0].count == lanes<T> && step == 1)
      return kernel::store<T>(Batch<T>::load_aligned(sums) + Batch<T>(bias), to + stretch[0].to);
    for (int i = 0; i < stretches; ++i) {
      T* const here = to + stretch[i].to;
      for (int k = 0; k < stretch[i].count; ++k) here[std::ptrdiff_t{k} * step] = sums[stretch[i].lane + k] + bias;
    }
  }
};

template <class T>
void correlate(const Correlation<T>& c, std::ptrdiff_t images, const T* x, T* y) noexcept {
  constexpr std::ptrdiff_t vectors = Block<T>::vectors, most = Block<T>::rows;
  alignas(64) T sums[static_cast<std::size_t>(most * vectors * lanes<T>)];
  const std::ptrdiff_t each = c.grid.template registers<T>(), total = images * each;
  for (std::ptrdiff_t first = 0; first < total; first += vectors) {
    const T* at[static_cast<std::size_t>(vectors)];
    Destination<T> to[static_cast<std::size_t>(vectors)];
    for (std::ptrdiff_t v = 0; v < vectors; ++v) {
      const std::ptrdiff_t i = std::min(first + v, total - 1);  // the last ones are computed in vain
      at[v] = x + i / each * c.x_image + c.grid.template place<T>(i % each);
      to[v] = Destination<T>(c, i % each, y + i / each * c.y_image);
    }
    const std::ptrdiff_t wanted = std::min(vectors, total - first);
    std::ptrdiff_t o = 0;
    for (std::ptrdiff_t left = (c.outputs + most - 1) / most; left > 0; --left) {
      const std::ptrdiff_t rows = (c.outputs - o + left - 1) / left;
      conv_tile_of<T>(rows)(c.depth, c.w + o * c.depth, c.depth, at, c.offset, sums);
      for (std::ptrdiff_t r = 0; r < rows; ++r, ++o)
        for (std::ptrdiff_t v = 0; v < wanted; ++v)
          to[v].store(sums + (r * vectors + v) * lanes<T>, c.bias == nullptr ? T(0) : c.bias[o], o * c.y_plane);
    }
  }
}

}  // namespace tutti::kernel::detail
