// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_planes.hpp>
#include <tutti/kernel/conv_tile.hpp>
#include <tutti/kernel/reduce.hpp>

#include <utility>

namespace tutti::kernel {
namespace detail {

constexpr ConvShape one_group(const ConvShape& s) noexcept {
  ConvShape one = s;
  one.channels /= s.groups;
  one.out /= s.groups;
  one.groups = 1;
  return one;
}

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

/// Offsets of all taps in the order of the weights of one output.
inline void fill_taps(const ConvShape& s, const ConvPlanes& p, int* offset) noexcept {
  for (int c = 0; c < s.channels; ++c)
    for (int i = 0; i < s.kernel_h; ++i)
      for (int j = 0; j < s.kernel_w; ++j) *offset++ = static_cast<int>(p.tap(c, i * s.dilation, j * s.dilation));
}

/// Rows of images as planes, `image` numbers of x from one to the next; around the pixels are zeros already.
template <class T>
const T* block_of_planes(const ConvPlanes& p, std::ptrdiff_t images, const T* x, std::ptrdiff_t image, T* planes) noexcept {
  for (std::ptrdiff_t r = 0; r < images; ++r) copy_to_planes(p, x + r * image, planes + r * p.size());
  return planes;
}
/// Zeros for so many images, and behind them: the last register may reach beyond.
template <class T>
T* empty_planes(const ConvPlanes& p, std::ptrdiff_t images, T* planes) noexcept {
  std::fill_n(planes, images * p.size() + lanes<T>, T(0));
  return planes;
}

/// A kernel of one pixel that moves by one pixel reads whole registers of the image itself.
template <class T>
constexpr bool reads_in_place(const ConvShape& s) noexcept {
  return s.kernel_h == 1 && s.kernel_w == 1 && s.stride == 1 && s.padding == 0 && s.pixels() % lanes<T> == 0;
}
template <class T>
constexpr ConvGrid grid_of_outputs(const ConvShape& s, const ConvPlanes& p) noexcept {
  if (reads_in_place<T>(s)) return {1, static_cast<int>(s.pixels()), static_cast<int>(s.pixels())};
  return {s.out_height(), s.out_width(), p.pitch};
}

}  // namespace detail

/// y[o] = sum over taps of w[o] x + bias[o] (a cross-correlation, as is usual); `bias` may be null.
/// Shapes   x (rows, channels, height, width), w (out, channels / groups, kernel_h, kernel_w), bias (out), scratch
///          (conv_scratch) -> y (rows, out, out_height, out_width). A row has the same bits whatever rows are beside it.
/// Cost     2 rows out taps pixels flops, and one copy of x.
template <class T>
void conv_forward(const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* w, const T* bias, T* y, T* scratch) noexcept {
  using namespace detail;
  const ConvShape s = one_group(shape);
  const ConvPlanes p = planes_of_input(s);
  ScratchPieces<T> pieces{scratch};
  int* const offset = pieces.table(s.taps());
  const bool in_place = reads_in_place<T>(s);
  fill_taps(s, p, offset);
  const std::ptrdiff_t x_image = shape.input_size(), y_image = shape.output_size(), block = images_at_once<T>(s, rows, p.size());
  Correlation<T> c{grid_of_outputs<T>(s, p), s.out, s.taps(), w, bias, offset, in_place ? x_image : p.size(),
                   y_image, s.pixels(), s.out_width(), 1};
  T* const planes = in_place ? nullptr : empty_planes(p, block, pieces.at);
  for (std::ptrdiff_t r = 0; r < rows; r += block)
    for (int g = 0; g < shape.groups; ++g) {
      const std::ptrdiff_t images = std::min(block, rows - r);
      const T* const from = x + r * x_image + g * s.input_size();
      c.w = w + g * s.weights_size();
      c.bias = bias == nullptr ? bias : bias + g * s.out;
      correlate(c, images, in_place ? from : block_of_planes(p, images, from, x_image, planes),
                y + r * y_image + g * s.output_size());
    }
}

namespace detail {

/// One of the stride by stride phases of the gradient of the images, in one dimension: pixels m stride + phase - padding.
/// Their gradient is a convolution of dy with the taps of that phase, turned around.
struct GradientPhase {
  int phase, stride, padding, dilation, kernel, extent;

  constexpr bool has(int tap) const noexcept { return tap * dilation % stride == phase; }
  constexpr int taps() const noexcept {
    int n = 0;
    for (int i = 0; i < kernel; ++i) n += has(i);
    return n;
  }
  constexpr int first() const noexcept { return phase >= padding ? 0 : (padding - phase + stride - 1) / stride; }
  constexpr int count() const noexcept {
    const int last = extent - 1 - phase + padding;
    return last < 0 ? 0 : std::max(0, last / stride + 1 - first());
  }
  constexpr int pixel() const noexcept { return first() * stride + phase - padding; }
};
constexpr GradientPhase phase_down(const ConvShape& s, int a) noexcept {
  return {a, s.stride, s.padding, s.dilation, s.kernel_h, s.height};
}
constexpr GradientPhase phase_across(const ConvShape& s, int b) noexcept {
  return {b, s.stride, s.padding, s.dilation, s.kernel_w, s.width};
}

/// The offsets and the weights (channels, out, taps) of all phases, one behind the other.
template <class T>
void gather_phases(const ConvShape& s, const ConvPlanes& p, const T* w, int* tap, int* offset, T* turned) noexcept {
  const std::ptrdiff_t window = std::ptrdiff_t{s.kernel_h} * s.kernel_w;
  for (int a = 0; a < s.stride; ++a)
    for (int b = 0; b < s.stride; ++b) {
      std::ptrdiff_t taps = 0;
      for (int i = 0; i < s.kernel_h; ++i)
        for (int j = 0; j < s.kernel_w; ++j)
          if (phase_down(s, a).has(i) && phase_across(s, b).has(j)) tap[taps++] = i * s.kernel_w + j;
      for (int o = 0; o < s.out; ++o)
        for (std::ptrdiff_t t = 0; t < taps; ++t) {
          const int i = tap[t] / s.kernel_w * s.dilation / s.stride, j = tap[t] % s.kernel_w * s.dilation / s.stride;
          *offset++ = static_cast<int>(o * p.plane() + std::ptrdiff_t{p.above - i} * p.pitch + p.left - j);
        }
      constexpr int block = 16;  // channels, whose weights share lines of the cache
      for (int first = 0; first < s.channels; first += block)
        for (int o = 0; o < s.out; ++o)
          for (int c = first; c < std::min(first + block, s.channels); ++c) {
            const T* const from = w + (std::ptrdiff_t{o} * s.channels + c) * window;
            T* const to = turned + (std::ptrdiff_t{c} * s.out + o) * taps;
            for (std::ptrdiff_t t = 0; t < taps; ++t) to[t] = from[tap[t]];
          }
      turned += std::ptrdiff_t{s.channels} * s.out * taps;
    }
}

}  // namespace detail

/// dx = the gradient of the images.
/// Shapes   w (out, channels / groups, kernel_h, kernel_w), dy (rows, out, out_height, out_width), scratch
///          (conv_scratch) -> dx (rows, channels, height, width), overwritten.
template <class T>
void conv_backward_data(const ConvShape& shape, std::ptrdiff_t rows, const T* w, const T* dy, T* dx, T* scratch) noexcept {
  using namespace detail;
  const ConvShape s = one_group(shape);
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
  constexpr std::ptrdiff_t rows = gradient_rows, columns = gradient_taps;
  alignas(64) T sums[static_cast<std::size_t>(rows * columns * lanes<T>)];
  for (std::ptrdiff_t o = 0; o < out; o += rows)
    for (std::ptrdiff_t k = 0; k < taps; k += columns) {
      std::ptrdiff_t row[static_cast<std::size_t>(rows)];  // what is beyond the last is computed in vain
      int shift[static_cast<std::size_t>(columns)];
      for (std::ptrdiff_t r = 0; r < rows; ++r) row[r] = std::min(o + r, out - 1);
      for (std::ptrdiff_t t = 0; t < columns; ++t) shift[t] = offset[std::min(k + t, taps - 1)];
      gradient_tile(g, row, shift, sums);
      for (std::ptrdiff_t r = 0; r < std::min(rows, out - o); ++r)
        for (std::ptrdiff_t t = 0; t < std::min(columns, taps - k); ++t)
          dw[(o + r) * taps + k + t] += lane_sum<T>(Batch<T>::load_aligned(sums + (r * columns + t) * lanes<T>));
    }
}

}  // namespace detail

/// dw += the gradient of the weights, db += that of the bias; `db` may be null.
/// Shapes   x (rows, channels, height, width), dy (rows, out, out_height, out_width), scratch (conv_scratch)
///          -> dw (out, channels / groups, kernel_h, kernel_w), db (out).
template <class T>
void conv_backward_weights(const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* dy, T* dw, T* db, T* scratch) noexcept {
  using namespace detail;
  const ConvShape s = one_group(shape);
  const ConvPlanes p = planes_of_input(s);
  const ConvGrid grid = grid_of_outputs<T>(s, p);
  const std::ptrdiff_t count = grid.registers<T>(), ordered = s.out * count * lanes<T>;
  const bool in_place = reads_in_place<T>(s), whole = grid.whole<T>();
  ScratchPieces<T> pieces{scratch};
  int* const offset = pieces.table(s.taps());
  int* const place = pieces.table(count);
  fill_taps(s, p, offset);
  for (std::ptrdiff_t q = 0; q < count; ++q) place[q] = static_cast<int>(grid.place<T>(q));
  const std::ptrdiff_t x_image = shape.input_size(), y_image = shape.output_size(),
                       block = images_at_once<T>(s, rows, p.size() + ordered);
  T* const registers_of_dy = pieces.numbers(whole ? 0 : block * ordered);
  T* const planes = in_place ? nullptr : empty_planes(p, block, pieces.at);
  for (std::ptrdiff_t r = 0; r < rows; r += block)
    for (int g = 0; g < shape.groups && count > 0; ++g) {
      const std::ptrdiff_t images = std::min(block, rows - r);
      const T* const from = x + r * x_image + g * s.input_size();
      const T* const gradient = dy + r * y_image + g * s.output_size();
      if (!whole)
        for (std::ptrdiff_t i = 0; i < images; ++i) copy_registers(grid, s.out, gradient + i * y_image, registers_of_dy + i * ordered);
      add_gradients<T>({images, count, whole ? gradient : registers_of_dy, whole ? y_image : ordered, whole ? s.pixels() : count * lanes<T>,
                        in_place ? from : block_of_planes(p, images, from, x_image, planes), in_place ? x_image : p.size(), place},
                       s.out, s.taps(), offset, dw + g * s.weights_size());
    }
  for (std::ptrdiff_t r = 0; db != nullptr && r < rows; ++r) add_plane_sums(shape.out, shape.pixels(), dy + r * y_image, db);
}

/// How many scalars of scratch the convolutions above need for so many rows: forward alone, or all three.
template <class T>
constexpr std::ptrdiff_t conv_scratch(const ConvShape& shape, std::ptrdiff_t rows, bool training) noexcept {
  using namespace detail;
  const ConvShape s = one_group(shape);
  const ConvPlanes in = planes_of_input(s), back = planes_of_gradient(s);
  const std::ptrdiff_t count = grid_of_outputs<T>(s, in).template registers<T>(), ordered = s.out * count * lanes<T>;
  const auto planes = [&](std::ptrdiff_t size, std::ptrdiff_t beside) {
    return images_at_once<T>(s, rows, size + beside) * (size + beside) + lanes<T>;
  };
  const std::ptrdiff_t forward = s.taps() + planes(in.size(), 0);
  if (!training) return forward;
  const std::ptrdiff_t data = (s.out + 1) * std::ptrdiff_t{s.kernel_h} * s.kernel_w + s.weights_size() + planes(back.size(), 0);
  return std::max({forward, data, s.taps() + count + planes(in.size(), ordered)});
}

}  // namespace tutti::kernel
