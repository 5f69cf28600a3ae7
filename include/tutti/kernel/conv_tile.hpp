// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>
#include <tutti/kernel/channel_epilogue.hpp>
#include <tutti/kernel/lane_order.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tutti::kernel::detail {

/// What a tile of convolution sums: for each output the registers at at[v] + offset[k] times w[k], from bias on.
template <class T> struct ConvTask {
  static constexpr std::ptrdiff_t vectors = Block<T>::vectors;

  std::ptrdiff_t depth;
  const T* w;     // (outputs, depth)
  const T* bias;  // (outputs); null: zeros
  const int* offset;
  const T* at[static_cast<std::size_t>(vectors)];
  T* to[static_cast<std::size_t>(vectors)];  // where the sums of the first output go
  std::ptrdiff_t to_row;                     // from output to output
  ChannelEpilogue<T> end = {};
};

/// Tiles of so many outputs one after the other; the loop in which convolutions and the gradients of their images spend
/// their time. An element is summed over k in order in one lane: its bits do not depend on its place.
template <int Rows, class T>
void conv_tiles(const ConvTask<T>& task, std::ptrdiff_t tiles) noexcept {
  constexpr int vectors = static_cast<int>(ConvTask<T>::vectors);
  const std::ptrdiff_t depth = task.depth, to_row = task.to_row;
  const T *w = task.w, *bias = task.bias, *from[std::size_t{vectors}];
  T* to[std::size_t{vectors}];
  ChannelEpilogue<T> end = task.end;
  const bool prefetches = depth >= 16 && to_row > vectors * lanes<T>;  // where sums go, unless that is near
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) {
    from[v] = task.at[v];
    to[v] = task.to[v];
  }
  for (; tiles > 0; --tiles, w += Rows * depth) {
    Batch<T> sum[std::size_t{Rows}][std::size_t{vectors}];
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sum[r][v] = Batch<T>(bias == nullptr ? T(0) : bias[r]);
    if (prefetches) {
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v)
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) __builtin_prefetch(to[v] + r * to_row, 1);
    }
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
      const std::ptrdiff_t shift = task.offset[k];
      Batch<T> x[std::size_t{vectors}];
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) {
        Batch<T> part = load<T>(from[v] + shift);
        in_register<T>(part);
        x[v] = part;
      }
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r) {
        const Batch<T> factor(w[r * depth + k]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) sum[r][v] = multiply_add<T>(factor, x[v], sum[r][v]);
      }
    }
    in_memory(to);
    in_memory(bias);
    in_memory(end);
    in_memory(tiles);
    in_memory(w);
    if (end.changes()) {
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) sum[r][v] = end(sum[r][v], r);
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r) store<T>(sum[r][v], to[v] + r * to_row);
      to[v] += Rows * to_row;
    }
    if (bias != nullptr) bias += Rows;
    end = end.from(Rows);
  }
}

/// The tile of the gradient of the weights: so many outputs by so many taps, a register for each.
inline constexpr int gradient_rows = registers == 32 ? 8 : 3;
inline constexpr int gradient_taps = 3;

/// What the gradient of the weights sums: registers q < count of images, dy at q lanes, x where `place[q]` says.
template <class T> struct GradientSum {
  std::ptrdiff_t images, count;
  const T* dy;
  std::ptrdiff_t dy_image, dy_row;
  const T* x;
  std::ptrdiff_t x_image;
  const int* place;

  GradientSum part(std::ptrdiff_t image, std::ptrdiff_t some, std::ptrdiff_t q, std::ptrdiff_t registers) const noexcept {
    return {some, registers, dy + image * dy_image + q * lanes<T>, dy_image, dy_row, x + image * x_image, x_image, place + q};
  }
};

/// Sums over images and registers of dy[row[o]] times x shifted by offset[t], for outputs by taps. They begin with zeros or with `kept`, a
/// register each, and go back there, or where they are complete to `whole`, all lanes added up.
template <class T>
void gradient_tile(const GradientSum<T>& g, const std::ptrdiff_t* row, const int* offset, bool begins, T* kept, T* whole) noexcept {
  constexpr int rows = gradient_rows, taps = gradient_taps;
  Batch<T> sum[std::size_t{rows * taps}];
#pragma GCC unroll 32
  for (auto& s : sum) s = Batch<T>(T(0));
  if (!begins) {
#pragma GCC unroll 32
    for (int i = 0; i < rows * taps; ++i) sum[i] = load<T>(kept + i * lanes<T>);
  }
  for (std::ptrdiff_t image = 0; image < g.images; ++image) {
    const T *from[std::size_t{taps}], *dy[std::size_t{rows}];
#pragma GCC unroll 8
    for (int t = 0; t < taps; ++t) from[t] = g.x + image * g.x_image + offset[t];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) dy[r] = g.dy + image * g.dy_image + row[r] * g.dy_row;
    for (std::ptrdiff_t q = 0; q < g.count; ++q) {
      const std::ptrdiff_t place = g.place[q];
      Batch<T> x[std::size_t{taps}];
#pragma GCC unroll 8
      for (int t = 0; t < taps; ++t) {
        x[t] = load<T>(from[t] + place);
        in_register<T>(x[t]);
      }
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r) {
        Batch<T> d = load<T>(dy[r] + q * lanes<T>);
        in_register<T>(d);
#pragma GCC unroll 8
        for (int t = 0; t < taps; ++t) sum[r * taps + t] = multiply_add<T>(d, x[t], sum[r * taps + t]);
      }
    }
  }
  if (whole != nullptr) return add_lane_sums(sum, whole);
#pragma GCC unroll 32
  for (int i = 0; i < rows * taps; ++i) store<T>(sum[i], kept + i * lanes<T>);
}

/// conv_tiles for 1 to Block<T>::rows outputs.
template <class T> auto conv_tiles_of(std::ptrdiff_t rows) noexcept {
  static constexpr auto tiles = []<int... R>(std::integer_sequence<int, R...>) {
    return std::array{&conv_tiles<R + 1, T>...};
  }(std::make_integer_sequence<int, static_cast<int>(Block<T>::rows)>{});
  return tiles[static_cast<std::size_t>(rows - 1)];
}

}  // namespace tutti::kernel::detail
