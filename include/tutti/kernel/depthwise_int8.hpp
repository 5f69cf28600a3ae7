// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/byte_scratch.hpp>
#include <tutti/kernel/conv_shape.hpp>
#include <tutti/kernel/int8_epilogue.hpp>
#include <tutti/kernel/interleave.hpp>

#include <numeric>

namespace tutti::kernel {
namespace detail {

/// How a depthwise convolution of bytes walks: four rows of the image become fours of pixels below each other, so that one
/// dot4 takes up to four rows of the kernel, and where the kernel moves by one row, two rows of outputs share the fours.
struct DepthwiseWalk {
  int at_once;       // rows of outputs
  int fours;         // of rows of the image
  int span;          // rows of the image from the first tap to the last, holes included
  bool across;       // registers run along a row of the image across pixels, else along the channels of each pixel
  std::ptrdiff_t blocks;     // registers of bytes after which the channels begin anew
  std::ptrdiff_t row_bytes;  // of a row of the image with its padding, and what the last register reads beyond

  constexpr explicit DepthwiseWalk(const ConvShape& s) noexcept
      : at_once(s.stride == 1 && s.dilation == 1 ? 2 : 1),
        fours((s.kernel_h + at_once + 2) / 4),
        span((s.kernel_h - 1) * s.dilation + at_once),
        across(s.stride == 1 && period(s) <= most_blocks),
        blocks(across ? period(s) : (s.channels + register_bytes - 1) / register_bytes),
        row_bytes((s.width + 2 * std::ptrdiff_t{s.padding}) * s.channels + register_bytes) {}

  static constexpr std::ptrdiff_t most_blocks = 16;  // whose weights share the first cache
  static constexpr std::ptrdiff_t period(const ConvShape& s) noexcept {
    return s.channels / std::gcd(std::ptrdiff_t{s.channels}, register_bytes);
  }
  /// The channel of a byte of a block; none beyond the last.
  constexpr std::ptrdiff_t channel(const ConvShape& s, std::ptrdiff_t block, std::ptrdiff_t byte) const noexcept {
    const std::ptrdiff_t at = block * register_bytes + byte;
    return across ? at % s.channels : at;
  }
  /// Registers of weights of one block.
  constexpr std::ptrdiff_t block_registers(const ConvShape& s) const noexcept { return std::ptrdiff_t{at_once} * fours * s.kernel_w * 4; }
};

/// The pieces of scratch: a ring of rows of the image with their padding, the rows that a kernel sees now, and the
/// epilogue in the order of interleave().
struct DepthwiseScratch {
  std::uint8_t *ring, *blank;  // (span, row_bytes), (row_bytes)
  const std::uint8_t** row;    // (4 fours)
  float* scale;                // (blocks, 4, lanes)
  std::int32_t* bias;          // (blocks, 4, lanes)
  std::ptrdiff_t size;

  constexpr DepthwiseScratch(const DepthwiseWalk& walk, std::uint8_t* begin) noexcept {
    ByteScratch scratch(begin);
    ring = scratch.piece<std::uint8_t>(walk.span * walk.row_bytes);
    blank = scratch.piece<std::uint8_t>(walk.row_bytes);
    row = scratch.piece<const std::uint8_t*>(4 * std::ptrdiff_t{walk.fours});
    scale = scratch.piece<float>(walk.blocks * register_bytes);
    bias = scratch.piece<std::int32_t>(walk.blocks * register_bytes);
    size = scratch.size();
  }
};

/// Points `row` at what the kernel sees for outputs of row y and below; rows of the image before `copied` have been in the
/// ring already.
inline void see_rows(const ConvShape& s, const DepthwiseWalk& walk, const DepthwiseScratch& scratch, const std::uint8_t* x, int y,
                     int& copied) noexcept {
  const std::ptrdiff_t width = std::ptrdiff_t{s.width} * s.channels;
  const int top = y * s.stride - s.padding;
  copied = std::max({copied, top, 0});
  for (int i = 0; i < 4 * walk.fours; ++i) {
    const int at = top + i * s.dilation;
    scratch.row[i] = scratch.blank;
    if (i * s.dilation >= walk.span || at < 0 || at >= s.height) continue;
    for (; copied <= at; ++copied)
      std::copy_n(x + copied * width, width, scratch.ring + copied % walk.span * walk.row_bytes + std::ptrdiff_t{s.padding} * s.channels);
    scratch.row[i] = scratch.ring + at % walk.span * walk.row_bytes;
  }
}

/// sums (Rows, 4) = bias + the products of a register of bytes, `at` in its row, with the kernel; its rows are one four and
/// its width is Width, or both as in the shape where that is 0.
template <int Rows, int Width>
[[gnu::always_inline]] inline void depthwise_sums(const ConvShape& s, const DepthwiseWalk& walk, const std::uint8_t* const* row,
                                                  std::ptrdiff_t at, const std::int8_t* w, const std::int32_t* bias,
                                                  Quads (&sum)[std::size_t{Rows}][4]) noexcept {
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) sum[r][v] = Quads::load_aligned(bias + v * quad_lanes);
  const std::ptrdiff_t step = std::ptrdiff_t{s.dilation} * s.channels;
  for (int f = 0; f < (Width == 0 ? walk.fours : 1); ++f, row += 4) {
    std::ptrdiff_t tap = at;
#pragma GCC unroll 4
    for (int k = 0; k < (Width == 0 ? s.kernel_w : Width); ++k, tap += step, w += walk.at_once * 4 * register_bytes) {
      Quads q[4];
      interleave(load_quads(row[0] + tap), load_quads(row[1] + tap), load_quads(row[2] + tap), load_quads(row[3] + tap), q);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) sum[r][v] = dot4(sum[r][v], q[v], load_quads(w + (r * 4 + v) * register_bytes));
    }
  }
}

/// A stretch of n bytes of Rows rows of outputs at y, `y_row` apart, whose first byte is of channel 0.
template <int Rows, int Width>
void depthwise_stretch(const ConvShape& s, const DepthwiseWalk& walk, const DepthwiseScratch& scratch, std::ptrdiff_t at, std::ptrdiff_t n,
                       const std::int8_t* packed, const Requantize& epilogue, std::uint8_t* y, std::ptrdiff_t y_row) noexcept {
  const std::uint8_t* row[] = {scratch.row[0], scratch.row[1], scratch.row[2], scratch.row[3]};
  std::ptrdiff_t block = 0;
  for (std::ptrdiff_t i = 0; i < n; i += register_bytes, block = block + 1 == walk.blocks ? 0 : block + 1) {
    Quads sum[std::size_t{Rows}][4];
    const std::ptrdiff_t first = block * register_bytes;
    depthwise_sums<Rows, Width>(s, walk, Width == 0 ? scratch.row : row, at + i, packed + first * walk.block_registers(s),
                                scratch.bias + first, sum);
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) {
      const Requantize::Columns finish = epilogue.columns(Batch<float>::load_aligned(scratch.scale + first + v * quad_lanes));
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) sum[r][v] = finish(sum[r][v]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) {
      if (i + register_bytes <= n) {
        store_interleaved(sum[r], y + r * y_row + i);
      } else {
        alignas(64) std::uint8_t whole[static_cast<std::size_t>(register_bytes)];
        store_interleaved(sum[r], whole);
        std::copy_n(whole, n - i, y + r * y_row + i);
      }
    }
  }
}

/// Rows of outputs from the rows that the kernel sees.
template <int Rows>
void depthwise_rows(const ConvShape& s, const DepthwiseWalk& walk, const DepthwiseScratch& scratch, const std::int8_t* packed,
                    const Requantize& epilogue, std::uint8_t* y) noexcept {
  const std::ptrdiff_t columns = s.out_width(), channels = s.channels, y_row = columns * channels;
  const auto stretch = walk.fours == 1 && s.kernel_w == 3 ? &depthwise_stretch<Rows, 3> : &depthwise_stretch<Rows, 0>;
  if (walk.across) return stretch(s, walk, scratch, 0, y_row, packed, epilogue, y, y_row);
  for (std::ptrdiff_t pixel = 0; pixel < columns; ++pixel)
    stretch(s, walk, scratch, pixel * s.stride * channels, channels, packed, epilogue, y + pixel * channels, y_row);
}

}  // namespace detail

/// How many bytes the packed form of a depthwise convolution's weights has.
constexpr std::ptrdiff_t packed_depthwise_int8_size(const ConvShape& s) noexcept {
  const detail::DepthwiseWalk walk(s);
  return walk.blocks * walk.block_registers(s) * register_bytes;
}

/// Packs weights for depthwise_int8, once for all images. The order depends on the machine; files keep w itself.
/// Shapes   w (channels, kernel_h, kernel_w) -> packed (packed_depthwise_int8_size). Fastest at an address divisible by 64.
inline void pack_depthwise_int8(const ConvShape& s, const std::int8_t* w, std::int8_t* packed) noexcept {
  const detail::DepthwiseWalk walk(s);
  const auto weight = [&](std::ptrdiff_t channel, int row, int column) {
    const bool there = channel < s.channels && row >= 0 && row < s.kernel_h;
    return there ? w[(channel * s.kernel_h + row) * s.kernel_w + column] : std::int8_t{0};
  };
  for (std::ptrdiff_t block = 0; block < walk.blocks; ++block)
    for (int f = 0; f < walk.fours; ++f)
      for (int k = 0; k < s.kernel_w; ++k)
        for (int r = 0; r < walk.at_once; ++r)
          for (std::ptrdiff_t v = 0; v < 4; ++v)
            for (std::ptrdiff_t lane = 0; lane < quad_lanes; ++lane)
              for (int i = 0; i < 4; ++i) *packed++ = weight(walk.channel(s, block, interleaved(v, lane)), 4 * f + i - r, k);
}

/// Bytes of scratch that depthwise_int8 needs.
constexpr std::ptrdiff_t depthwise_int8_scratch(const ConvShape& s) noexcept {
  return detail::DepthwiseScratch(detail::DepthwiseWalk(s), nullptr).size;
}

/// y = requantised (bias + sum over taps of w x), each channel by itself, for bytes x (unsigned) and weights w (signed),
/// packed ahead; pixels outside the image are `zero_point`, as in conv_int8. Registers run along pixels and channels alike,
/// so no lane is lost where channels are few.
/// Shapes   x (rows, height, width, channels), packed (pack_depthwise_int8), scratch (depthwise_int8_scratch)
///          -> y (rows, out_height, out_width, channels).
/// Needs    s.groups = s.out = s.channels; other groups are for conv_int8.
/// Cost     2 rows channels kernel_h kernel_w pixels operations, and one copy of x.
inline void depthwise_int8(const ConvShape& s, std::ptrdiff_t rows, const std::uint8_t* x, const std::int8_t* packed, std::uint8_t* y,
                           const Requantize& epilogue, std::uint8_t* scratch, std::uint8_t zero_point = 0) noexcept {
  const detail::DepthwiseWalk walk(s);
  const detail::DepthwiseScratch pieces(walk, scratch);
  std::fill_n(pieces.ring, walk.span * walk.row_bytes, zero_point);
  std::fill_n(pieces.blank, walk.row_bytes, zero_point);
  for (std::ptrdiff_t i = 0; i < walk.blocks * register_bytes; ++i) {
    const std::ptrdiff_t block = i / register_bytes, in = i % register_bytes;
    const std::ptrdiff_t channel = walk.channel(s, block, interleaved(in / quad_lanes, in % quad_lanes));
    pieces.scale[i] = channel < s.channels ? epilogue.scale[channel] : 0;
    pieces.bias[i] = channel < s.channels && epilogue.bias != nullptr ? epilogue.bias[channel] : 0;
  }
  const int height = s.out_height();
  const std::ptrdiff_t y_row = std::ptrdiff_t{s.out_width()} * s.channels;
  for (std::ptrdiff_t r = 0; r < rows; ++r, x += s.input_size(), y += height * y_row) {
    int copied = 0;
    for (int row = 0; row < height; row += walk.at_once) {
      detail::see_rows(s, walk, pieces, x, row, copied);
      if (walk.at_once == 2 && row + 1 < height) detail::depthwise_rows<2>(s, walk, pieces, packed, epilogue, y + row * y_row);
      else detail::depthwise_rows<1>(s, walk, pieces, packed, epilogue, y + row * y_row);
    }
  }
}

}  // namespace tutti::kernel
