// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_pack.hpp>
#include <tutti/kernel/conv_bands.hpp>
#include <tutti/kernel/conv_phases.hpp>
#include <tutti/kernel/conv_sums.hpp>
#include <tutti/kernel/matrix_cut.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/winograd_gradient.hpp>

namespace tutti::kernel {

namespace detail {
// Product by product, in a body of their own: a net with tiles in some of its layers compiles it once.

template <class T>
void direct_forward(const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* w, const T* bias, T* y, T* scratch,
                    const ChannelEpilogue<T>& end, T* winner = nullptr) noexcept {
  const ConvShape s = one_group(shape);
  const auto winners_from = [&](std::ptrdiff_t i) { return winner == nullptr ? winner : winner + i; };
  if (is_product(s)) {
    for (std::ptrdiff_t i = 0; i < rows * shape.groups; ++i) {
      const std::ptrdiff_t g = i % shape.groups;
      const std::ptrdiff_t at = i * s.y_size();
      T* const its_winner = winners_from(at);
      each_band(s, 1, y + at, its_winner, 0, scratch, [&](std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t row, std::ptrdiff_t count, T* to) {
        gemm<T>(s.out, count * s.width, s.channels, matrix(w + g * s.weights_size(), s.channels),
                matrix(x + i * s.input_size() + row * s.width, s.pixels()), to, count * s.width,
                add_row_bias<T>(bias == nullptr ? bias : bias + g * s.out), end.from(g * s.out));
      });
    }
    return;
  }
  const ConvPlanes p = planes_of_input(s);
  ScratchPieces<T> pieces{scratch};
  int* const offset = pieces.table(s.taps());
  fill_taps(s, p, offset);
  T* const band = pieces.numbers(band_size(s, rows));
  const std::ptrdiff_t x_image = shape.input_size(), y_image = shape.y_size(), block = images_at_once<T>(s, rows, p.size());
  const InputPlanes<T> planes = input_planes(s, x_image, block, pieces.at);
  Correlation<T> c{grid_of_outputs(s, p), s.out, s.taps(), w, bias, offset, p.size(), y_image, s.pixels(), s.out_width(), 1};
  for (std::ptrdiff_t r = 0; r < rows; r += block)
    for (int g = 0; g < shape.groups; ++g) {
      const std::ptrdiff_t images = std::min(block, rows - r);
      c.w = w + g * s.weights_size();
      c.bias = bias == nullptr ? bias : bias + g * s.out;
      c.end = end.from(g * s.out);
      const T* const from = planes.block(images, x + r * x_image + g * s.input_size());
      const std::ptrdiff_t at = r * y_image + g * s.y_size();
      each_band(s, images, y + at, winners_from(at), y_image, band,
                [&](std::ptrdiff_t image, std::ptrdiff_t some, std::ptrdiff_t row, std::ptrdiff_t count, T* to) {
                  if (s.pooled) c.y_plane = count * c.y_row, c.y_image = s.out * c.y_plane;
                  c.grid.rows = static_cast<int>(count);
                  correlate(c, some, from + image * p.size() + row * p.pitch, to);
                });
    }
}

template <class T>
void direct_backward_data(const ConvShape& shape, std::ptrdiff_t rows, const T* w, const T* dy, T* dx, T* scratch) noexcept {
  const ConvShape s = one_group(shape);
  if (is_product(s)) {
    for (std::ptrdiff_t i = 0; i < rows * shape.groups; ++i)
      gemm<T>(s.channels, s.pixels(), s.out, transposed(w + i % shape.groups * s.weights_size(), s.channels),
              matrix(dy + i * s.output_size(), s.pixels()), dx + i * s.input_size(), s.pixels());
    return;
  }
  const ConvPlanes p = planes_of_gradient(s);
  const std::ptrdiff_t window = std::ptrdiff_t{s.kernel_h} * s.kernel_w;
  ScratchPieces<T> pieces{scratch};
  int* const offsets = pieces.table(s.out * window);
  int* const tap = pieces.table(window);
  T* const turned = pieces.numbers(s.weights_size());
  const std::ptrdiff_t x_image = shape.input_size(), y_image = shape.output_size(), block = images_at_once<T>(s, rows, p.size());
  T* const empty = empty_planes(p, block, pieces.at);
  for (int g = 0; g < shape.groups; ++g) {
    gather_phases(s, p, w + g * s.weights_size(), tap, offsets, turned);
    for (std::ptrdiff_t r = 0; r < rows; r += block) {
      const std::ptrdiff_t images = std::min(block, rows - r);
      const T* const planes = block_of_planes(p, images, dy + r * y_image + g * s.output_size(), y_image, empty);
      T* const to = dx + r * x_image + g * s.input_size();
      const int* offset = offsets;
      const T* weights = turned;
      for (int a = 0; a < s.stride; ++a)
        for (int b = 0; b < s.stride; ++b) {
          const GradientPhase down = phase_down(s, a), across = phase_across(s, b);
          const std::ptrdiff_t depth = std::ptrdiff_t{s.out} * down.taps() * across.taps();
          const Correlation<T> c{{down.count(), across.count(), p.pitch}, s.channels, depth, weights, nullptr, offset, p.size(),
                                 x_image, std::ptrdiff_t{s.height} * s.width, std::ptrdiff_t{s.stride} * s.width, s.stride};
          correlate(c, images, planes + std::ptrdiff_t{down.first()} * p.pitch + across.first(),
                    to + std::ptrdiff_t{down.pixel()} * s.width + across.pixel());
          offset += depth;
          weights += s.channels * depth;
        }
    }
  }
}

}  // namespace detail

/// y[o] += bias[o], plane by plane.
/// Shapes   bias (out) -> y (out, plane).
template <class T>
void add_plane_bias(std::ptrdiff_t out, std::ptrdiff_t plane, const T* bias, T* y) noexcept {
  for (std::ptrdiff_t o = 0; o < out; ++o) {
    const Batch<T> b(bias[o]);
    transform<T>(
        plane, y + o * plane, [&](const Batch<T>& v) { return v + b; }, y + o * plane);
  }
}
/// db[o] += the sum of dy[o]: the gradient of such a bias.
template <class T>
void add_plane_sums(std::ptrdiff_t out, std::ptrdiff_t plane, const T* dy, T* db) noexcept {
  for (std::ptrdiff_t o = 0; o < out; ++o) db[o] += static_cast<T>(sum(plane, dy + o * plane));
}

namespace detail {

/// dy in the order of the registers of the grid, zeros where they reach beyond rows.
template <class T>
void copy_registers(const ConvGrid& grid, std::ptrdiff_t planes, const T* dy, T* to) noexcept {
  const std::ptrdiff_t count = grid.registers<T>();
  for (std::ptrdiff_t o = 0; o < planes; ++o, dy += std::ptrdiff_t{grid.rows} * grid.columns)
    for (std::ptrdiff_t q = 0; q < count; ++q, to += lanes<T>) {
      std::fill_n(to, lanes<T>, T(0));
      each_stretch<T>(grid, q, [&](int lane, int n, int row, int column) {
        std::copy_n(dy + std::ptrdiff_t{row} * grid.columns + column, n, to + lane);
      });
    }
}

template <class T>
void add_gradients(const GradientSum<T>& g, std::ptrdiff_t out, std::ptrdiff_t taps, const int* offset, T* dw) noexcept {
  constexpr std::ptrdiff_t rows = gradient_rows, columns = gradient_taps, tile = rows * columns, most = 16;
  constexpr std::ptrdiff_t near = 16384 / (rows * static_cast<std::ptrdiff_t>(sizeof(Batch<T>)));  // registers of each row in the first cache
  alignas(64) T kept[static_cast<std::size_t>(most * tile * lanes<T>)];
  const std::ptrdiff_t images = std::max<std::ptrdiff_t>(2 * near / g.count, 1), registers = g.count <= 2 * near ? g.count : near;
  for (std::ptrdiff_t o = 0; o < out; o += rows)
    for (std::ptrdiff_t first = 0; first < taps; first += most * columns) {
      const std::ptrdiff_t tiles = std::min(most, (taps - first + columns - 1) / columns);
      std::ptrdiff_t row[static_cast<std::size_t>(rows)];  // what is beyond the last is computed in vain
      int shift[static_cast<std::size_t>(most * columns)];
      for (std::ptrdiff_t r = 0; r < rows; ++r) row[r] = std::min(o + r, out - 1);
      for (std::ptrdiff_t t = 0; t < tiles * columns; ++t) shift[t] = offset[std::min(first + t, taps - 1)];
      T whole[static_cast<std::size_t>(most * tile)] = {};
      for (std::ptrdiff_t i = 0; i < g.images; i += images)
        for (std::ptrdiff_t q = 0; q < g.count; q += registers) {
          const GradientSum<T> part = g.part(i, std::min(images, g.images - i), q, std::min(registers, g.count - q));
          const bool begins = i == 0 && q == 0, ends = i + images >= g.images && q + registers >= g.count;
          for (std::ptrdiff_t k = 0; k < tiles; ++k)
            gradient_tile(part, row, shift + k * columns, begins, kept + k * tile * lanes<T>, ends ? whole + k * tile : nullptr);
        }
      for (std::ptrdiff_t k = 0; k < tiles; ++k)
        for (std::ptrdiff_t r = 0; r < std::min(rows, out - o); ++r)
          for (std::ptrdiff_t t = 0; t < std::min(columns, taps - first - k * columns); ++t)
            dw[(o + r) * taps + first + k * columns + t] += whole[k * tile + r * columns + t];
    }
}

/// That of the bias of outputs from `first` to `last`.
template <class T>
[[gnu::noinline]] void add_bias_gradients(const ConvShape& s, std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t rows, const T* dy,
                                          T* db) noexcept {
  for (std::ptrdiff_t r = 0; db != nullptr && r < rows; ++r)
    add_plane_sums(last - first, s.pixels(), dy + r * s.output_size() + first * s.pixels(), db + first);
}

/// The gradients of some weights: those of the part's rows, which are groups, to its columns, which are outputs of each.
template <class T>
void direct_backward_weights(const MatrixPart& part, const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* dy, T* dw, T* db,
                             T* scratch) noexcept {
  const ConvShape s = one_group(shape);
  const std::ptrdiff_t last_group = part.row + part.rows, first_out = part.column, outs = part.columns;
  const auto add_bias = [&](std::ptrdiff_t g, std::ptrdiff_t first, std::ptrdiff_t images) {  // while dy is in a cache
    add_bias_gradients(shape, g * s.out + first_out, g * s.out + first_out + outs, images, dy + first * shape.output_size(), db);
  };
  if (is_product(s)) {
    for (std::ptrdiff_t r = 0; r < rows; ++r)
      for (std::ptrdiff_t g = part.row; g < last_group; ++g) {
        add_bias(g, r, 1);
        gemm<T>(outs, s.channels, s.pixels(), matrix(dy + r * shape.output_size() + (g * s.out + first_out) * s.pixels(), s.pixels()),
                transposed(x + r * shape.input_size() + g * s.input_size(), s.pixels()), dw + (g * s.out + first_out) * s.channels,
                s.channels, accumulate);
      }
    return;
  }
  const ConvPlanes p = planes_of_input(s);
  const ConvGrid grid = grid_of_outputs(s, p);
  const std::ptrdiff_t count = grid.registers<T>(), ordered = s.out * count * lanes<T>;
  const bool whole = grid.whole<T>();
  ScratchPieces<T> pieces{scratch};
  int* const offset = pieces.table(s.taps());
  int* const place = pieces.table(count);
  fill_taps(s, p, offset);
  for (std::ptrdiff_t q = 0; q < count; ++q) place[q] = static_cast<int>(grid.place<T>(q));
  const std::ptrdiff_t x_image = shape.input_size(), y_image = shape.output_size(),
                       block = images_at_once<T>(s, rows, p.size() + ordered);
  T* const registers_of_dy = pieces.numbers(whole ? 0 : block * ordered);
  const InputPlanes<T> planes = input_planes(s, x_image, block, pieces.at);
  for (std::ptrdiff_t r = 0; r < rows; r += block) {
    const std::ptrdiff_t images = std::min(block, rows - r);
    for (std::ptrdiff_t g = part.row; g < last_group && count > 0; ++g) {
      add_bias(g, r, images);
      const T* const gradient = dy + r * y_image + g * s.output_size() + first_out * s.pixels();
      if (!whole)
        for (std::ptrdiff_t i = 0; i < images; ++i) copy_registers(grid, outs, gradient + i * y_image, registers_of_dy + i * ordered);
      add_gradients<T>({images, count, whole ? gradient : registers_of_dy, whole ? y_image : ordered, whole ? s.pixels() : count * lanes<T>,
                        planes.block(images, x + r * x_image + g * s.input_size()), p.size(), place},
                       outs, s.taps(), offset, dw + g * s.weights_size() + first_out * s.taps());
    }
  }
}

}  // namespace detail

/// y[o] = end(sum over taps of w[o] x + bias[o]) (a cross-correlation, as is usual); `bias` may be null.
/// Shapes   x (rows, channels, height, width), w (out, channels / groups, kernel_h, kernel_w), bias (out), scratch
///          (conv_scratch) -> y (rows, out, out_height, out_width). A row has the same bits whatever rows are beside it.
///          packed (conv_pack) is what it reads where conv_packed_size is not 0. winner, as y: which of each 2 x 2 sums a pooled
///          y is, for max_pool_backward; null: not wanted.
/// Cost     2 rows out taps pixels flops and one copy of x; a third of that by Winograd's tiles of 4 x 4, where the sums are
///          right to about 1e-5 of the largest and not to 1e-6, half by those of 2 x 2.
///          Tiles that are not among Tiles are left out of the program, for shapes that never choose them; so below.
template <class T, int Tiles = every_tile>
void conv_forward(const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* w, const T* packed, const T* bias, T* y,
                  T* scratch, const ChannelEpilogue<T>& end = {}, T* winner = nullptr) noexcept {
  const auto tiled = [&](auto tile) { winograd_forward<T, tile()>(shape, rows, x, packed, bias, y, scratch, end, winner); };
  if (!detail::by_tiles<T, Tiles>(shape, tiled)) detail::direct_forward(shape, rows, x, w, bias, y, scratch, end, winner);
}

/// dx = the gradient of the images.
/// Shapes   w (out, channels / groups, kernel_h, kernel_w), dy (rows, out, out_height, out_width), scratch
///          (conv_scratch) -> dx (rows, channels, height, width), overwritten. packed as in conv_forward.
template <class T, int Tiles = every_tile>
void conv_backward_data(const ConvShape& shape, std::ptrdiff_t rows, const T* w, const T* packed, const T* dy, T* dx,
                        T* scratch) noexcept {
  const auto tiled = [&](auto tile) {
    const T* const turned = packed + winograd_weights_size<T, tile()>(shape);
    winograd_forward<T, tile()>(winograd_backward(shape), rows, dy, turned, nullptr, dx, scratch);
  };
  if (!detail::by_tiles<T, Tiles>(shape, tiled)) detail::direct_backward_data(shape, rows, w, dy, dx, scratch);
}

/// dw += the gradient of the weights, db += that of the bias; `db` may be null.
/// Shapes   x (rows, channels, height, width), dy (rows, out, out_height, out_width), scratch (conv_scratch)
///          -> dw (out, channels / groups, kernel_h, kernel_w), db (out).
template <class T, int Tiles = every_tile>
void conv_backward_weights(const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* dy, T* dw, T* db, T* scratch) noexcept {
  const auto tiled = [&](auto tile) {
    detail::add_bias_gradients(shape, 0, shape.out, rows, dy, db);
    winograd_backward_weights<T, tile()>(shape, rows, x, dy, dw, scratch);
  };
  if (!detail::by_tiles<T, Tiles>(shape, tiled))
    detail::direct_backward_weights({0, 0, shape.groups, shape.out / shape.groups}, shape, rows, x, dy, dw, db, scratch);
}

/// How many scalars of scratch the convolutions above need for so many rows: forward alone, or all three.
template <class T>
constexpr std::ptrdiff_t conv_scratch(const ConvShape& shape, std::ptrdiff_t rows, bool training) noexcept {
  using namespace detail;
  std::ptrdiff_t tiled = 0;
  const bool by_tile = by_tiles<T, every_tile>(shape, [&](auto tile) {
    tiled = training ? winograd_gradient_scratch<T, tile()>(shape, rows) : winograd_scratch<T, tile()>(shape, rows);
  });
  if (by_tile) return tiled;
  const ConvShape s = one_group(shape);
  const std::ptrdiff_t band = band_size(s, rows);
  if (is_product(shape)) return band;
  const ConvPlanes in = planes_of_input(s), back = planes_of_gradient(s);
  const std::ptrdiff_t count = grid_of_outputs(s, in).template registers<T>(), ordered = s.out * count * lanes<T>;
  const auto planes = [&](std::ptrdiff_t size, std::ptrdiff_t beside) {
    return images_at_once<T>(s, rows, size + beside) * (size + beside) + lanes<T>;
  };
  const std::ptrdiff_t forward = s.taps() + band + planes(in.size(), 0);
  if (!training) return forward;
  const std::ptrdiff_t data = (s.out + 1) * std::ptrdiff_t{s.kernel_h} * s.kernel_w + s.weights_size() + planes(back.size(), 0);
  return std::max({forward, data, s.taps() + count + planes(in.size(), ordered)});
}

}  // namespace tutti::kernel
