// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/reduce.hpp>

namespace tutti::kernel {

/// A convolution of one image: planes (channels, height, width) to (out, out_height, out_width).
struct ConvShape {
  int channels = 1;
  int height = 1;
  int width = 1;
  int out = 1;
  int kernel_h = 1;
  int kernel_w = 1;
  int stride = 1;
  int padding = 0;   // zeros on each side
  int dilation = 1;  // from tap to tap
  int groups = 1;    // group g of the outputs sees group g of the channels

  constexpr int out_height() const noexcept { return reach(height, kernel_h); }
  constexpr int out_width() const noexcept { return reach(width, kernel_w); }

  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t output_size() const noexcept { return std::ptrdiff_t{out} * pixels(); }
  constexpr std::ptrdiff_t weights_size() const noexcept { return std::ptrdiff_t{out} * taps(); }

  constexpr std::ptrdiff_t taps() const noexcept { return std::ptrdiff_t{channels} * kernel_h * kernel_w; }
  constexpr std::ptrdiff_t pixels() const noexcept { return std::ptrdiff_t{out_height()} * out_width(); }

  /// The image already is its matrix of columns.
  constexpr bool pointwise() const noexcept {
    return kernel_h == 1 && kernel_w == 1 && stride == 1 && padding == 0;
  }
  /// One group as a convolution of its own; all are alike.
  constexpr ConvShape one_group() const noexcept {
    ConvShape one = *this;
    one.channels /= groups;
    one.out /= groups;
    one.groups = 1;
    return one;
  }
  /// How many scalars of scratch the convolutions below need; 0 for a pointwise one.
  constexpr std::ptrdiff_t columns_size() const noexcept { return pointwise() ? 0 : taps() * pixels(); }

 private:
  constexpr int reach(int extent, int kernel) const noexcept {
    const int room = extent + 2 * padding - (kernel - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
  }
};
static_assert(ConvShape{.channels = 3, .height = 8, .width = 7, .kernel_h = 3, .kernel_w = 3, .stride = 2}
                  .pixels() == 9);
static_assert(ConvShape{.height = 9, .width = 9, .kernel_h = 3, .kernel_w = 3, .dilation = 2}.pixels() == 25);
static_assert(ConvShape{.height = 2, .width = 9, .kernel_h = 3}.output_size() == 0);

namespace detail {

/// Calls f(place, image, from, to, end) for each tap and each row of output pixels: its `end` columns begin
/// at `place`, those in [from, to) lie inside the image, the others in the padding. The pixel under column
/// `from` is number `image`, the next ones follow `stride` apart.
template <class F> [[gnu::always_inline]] inline void each_tap_row(const ConvShape& s, const F& f) noexcept {
  const int rows = s.out_height(), columns = s.out_width();
  std::ptrdiff_t row = 0;
  for (int c = 0; c < s.channels; ++c)
    for (int ky = 0; ky < s.kernel_h; ++ky)
      for (int kx = 0; kx < s.kernel_w; ++kx, ++row) {
        const int left = s.padding - kx * s.dilation, last = s.width - 1 + left;  // output column q sees q stride - left
        const int from = left > 0 ? std::min(columns, (left + s.stride - 1) / s.stride) : 0;
        const int to = last < 0 ? from : std::max(from, std::min(columns, last / s.stride + 1));
        for (int y = 0; y < rows; ++y) {
          const int image_y = y * s.stride + ky * s.dilation - s.padding;
          const bool inside = image_y >= 0 && image_y < s.height;
          const std::ptrdiff_t place = (row * rows + y) * columns;
          const std::ptrdiff_t image =
              inside ? (std::ptrdiff_t{c} * s.height + image_y) * s.width + from * s.stride - left : 0;
          f(place, image, inside ? from : columns, inside ? to : columns, columns);
        }
      }
}

}  // namespace detail

/// columns[(c, ky, kx)][(y, x)] = x[c][y stride + ky dilation - padding][x stride + kx dilation - padding], 0
/// outside of it.
/// Needs    one group.
/// Shapes   x (channels, height, width) -> columns (taps, pixels).
template <class T> void im2col(const ConvShape& shape, const T* x, T* columns) noexcept {
  detail::each_tap_row(shape, [&](std::ptrdiff_t place, std::ptrdiff_t image, int from, int to, int end) {
    T* const row = columns + place;
    std::fill(row, row + from, T(0));
    if (shape.stride == 1) std::copy(x + image, x + image + (to - from), row + from);
    else
      for (int q = from; q < to; ++q) row[q] = x[image + std::ptrdiff_t{q - from} * shape.stride];
    std::fill(row + to, row + end, T(0));
  });
}

/// The transpose of im2col: x[pixel] = the sum of all columns that im2col fills from it, by (ky, kx).
/// Needs    one group.
/// Shapes   columns (taps, pixels) -> x (channels, height, width), overwritten.
template <class T> void col2im(const ConvShape& shape, const T* columns, T* x) noexcept {
  std::fill(x, x + shape.input_size(), T(0));
  detail::each_tap_row(shape, [&](std::ptrdiff_t place, std::ptrdiff_t image, int from, int to, int) {
    const T* const row = columns + place;
    for (int q = from; q < to; ++q) x[image + std::ptrdiff_t{q - from} * shape.stride] += row[q];
  });
}

/// y[o] = sum over taps of w[o] x + bias[o] (a cross-correlation, as is usual); `bias` may be null.
/// Shapes   x (channels, height, width), w (out, channels / groups, kernel_h, kernel_w), bias (out), scratch
///          (columns_size) -> y (out, out_height, out_width).
/// Cost     2 out taps pixels flops.
template <class T>
void conv_forward(const ConvShape& s, const T* x, const T* w, const T* bias, T* y, T* scratch) noexcept {
  if (s.groups > 1) {
    const ConvShape one = s.one_group();
    for (int g = 0; g < s.groups; ++g)
      conv_forward(one, x + g * one.input_size(), w + g * one.weights_size(),
                   bias == nullptr ? bias : bias + g * one.out, y + g * one.output_size(), scratch);
    return;
  }
  const T* columns = x;  // (taps, pixels)
  if (!s.pointwise()) {
    im2col(s, x, scratch);
    columns = scratch;
  }
  const Operand<T> W = matrix(w, s.taps()), X = matrix(columns, s.pixels());
  if (bias != nullptr) gemm(s.out, s.pixels(), s.taps(), W, X, y, s.pixels(), add_row_bias(bias));
  else gemm(s.out, s.pixels(), s.taps(), W, X, y, s.pixels());
}

/// dx = the gradient of the image.
/// Shapes   w (out, channels / groups, kernel_h, kernel_w), dy (out, out_height, out_width), scratch (columns_size)
///          -> dx (channels, height, width), overwritten.
template <class T>
void conv_backward_data(const ConvShape& s, const T* w, const T* dy, T* dx, T* scratch) noexcept {
  if (s.groups > 1) {
    const ConvShape one = s.one_group();
    for (int g = 0; g < s.groups; ++g)
      conv_backward_data(one, w + g * one.weights_size(), dy + g * one.output_size(),
                         dx + g * one.input_size(), scratch);
    return;
  }
  T* const columns = s.pointwise() ? dx : scratch;  // (taps, pixels)
  gemm(s.taps(), s.pixels(), s.out, transposed(w, s.taps()), matrix(dy, s.pixels()), columns, s.pixels());
  if (!s.pointwise()) col2im(s, scratch, dx);
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

/// dw += the gradient of the weights, db += that of the bias; `db` may be null.
/// Shapes   x (channels, height, width), dy (out, out_height, out_width), scratch (columns_size)
///          -> dw (out, channels / groups, kernel_h, kernel_w), db (out).
template <class T>
void conv_backward_weights(const ConvShape& s, const T* x, const T* dy, T* dw, T* db, T* scratch) noexcept {
  if (s.groups > 1) {
    const ConvShape one = s.one_group();
    for (int g = 0; g < s.groups; ++g)
      conv_backward_weights(one, x + g * one.input_size(), dy + g * one.output_size(),
                            dw + g * one.weights_size(), db == nullptr ? db : db + g * one.out, scratch);
    return;
  }
  const T* columns = x;  // (taps, pixels)
  if (!s.pointwise()) {
    im2col(s, x, scratch);
    columns = scratch;
  }
  const std::ptrdiff_t pixels = s.pixels();
  gemm(s.out, s.taps(), pixels, matrix(dy, pixels), transposed(columns, pixels), dw, s.taps(), accumulate);
  if (db != nullptr) add_plane_sums(s.out, pixels, dy, db);
}

}  // namespace tutti::kernel
