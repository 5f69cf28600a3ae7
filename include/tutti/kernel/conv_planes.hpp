// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/block.hpp>
#include <tutti/kernel/conv_shape.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace tutti::kernel::detail {

constexpr ConvShape one_group(const ConvShape& s) noexcept {
  ConvShape one = s;
  one.channels /= s.groups;
  one.out /= s.groups;
  one.groups = 1;
  return one;
}

/// Images copied into planes in which every tap of a kernel sees the same stretch of memory, only shifted: with zeros
/// around them, and with a stride of s the pixels that a tap jumps over in planes of their own, s by s of them. So no
/// matrix of columns is ever made.
struct ConvPlanes {
  int channels, height, width;  // of the image
  int stride, above, left;      // zeros above and to the left
  int phases_h, phases_w;       // planes for each channel
  int rows, pitch;              // of a plane: element (m, n) of phase (a, b) is pixel (m stride + a - above, ...)

  constexpr std::ptrdiff_t plane() const noexcept { return std::ptrdiff_t{rows} * pitch; }
  constexpr std::ptrdiff_t size() const noexcept { return plane() * channels * phases_h * phases_w; }
  /// Where element (m, n) of the phase of pixel (m stride + i, n stride + j) lies, for the tap (i, j) of channel c.
  constexpr std::ptrdiff_t tap(int c, int i, int j) const noexcept {
    return ((std::ptrdiff_t{c} * phases_h + i % stride) * phases_w + j % stride) * plane() +
           std::ptrdiff_t{i / stride} * pitch + j / stride;
  }
};

/// What a convolution of one group reads to make its outputs.
constexpr ConvPlanes planes_of_input(const ConvShape& s) noexcept {
  const int h = (s.kernel_h - 1) * s.dilation, w = (s.kernel_w - 1) * s.dilation;
  return {s.channels, s.height, s.width, s.stride, s.padding, s.padding, std::min(s.stride, h + 1),
          std::min(s.stride, w + 1), s.out_height() + h / s.stride, s.out_width() + w / s.stride};
}
/// What the gradient of its images reads.
constexpr ConvPlanes planes_of_gradient(const ConvShape& s) noexcept {
  const int h = (s.kernel_h - 1) * s.dilation / s.stride, w = (s.kernel_w - 1) * s.dilation / s.stride;
  return {s.out, s.out_height(), s.out_width(), 1, h, w, 1, 1, h + std::max(s.out_height(), (s.height - 1 + s.padding) / s.stride + 1),
          w + std::max(s.out_width(), (s.width - 1 + s.padding) / s.stride + 1)};
}

/// A row of pixels; short ones are copied without a call.
template <class T>
[[gnu::always_inline]] inline void copy_pixels(std::ptrdiff_t n, const T* from, std::ptrdiff_t step, T* to) noexcept {
  std::ptrdiff_t i = 0;
  for (; step == 1 && i + lanes<T> <= n; i += lanes<T>) store<T>(load<T>(from + i), to + i);
  for (; step == 2 && i + lanes<T> < n; i += lanes<T>)
    store<T>(every_second<false, T>(load<T>(from + 2 * i), load<T>(from + 2 * i + lanes<T>)), to + i);
  for (; i < n; ++i) to[i] = from[i * step];
}

/// Copies the pixels of an image; `to` holds zeros around them already.
template <class T>
void copy_to_planes(const ConvPlanes& p, const T* x, T* to) noexcept {
  for (int c = 0; c < p.channels; ++c, x += std::ptrdiff_t{p.height} * p.width)
    for (int a = 0; a < p.phases_h; ++a)
      for (int b = 0; b < p.phases_w; ++b, to += p.plane()) {
        const int before = std::max(0, p.left - b), behind = p.width - 1 - b + p.left;
        const int from = std::min(p.pitch, (before + p.stride - 1) / p.stride);  // columns in [from, end) are pixels
        const int end = behind < 0 ? from : std::max(from, std::min(p.pitch, behind / p.stride + 1));
        const int above = std::max(0, p.above - a), first = std::min(p.rows, (above + p.stride - 1) / p.stride);
        for (int m = first; m < p.rows && from < end; ++m) {
          const int row = m * p.stride + a - p.above;
          if (row >= p.height) break;
          copy_pixels(end - from, x + std::ptrdiff_t{row} * p.width + from * p.stride + b - p.left, p.stride,
                      to + std::ptrdiff_t{m} * p.pitch + from);
        }
      }
}

/// The places of the sums in a plane, as registers: registers of whole rows where rows are made of such, else one behind
/// the other across the ends of rows, where some lanes are of no use.
struct ConvGrid {
  int rows, columns, pitch;

  template <class T>
  constexpr bool whole() const noexcept { return columns % static_cast<int>(lanes<T>) == 0; }
  template <class T>
  constexpr std::ptrdiff_t registers() const noexcept {
    if (rows == 0 || columns == 0) return 0;
    if (whole<T>()) return std::ptrdiff_t{rows} * (columns / static_cast<int>(lanes<T>));
    return (std::ptrdiff_t{rows - 1} * pitch + columns + lanes<T> - 1) / lanes<T>;
  }
  /// Where register q begins in a plane.
  template <class T>
  constexpr std::ptrdiff_t place(std::ptrdiff_t q) const noexcept {
    if (!whole<T>()) return q * lanes<T>;
    const std::ptrdiff_t in_row = columns / lanes<T>;
    return q / in_row * pitch + q % in_row * lanes<T>;
  }
};

/// f(lane, count, row, column) for the stretches of register q that are sums of the grid.
template <class T, class F>
[[gnu::always_inline]] inline void each_stretch(const ConvGrid& g, std::ptrdiff_t q, const F& f) noexcept {
  const auto place = static_cast<int>(g.place<T>(q)), most = static_cast<int>(lanes<T>);
  int row = place / g.pitch, column = place % g.pitch;
  for (int lane = 0; lane < most && row < g.rows;) {
    const int count = std::min(g.columns - column, most - lane);
    if (count > 0) f(lane, count, row, column);
    lane += g.pitch - column;
    column = 0;
    ++row;
  }
}

/// Images of `size` numbers that lie in the second cache together, more of them where weights that do not are read for
/// each lot.
template <class T>
constexpr std::ptrdiff_t images_at_once(const ConvShape& s, std::ptrdiff_t rows, std::ptrdiff_t size) noexcept {
  constexpr std::ptrdiff_t bytes = sizeof(T), least = 384 * 1024, most = 4096 * 1024;
  const std::ptrdiff_t room = std::clamp(s.weights_size() * bytes, least, most) / bytes;
  return std::clamp<std::ptrdiff_t>(room / std::max<std::ptrdiff_t>(size, 1), 1, std::max<std::ptrdiff_t>(rows, 1));
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

constexpr ConvGrid grid_of_outputs(const ConvShape& s, const ConvPlanes& p) noexcept {
  return {s.out_height(), s.out_width(), p.pitch};
}

/// What a convolution of one group reads, a block of rows at a time.
template <class T> struct InputPlanes {
  ConvPlanes shape;
  std::ptrdiff_t x_image;  // numbers from one image to the next
  T* planes;

  const T* block(std::ptrdiff_t images, const T* x) const noexcept { return block_of_planes(shape, images, x, x_image, planes); }
};
template <class T>
InputPlanes<T> input_planes(const ConvShape& s, std::ptrdiff_t x_image, std::ptrdiff_t images, T* scratch) noexcept {
  const ConvPlanes p = planes_of_input(s);
  return {p, x_image, empty_planes(p, images, scratch)};
}

/// Hands out pieces of scratch.
template <class T>
struct ScratchPieces {
  T* at;

  T* numbers(std::ptrdiff_t n) noexcept { return std::exchange(at, at + n); }
  int* table(std::ptrdiff_t n) noexcept {
    static_assert(sizeof(int) <= sizeof(T) && alignof(int) <= alignof(T));
    int* const begin = reinterpret_cast<int*>(numbers(n));
    std::uninitialized_fill_n(begin, n, 0);
    return begin;
  }
};

}  // namespace tutti::kernel::detail
