// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/byte_scratch.hpp>
#include <tutti/kernel/conv_shape.hpp>
#include <tutti/kernel/int8_strip.hpp>
#include <tutti/kernel/matrix_cut.hpp>

namespace tutti::kernel {
namespace detail {

/// How a convolution of bytes reads an image (height, width, channels): an output pixel sums runs of bytes that lie side
/// by side, a row of the kernel at a time where its taps do, else a tap of one group.
struct ByteRuns {
  std::ptrdiff_t count, in_row;  // runs of an output, and of one row of the kernel
  std::ptrdiff_t bytes;          // of a run
  bool in_place;                 // no padding, and no run reads beyond its end: the image is read where it lies
  std::ptrdiff_t pixel_row;      // bytes from row to row of what is read

  constexpr explicit ByteRuns(const ConvShape& s) noexcept
      : count(std::ptrdiff_t{s.kernel_h} * (joined(s) ? 1 : s.kernel_w)),
        in_row(joined(s) ? 1 : s.kernel_w),
        bytes(std::ptrdiff_t{s.channels / s.groups} * (joined(s) ? s.kernel_w : 1)),
        in_place(s.padding == 0 && (bytes % 4 == 0 || count == 1)),
        pixel_row((s.width + 2 * std::ptrdiff_t{s.padding}) * s.channels) {}

  static constexpr bool joined(const ConvShape& s) noexcept { return s.groups == 1 && (s.dilation == 1 || s.kernel_w == 1); }
  constexpr std::ptrdiff_t quads() const noexcept { return (bytes + 3) / 4; }
  constexpr std::ptrdiff_t image(const ConvShape& s) const noexcept { return in_place ? 0 : (s.height + 2 * s.padding) * pixel_row + 3; }
  /// Of the packed weights of one group.
  constexpr std::ptrdiff_t group_bytes(const ConvShape& s) const noexcept { return count * quads() * 4 * padded_columns(s.out / s.groups); }
};

/// The taps of a kernel, in one dimension, that meet an image of that extent where tap 0 lies at `from`.
struct TapRange {
  int first, end;

  static constexpr TapRange inside(int extent, int kernel, int dilation, int from) noexcept {
    const int first = std::min(kernel, from < 0 ? (-from + dilation - 1) / dilation : 0);
    return {first, std::max(first, extent <= from ? 0 : std::min(kernel, (extent - from + dilation - 1) / dilation))};
  }
};
static_assert(TapRange::inside(7, 3, 1, -1).first == 1 && TapRange::inside(7, 3, 1, 5).end == 2);

/// Copies what outputs of rows [first, last) see of an image into its frame.
inline void pad_image(const ConvShape& s, const ByteRuns& runs, std::ptrdiff_t first, std::ptrdiff_t last, const std::uint8_t* x,
                      std::uint8_t* to) noexcept {
  const std::ptrdiff_t row = std::ptrdiff_t{s.width} * s.channels, below = (last - 1) * s.stride + (s.kernel_h - 1) * s.dilation + 1;
  const std::ptrdiff_t begin = std::max<std::ptrdiff_t>(first * s.stride - s.padding, 0);
  to += s.padding * (runs.pixel_row + s.channels);
  for (std::ptrdiff_t y = begin; y < std::min<std::ptrdiff_t>(below - s.padding, s.height); ++y)
    std::copy_n(x + y * row, row, to + y * runs.pixel_row);
}

/// The pieces of scratch: offsets of the runs, and an image with its padding.
struct ByteRunsScratch {
  std::ptrdiff_t* offset;
  std::uint8_t* image;
  std::ptrdiff_t size;

  constexpr ByteRunsScratch(const ConvShape& s, const ByteRuns& runs, std::uint8_t* begin) noexcept {
    ByteScratch scratch(begin);
    offset = scratch.piece<std::ptrdiff_t>(runs.count);
    image = scratch.piece<std::uint8_t>(runs.image(s));
    size = scratch.size();
  }
};

/// One image through the weights of one panel. Where pixels outside it are zeros, taps there are left out: rows of the
/// kernel for rows of outputs, and columns of it, if they are whole fours, for the columns of outputs at both sides.
template <int Vectors, class Epilogue>
struct PanelOfConv {
  const ConvShape& s;
  const ByteRuns& runs;
  const std::ptrdiff_t* offset;
  const std::uint8_t* image;
  const Int8Panel<Vectors, Epilogue>& panel;
  typename Epilogue::Output* y;

  std::ptrdiff_t first, last;  // rows of outputs
  AmxTiles& amx;

  void forward(bool zeros) const noexcept {
    if constexpr (AmxTiles::exist)
      if (s.stride == 1 && by_amx()) return;
    const bool trims = zeros && s.padding > 0 && ByteRuns::joined(s) && s.channels % 4 == 0;
    const int columns = s.out_width();
    int left = 0, right = columns;  // between them, all columns of the kernel are inside
    while (trims && left < columns && width(taps_of_column(left)) < s.kernel_w) column(left++);
    while (trims && right > left && width(taps_of_column(right - 1)) < s.kernel_w) column(--right);
    for (std::ptrdiff_t row = first; row < last && left < right; ++row) {
      const int top = static_cast<int>(row) * s.stride - s.padding;
      const TapRange rows = zeros ? TapRange::inside(s.height, s.kernel_h, s.dilation, top) : TapRange{0, s.kernel_h};
      const std::ptrdiff_t begin = rows.first * runs.in_row;
      int8_strip(amx, right - left, sum_at(row, left, begin, (rows.end - rows.first) * runs.in_row), weights(begin * runs.quads()), panel,
                 y + (row * columns + left) * s.out, s.out);
    }
  }

 private:
  const std::uint8_t* at(std::ptrdiff_t row, int column) const noexcept {
    return image + s.stride * (row * runs.pixel_row + std::ptrdiff_t{column} * s.channels);
  }
  const std::int8_t* weights(std::ptrdiff_t quad) const noexcept { return panel.weights + quad * panel.columns * 4; }
  TapRange taps_of_column(int column) const noexcept {
    return TapRange::inside(s.width, s.kernel_w, s.dilation, column * s.stride - s.padding);
  }
  static constexpr int width(TapRange taps) noexcept { return taps.end - taps.first; }

  Runs sum_at(std::ptrdiff_t row, int column, std::ptrdiff_t begin, std::ptrdiff_t count) const noexcept {
    Runs sum{at(row, column), std::ptrdiff_t{s.stride} * s.channels, offset + begin, count, runs.quads()};
    if (runs.in_place && runs.bytes % 4 != 0) sum.quads = runs.bytes / 4, sum.rest = static_cast<std::size_t>(runs.bytes % 4);
    return sum;
  }

  /// All rows as one, with sums that begin in one row and end in the next and are nobody's: fewer are lost than where tiles end with a
  /// row. False if AMX does not sum this.
  bool by_amx() const noexcept {
    const std::ptrdiff_t columns = s.out_width(), width = runs.pixel_row / s.channels, count = (last - first - 1) * width + columns;
    const Runs sum = sum_at(first, 0, 0, runs.count);
    if (!amx_sums(count, sum)) return false;
    amx_strip(amx, count, sum, panel.weights, panel, {y + first * columns * s.out, s.out, columns, width});
    return true;
  }

  void column(int column) const noexcept {
    const TapRange taps = taps_of_column(column);
    const std::ptrdiff_t pixel = s.channels / 4, quads = width(taps) * pixel;
    const Runs sum{at(first, column) + std::ptrdiff_t{taps.first} * s.channels, s.stride * runs.pixel_row, offset, runs.count, quads, 0,
                   runs.quads() - quads};
    int8_strip(amx, last - first, sum, weights(taps.first * pixel), panel, y + (first * s.out_width() + column) * s.out,
               std::ptrdiff_t{s.out_width()} * s.out);
  }
};

template <int Vectors, class Epilogue>  // for clang 14, which deduces nothing for aggregates
PanelOfConv(const ConvShape&, const ByteRuns&, const std::ptrdiff_t*, const std::uint8_t*, const Int8Panel<Vectors, Epilogue>&,
            typename Epilogue::Output*, std::ptrdiff_t, std::ptrdiff_t, AmxTiles&) -> PanelOfConv<Vectors, Epilogue>;

/// A part of conv_int8: its rows are rows of outputs, image after image, its columns are outputs of each group, whole panels of them.
template <class Epilogue>
void conv_int8_part(const MatrixPart& part, const ConvShape& s, const std::uint8_t* x, const std::int8_t* packed,
                    typename Epilogue::Output* y, const Epilogue& epilogue, std::uint8_t* scratch, std::uint8_t zero_point) noexcept {
  const ByteRuns runs(s);
  const std::ptrdiff_t out = s.out / s.groups, channels = s.channels / s.groups, depth = runs.count * runs.quads(), height = s.out_height();
  const ByteRunsScratch pieces(s, runs, scratch);
  AmxTiles amx;
  for (std::ptrdiff_t i = 0; i < runs.count; ++i)
    pieces.offset[i] = s.dilation * (i / runs.in_row * runs.pixel_row + i % runs.in_row * s.channels);
  if (!runs.in_place) std::fill_n(pieces.image, runs.image(s), zero_point);
  for (std::ptrdiff_t at = part.row, end = part.row + part.rows; at < end;) {
    const std::ptrdiff_t r = at / height, first = at % height, last = std::min(height, end - r * height);
    const std::uint8_t* image = x + r * s.input_size();
    if (!runs.in_place) {
      pad_image(s, runs, first, last, image, pieces.image);
      image = pieces.image;
    }
    for (int g = 0; g < s.groups; ++g) {
      const std::ptrdiff_t to = g * out + part.column;
      const std::int8_t* const weights = packed + g * runs.group_bytes(s) + part.column * depth * 4;
      each_panel(part.columns, depth, weights, epilogue, to, [&](std::ptrdiff_t j, const auto& panel) {
        typename Epilogue::Output* const its = y + r * s.output_size() + to + j;
        PanelOfConv{s, runs, pieces.offset, image + g * channels, panel, its, first, last, amx}.forward(zero_point == 0);
      });
    }
    at = r * height + last;
  }
}

}  // namespace detail

/// How many bytes the packed form of a convolution's weights has.
constexpr std::ptrdiff_t packed_conv_int8_size(const ConvShape& s) noexcept { return s.groups * detail::ByteRuns(s).group_bytes(s); }

/// Packs weights for conv_int8, once for all images. The order depends on the machine; files keep w itself.
/// Shapes   w (out, channels / groups, kernel_h, kernel_w) -> packed (packed_conv_int8_size).
inline void pack_conv_int8(const ConvShape& s, const std::int8_t* w, std::int8_t* packed) noexcept {
  const detail::ByteRuns runs(s);
  const std::ptrdiff_t out = s.out / s.groups, channels = s.channels / s.groups, window = std::ptrdiff_t{s.kernel_h} * s.kernel_w;
  for (int g = 0; g < s.groups; ++g, w += out * channels * window)
    for (std::ptrdiff_t j = 0; j < out; j += detail::int8_columns) {
      const std::ptrdiff_t n = std::min(detail::int8_columns, out - j);
      for (std::ptrdiff_t run = 0; run < runs.count; ++run) {
        const std::ptrdiff_t first = run / runs.in_row * s.kernel_w + run % runs.in_row;  // tap of the run's first byte
        const auto at = [&](std::ptrdiff_t k, std::ptrdiff_t column) {
          return w[((j + column) * channels + k % channels) * window + first + k / channels];
        };
        packed = detail::pack_run(runs.bytes, n, detail::padded_columns(n), at, packed);
      }
    }
}

/// Bytes of scratch that conv_int8 needs.
constexpr std::ptrdiff_t conv_int8_scratch(const ConvShape& s) noexcept {
  return detail::ByteRunsScratch(s, detail::ByteRuns(s), nullptr).size;
}

/// y = epilogue(sum over taps of w x) for bytes x (unsigned) and weights w (signed), packed ahead; pixels outside the image
/// are `zero_point`. The epilogue (KeepSums, Requantize, Dequantize) counts the outputs as columns; for x with a zero
/// point z its bias is less by z times the sum of the output's weights. The sums are exact: every machine makes the same.
/// Shapes   x (rows, height, width, channels), packed (pack_conv_int8), scratch (conv_int8_scratch) -> y (rows, out_height,
///          out_width, out): the channels of a pixel lie together, so that registers hold outputs, and no lane is lost where
///          images are narrow.
/// Cost     2 rows out taps pixels operations, less most of those with pixels outside where zero_point is 0, and one copy
///          of x where there is padding.
template <class Epilogue>
void conv_int8(const ConvShape& s, std::ptrdiff_t rows, const std::uint8_t* x, const std::int8_t* packed, typename Epilogue::Output* y,
               const Epilogue& epilogue, std::uint8_t* scratch, std::uint8_t zero_point = 0) noexcept {
  using namespace detail;
  if (is_product(s) && (s.height != 1 || rows != 1)) {
    ConvShape row = s;
    row.height = 1;
    row.width = static_cast<int>(rows * s.height * s.width);
    return conv_int8(row, 1, x, packed, y, epilogue, scratch);
  }
  conv_int8_part({0, 0, rows * s.out_height(), s.out / s.groups}, s, x, packed, y, epilogue, scratch, zero_point);
}

}  // namespace tutti::kernel
