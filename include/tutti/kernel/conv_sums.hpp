// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_planes.hpp>
#include <tutti/kernel/conv_tile.hpp>

#include <cstddef>
#include <type_traits>

namespace tutti::kernel::detail {

/// Sums over shifted planes: y[o] = end(bias[o] + sum over k of w[o][k] x shifted by offset[k]).
template <class T> struct Correlation {
  ConvGrid grid;
  std::ptrdiff_t outputs, depth;
  const T* w;  // (outputs, depth)
  const T* bias;
  const int* offset;
  std::ptrdiff_t x_image;                   // from image to image of the planes
  std::ptrdiff_t y_image, y_plane, y_row;   // from image to image, output to output, row to row of y
  int y_step;                               // and column to column
  ChannelEpilogue<T> end = {};
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
  void store(const T* sums, std::ptrdiff_t plane) const noexcept {
    for (int i = 0; i < stretches; ++i) {
      T* const here = y + plane + stretch[i].to;
      for (int k = 0; k < stretch[i].count; ++k) here[std::ptrdiff_t{k} * step] = sums[stretch[i].lane + k];
    }
  }
};

/// All outputs of a few registers of pixels. What a tile sums goes where it belongs, or to `sums`, from where
/// store(first output, number of outputs) takes it.
template <class T, class Store>
[[gnu::always_inline]] inline void each_output(const Correlation<T>& c, ConvTask<T> task, const Store& store) noexcept {
  each_height(c.outputs, Block<T>::rows, [&](std::ptrdiff_t o, std::ptrdiff_t tiles, std::ptrdiff_t height) {
    const std::ptrdiff_t at_once = std::is_same_v<Store, std::nullptr_t> ? tiles : 1;
    for (; tiles > 0; tiles -= at_once, o += at_once * height) {
      task.w = c.w + o * c.depth;
      task.bias = c.bias == nullptr ? nullptr : c.bias + o;
      task.end = c.end.from(o);
      conv_tiles_of<T>(height)(task, at_once);
      if constexpr (!std::is_same_v<Store, std::nullptr_t>) store(o, height);
      else
        for (auto& to : task.to) to += tiles * height * c.y_plane;
    }
  });
}

template <class T>
void correlate(const Correlation<T>& c, std::ptrdiff_t images, const T* x, T* y) noexcept {
  constexpr std::ptrdiff_t vectors = Block<T>::vectors;
  const std::ptrdiff_t each = c.grid.template registers<T>(), total = images * each;
  ConvTask<T> task{c.depth, c.w, c.bias, c.offset, {}, {}, c.y_plane};
  if (c.grid.template whole<T>() && c.y_step == 1) {
    std::ptrdiff_t row = 0, column = 0;
    for (std::ptrdiff_t first = 0; first < total; first += vectors) {
      for (std::ptrdiff_t v = 0; v < vectors; ++v) {
        if (first + v < total) {
          task.at[v] = x + row * c.grid.pitch + column;
          task.to[v] = y + row * c.y_row + column;
          column += lanes<T>;
          if (column == c.grid.columns) column = 0, ++row;
          if (row == c.grid.rows) row = 0, x += c.x_image, y += c.y_image;
        } else {  // computed twice
          task.at[v] = task.at[v - 1];
          task.to[v] = task.to[v - 1];
        }
      }
      each_output(c, task, nullptr);
    }
    return;
  }
  alignas(64) T sums[static_cast<std::size_t>(Block<T>::rows * vectors * lanes<T>)];
  task.to_row = vectors * lanes<T>;
  for (std::ptrdiff_t v = 0; v < vectors; ++v) task.to[v] = sums + v * lanes<T>;
  for (std::ptrdiff_t first = 0; first < total; first += vectors) {
    Destination<T> to[static_cast<std::size_t>(vectors)];
    for (std::ptrdiff_t v = 0; v < vectors; ++v) {
      const std::ptrdiff_t i = std::min(first + v, total - 1);  // the last ones are computed in vain
      task.at[v] = x + i / each * c.x_image + c.grid.template place<T>(i % each);
      to[v] = Destination<T>(c, i % each, y + i / each * c.y_image);
    }
    const std::ptrdiff_t wanted = std::min(vectors, total - first);
    each_output(c, task, [&](std::ptrdiff_t o, std::ptrdiff_t height) {
      for (std::ptrdiff_t r = 0; r < height; ++r)
        for (std::ptrdiff_t v = 0; v < wanted; ++v) to[v].store(sums + (r * vectors + v) * lanes<T>, (o + r) * c.y_plane);
    });
  }
}

}  // namespace tutti::kernel::detail
