// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/byte_scratch.hpp>
#include <tutti/kernel/conv_shape.hpp>
#include <tutti/kernel/int8_epilogue.hpp>
#include <tutti/kernel/interleave.hpp>

#include <bit>
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
  /// Blocks of at_once rows that the outputs of an image make.
  constexpr std::ptrdiff_t row_blocks(const ConvShape& s) const noexcept { return (s.out_height() + at_once - 1) / at_once; }
  /// Registers of weights of one block.
  constexpr std::ptrdiff_t block_registers(const ConvShape& s) const noexcept { return std::ptrdiff_t{at_once} * fours * s.kernel_w * 4; }
};

/// The pieces of scratch: a ring of rows of the image with their padding, the rows that a kernel sees now, and the
/// epilogue in the order of interleave().
struct DepthwiseScratch {
  std::uint8_t *ring, *blank;  // (span, row_bytes), (row_bytes)
  const std::uint8_t** row;    // (4 fours)
  std::int32_t* end;           // (blocks, 2, 4, lanes): bias, and the bits of the scale
  std::uint8_t* spare;         // (out_width, channels): where a row of outputs goes that does not exist
  std::ptrdiff_t size;

  constexpr DepthwiseScratch(const ConvShape& s, const DepthwiseWalk& walk, std::uint8_t* begin) noexcept {
    ByteScratch scratch(begin);
    ring = scratch.piece<std::uint8_t>(walk.span * walk.row_bytes);
    blank = scratch.piece<std::uint8_t>(walk.row_bytes);
    row = scratch.piece<const std::uint8_t*>(4 * std::ptrdiff_t{walk.fours});
    end = scratch.piece<std::int32_t>(walk.blocks * 2 * register_bytes);
    spare = scratch.piece<std::uint8_t>(std::ptrdiff_t{s.out_width()} * s.channels);
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

/// A stretch of n bytes of the outputs, whose first is of channel 0, and what it is made of.
struct DepthwiseStretch {
  const std::uint8_t* const* row;  // where the kernel's rows of the image begin
  std::ptrdiff_t n, step;          // bytes from tap to tap
  int fours, kernel_w;
  std::ptrdiff_t blocks;
  const std::int8_t* packed;
  const std::int32_t* end;
  Requantize::Columns levels;      // of all channels; the scale is in `end`
};

/// sum (Rows, 4) = the outputs of a register of bytes, `at` in its row. Where Width is not 0, the kernel has one four of
/// rows, which begin at `row`, and that width.
template <int Rows, int Width>
[[gnu::always_inline]] inline void depthwise_register(const DepthwiseStretch& d, const std::uint8_t* const* row, std::ptrdiff_t at,
                                                      const std::int8_t* w, const std::int32_t* end,
                                                      Quads (&sum)[std::size_t{Rows}][4]) noexcept {
#pragma GCC unroll 4
  for (int v = 0; v < 4; ++v) {
    const Quads bias = load_once(end + v * quad_lanes);
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) sum[r][v] = bias;
  }
  for (int f = 0; f < (Width == 0 ? d.fours : 1); ++f, row += 4) {
    std::ptrdiff_t tap = at;
#pragma GCC unroll 4
    for (int k = 0; k < (Width == 0 ? d.kernel_w : Width); ++k, tap += d.step, w += Rows * 4 * register_bytes) {
      Quads q[4];
      interleave(load_once(row[0] + tap), load_once(row[1] + tap), load_once(row[2] + tap), load_once(row[3] + tap), q);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) sum[r][v] = dot4(sum[r][v], q[v], load_quads(w + (r * 4 + v) * register_bytes));
    }
  }
#pragma GCC unroll 4
  for (int v = 0; v < 4; ++v) {
    Requantize::Columns finish = d.levels;
    finish.scale = xsimd::bitwise_cast<Batch<float>>(load_once(end + (4 + v) * quad_lanes));
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) sum[r][v] = finish(sum[r][v]);
  }
}

/// Stretches of Rows rows of outputs, one behind the other at y; in the rows of the image they begin `x_step` apart.
template <int Rows, int Width>
void depthwise_stretches(const DepthwiseStretch& d, std::ptrdiff_t count, std::ptrdiff_t x_step, std::uint8_t* const* y) noexcept {
  const std::uint8_t* const row[] = {d.row[0], d.row[1], d.row[2], d.row[3]};
  const std::ptrdiff_t block_bytes = std::ptrdiff_t{Rows} * d.fours * d.kernel_w * 4 * register_bytes;
  Quads sum[std::size_t{Rows}][4];
  for (std::ptrdiff_t at = 0, begin = 0; begin < count * d.n; at += x_step, begin += d.n) {
    const std::int8_t* w = d.packed;
    const std::int32_t* end = d.end;
    std::ptrdiff_t i = 0, block = d.blocks;
    for (; i + register_bytes <= d.n; i += register_bytes) {
      asm volatile("" ::: "memory");  // what is seldom needed stays in memory, not in vector registers: see RowPointers
      depthwise_register<Rows, Width>(d, Width == 0 ? d.row : row, at + i, w, end, sum);
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) store_interleaved(sum[r], y[r] + begin + i);
      w += block_bytes;
      end += 2 * register_bytes;
      if (--block == 0) w = d.packed, end = d.end, block = d.blocks;
    }
    if (i == d.n) continue;
    depthwise_register<Rows, Width>(d, Width == 0 ? d.row : row, at + i, w, end, sum);
    alignas(64) std::uint8_t whole[std::size_t{Rows}][static_cast<std::size_t>(register_bytes)];
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) store_interleaved(sum[r], whole[r]);
    for (int r = 0; r < Rows; ++r) std::copy_n(whole[r], d.n - i, y[r] + begin + i);
  }
}

/// Rows of outputs from the rows that the kernel sees.
template <int Rows>
void depthwise_rows(const ConvShape& s, const DepthwiseWalk& walk, const DepthwiseStretch& d, std::uint8_t* const* y) noexcept {
  const auto stretches = walk.fours == 1 && s.kernel_w == 3 ? &depthwise_stretches<Rows, 3> : &depthwise_stretches<Rows, 0>;
  stretches(d, walk.across ? 1 : s.out_width(), std::ptrdiff_t{s.stride} * s.channels, y);
}

/// A part of depthwise_int8: outputs of blocks [first, last) of walk.at_once rows, image after image.
inline void depthwise_int8_part(std::ptrdiff_t first, std::ptrdiff_t last, const ConvShape& s, const std::uint8_t* x,
                                const std::int8_t* packed, std::uint8_t* y, const Requantize& epilogue, std::uint8_t* scratch,
                                std::uint8_t zero_point) noexcept {
  const DepthwiseWalk walk(s);
  const DepthwiseScratch pieces(s, walk, scratch);
  std::fill_n(pieces.ring, walk.span * walk.row_bytes, zero_point);
  std::fill_n(pieces.blank, walk.row_bytes, zero_point);
  for (std::ptrdiff_t i = 0; i < walk.blocks * register_bytes; ++i) {
    const std::ptrdiff_t block = i / register_bytes, in = i % register_bytes;
    const std::ptrdiff_t channel = walk.channel(s, block, interleaved(in / quad_lanes, in % quad_lanes));
    std::int32_t* const end = pieces.end + block * 2 * register_bytes + in;
    end[0] = channel < s.channels && epilogue.bias != nullptr ? epilogue.bias[channel] : 0;
    end[register_bytes] = std::bit_cast<std::int32_t>(channel < s.channels ? epilogue.scale[channel] : 0.0f);
  }
  const int height = s.out_height();
  const std::ptrdiff_t y_row = std::ptrdiff_t{s.out_width()} * s.channels, blocks = walk.row_blocks(s);
  const DepthwiseStretch d{pieces.row, walk.across ? y_row : s.channels, std::ptrdiff_t{s.dilation} * s.channels, walk.fours,
                           s.kernel_w, walk.blocks, packed, pieces.end, epilogue.columns(Batch<float>(0.0f))};
  for (int copied = 0; first < last; ++first) {
    const std::ptrdiff_t image = first / blocks;
    const int row = static_cast<int>(first % blocks) * walk.at_once;
    if (row == 0) copied = 0;
    see_rows(s, walk, pieces, x + image * s.input_size(), row, copied);
    std::uint8_t* const at = y + image * s.output_size() + row * y_row;
    std::uint8_t* const to[] = {at, row + 1 < height ? at + y_row : pieces.spare};
    if (walk.at_once == 2) depthwise_rows<2>(s, walk, d, to);
    else depthwise_rows<1>(s, walk, d, to);
  }
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
  return detail::DepthwiseScratch(s, detail::DepthwiseWalk(s), nullptr).size;
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
  detail::depthwise_int8_part(0, rows * detail::DepthwiseWalk(s).row_blocks(s), s, x, packed, y, epilogue, scratch, zero_point);
}

}  // namespace tutti::kernel
