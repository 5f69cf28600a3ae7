// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/matrix_cut.hpp>
#include <tutti/kernel/pool_windows.hpp>
#include <tutti/kernel/winograd_tile.hpp>
#include <tutti/kernel/winograd_transforms.hpp>

namespace tutti::kernel {

namespace detail {

/// Tiles of a convolution: of every image `down` rows of `across` tiles, Tile x Tile sums each. What belongs to one pixel or
/// product lies side by side, channels rounded up to registers.
template <class T, int Tile> struct WinogradTiles {
  ConvShape s;
  std::ptrdiff_t down, across, in, out;  // in, out: channels and outputs, rounded up

  explicit constexpr WinogradTiles(const ConvShape& shape) noexcept
      : s(shape),
        down(tiles_on(shape.out_height(), Tile)),
        across(tiles_on(shape.out_width(), Tile)),
        in(rounded(shape.channels)),
        out(rounded(shape.out)) {}

  static constexpr std::ptrdiff_t rounded(std::ptrdiff_t n) noexcept { return (n + lanes<T> - 1) / lanes<T> * lanes<T>; }
  /// Pixels in a row that tiles read.
  constexpr std::ptrdiff_t width() const noexcept { return Tile * across + 2; }
  constexpr std::ptrdiff_t weights_size() const noexcept { return Winograd<T, Tile>::products * apart(s.channels, out); }
  /// Outputs in panels as wide as a tile of gemm, so that weights are read one behind the other: f(first output, width) for
  /// those from `first` to `last`.
  template <class F> constexpr void each_panel(std::ptrdiff_t first, std::ptrdiff_t last, const F& f) const {
    for (std::ptrdiff_t o = first; o < last; o += Block<T>::columns) f(o, std::min(Block<T>::columns, out - o));
  }
  /// From product to product of so many tiles; not a power of two, or all would share one set of the cache.
  static constexpr std::ptrdiff_t apart(std::ptrdiff_t tiles, std::ptrdiff_t channels) noexcept { return tiles * channels + lanes<T>; }
  /// Rows of tiles that are multiplied together: what belongs to them lies in the second cache, or in the third where
  /// the weights fill the second.
  constexpr std::ptrdiff_t rows_at_once(std::ptrdiff_t images) const noexcept {
    constexpr std::ptrdiff_t bytes = sizeof(T), least = 512 * 1024, most = 32768 * 1024;
    const std::ptrdiff_t room = std::clamp(weights_size() * bytes, least, most) / bytes;
    const std::ptrdiff_t each = across * Winograd<T, Tile>::products * (in + out);
    return std::clamp<std::ptrdiff_t>(room / each, 1, std::max<std::ptrdiff_t>(images * down, 1));
  }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t images) const noexcept {
    const std::ptrdiff_t tiles = rows_at_once(images) * across, rows = ((Tile + 3) * in + Tile * out) * width();
    return Winograd<T, Tile>::products * (apart(tiles, in) + apart(tiles, out)) + rows + lanes<T>;
  }
};

/// Rows of pixels with their channels side by side, zeros around them: those that one row of tiles reads, where the next
/// row of tiles keeps two of them.
template <class T, int Tile> class PixelRows {
 public:
  static constexpr int count = Winograd<T, Tile>::pixels;

  PixelRows(std::ptrdiff_t channels, std::ptrdiff_t height, std::ptrdiff_t columns, std::ptrdiff_t wide, std::ptrdiff_t padding,
            std::ptrdiff_t width, T* memory) noexcept
      : channels_(channels), height_(height), columns_(columns), wide_(wide), padding_(padding), zeros_(memory + count * width * wide) {
    std::fill_n(memory, (count + 1) * width * wide, T(0));
    for (int i = 0; i < count; ++i) own_[i] = memory + i * width * wide;
  }
  /// Rows [Tile tile - padding, + Tile + 2) of an image (channels, height, columns).
  void read(const T* image, std::ptrdiff_t tile) noexcept {
    const bool next = image == image_ && tile == tile_ + 1;
    if (next) std::rotate(own_, own_ + Tile, own_ + count);
    const std::ptrdiff_t top = Tile * tile - padding_, plane = height_ * columns_;
    for (int i = 0; i < count; ++i) at_[i] = top + i >= 0 && top + i < height_ ? own_[i] : zeros_;
    for (std::ptrdiff_t c = 0; c < channels_; c += lanes<T>)  // rows of few planes at a time: they are neighbours
      for (int i = next ? 2 : 0; i < count; ++i)
        if (at_[i] != zeros_)
          transpose<T>(std::min(lanes<T>, channels_ - c), columns_, image + c * plane + (top + i) * columns_, plane,
                       own_[i] + padding_ * wide_ + c, wide_);
    image_ = image;
    tile_ = tile;
  }
  const T* operator[](int i) const noexcept { return at_[i]; }

 private:
  std::ptrdiff_t channels_, height_, columns_, wide_, padding_, tile_ = 0;
  const T* image_ = nullptr;
  T* zeros_;
  T* own_[count];
  const T* at_[count];
};

/// to[product][tile][channel] = B^T d B of the pixels d of each tile in a row.
template <class T, int Tile>
void tiles_of_pixels(const PixelRows<T, Tile>& rows, std::ptrdiff_t tiles, std::ptrdiff_t wide, std::ptrdiff_t apart, T* to) noexcept {
  for (std::ptrdiff_t tile = 0; tile < tiles; ++tile)
    for (std::ptrdiff_t c = 0; c < wide; c += lanes<T>) {
      const std::ptrdiff_t from = Tile * tile * wide + c;
      T* const target = to + tile * wide + c;
      both_ways<Tile + 2, Tile + 2, T>(
          [](const auto& d, auto& t) __attribute__((always_inline)) { Winograd<T, Tile>::of_pixels(d, t); },
          [&](int i, int j) __attribute__((always_inline)) { return load<T>(rows[i] + from + j * wide); },
          [&](int i, int j, const Batch<T>& v) __attribute__((always_inline)) { store<T>(v, target + ((Tile + 2) * i + j) * apart); });
    }
}

/// to[pixel][output] = end(A^T m A + bias) for a row of tiles, as Tile rows of pixels; outputs from `first` to `last`. Pooled: of
/// each 2 x 2 pixels the largest, and Tile / 2 rows behind it which of the four it is.
template <bool Pooled, class T, int Tile>
[[gnu::noinline]] void sums_of_tiles(const WinogradTiles<T, Tile>& t, std::ptrdiff_t first, std::ptrdiff_t last, const T* m,
                                     std::ptrdiff_t apart, const T* bias, const ChannelEpilogue<T>& end, T* to) noexcept {
  for (std::ptrdiff_t o = first; o < last; o += lanes<T>) {
    const std::ptrdiff_t n = std::min<std::ptrdiff_t>(lanes<T>, t.s.out - o);
    const Batch<T> scale = end.scale == nullptr ? Batch<T>(T(1)) : load_part<T>(end.scale + o, n);
    Batch<T> b = bias == nullptr ? Batch<T>(T(0)) : load_part<T>(bias + o, n);
    if (end.scale != nullptr) b = multiply_add<T>(scale, b, load_part<T>(end.shift + o, n));
    for (std::ptrdiff_t tile = 0; tile < t.across; ++tile) {
      const T* const from = m + tile * t.out + o;
      T* const target = to + (Pooled ? Tile / 2 : Tile) * tile * t.out + o;
      Batch<T> above[std::size_t{Tile}], left;
      both_ways<Tile + 2, Tile, T>(
          [](const auto& v, auto& y) __attribute__((always_inline)) { Winograd<T, Tile>::to_sums(v, y); },
          [&](int i, int j) __attribute__((always_inline)) { return load<T>(from + ((Tile + 2) * i + j) * apart); },
          [&](int i, int j, const Batch<T>& v) __attribute__((always_inline)) {
            const Batch<T> sum = end.clipped(multiply_add<T>(scale, v, b));
            if constexpr (!Pooled) store<T>(sum, target + (i * t.width() + j) * t.out);
            else if (i % 2 == 0) above[j] = sum;
            else if (j % 2 == 0) left = sum;
            else {
              Batch<T> which(T(0));
              keep_larger(above[j - 1], which, above[j], Batch<T>(T(1)));
              keep_larger(above[j - 1], which, left, Batch<T>(T(2)));
              keep_larger(above[j - 1], which, sum, Batch<T>(T(3)));
              store<T>(above[j - 1], target + (i / 2 * t.width() + j / 2) * t.out);
              store<T>(which, target + ((Tile + i) / 2 * t.width() + j / 2) * t.out);
            }
          });
    }
  }
}

}  // namespace detail

/// The convolution whose sums are the gradient of the images of s: dy in the place of x, weights the other way round.
constexpr ConvShape winograd_backward(const ConvShape& s) noexcept {
  return {.channels = s.out, .height = s.out_height(), .width = s.out_width(), .out = s.channels, .kernel_h = 3,
          .kernel_w = 3, .padding = 2 - s.padding};
}

/// How many numbers winograd_weights makes for s.
template <class T, int Tile> constexpr std::ptrdiff_t winograd_weights_size(const ConvShape& s) noexcept {
  return detail::WinogradTiles<T, Tile>(s).weights_size();
}

/// G g G^T of all weights: packed once, then read by winograd_forward(s, ...).
/// Shapes   w (out, channels, 3, 3), where `turned` the weights (channels, out, 3, 3) of the convolution that s is the
///          winograd_backward of -> packed (winograd_weights_size).
template <class T, int Tile> void winograd_weights(const ConvShape& s, const T* w, bool turned, T* packed) noexcept {
  const detail::WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t apart = t.apart(s.channels, t.out), channel = turned ? 9 * t.s.out : 9, output = turned ? 9 : 9 * t.s.channels;
  const auto pack = [&](std::ptrdiff_t c, std::ptrdiff_t o, T* target) {
    alignas(64) T taps[static_cast<std::size_t>(9 * lanes<T>)] = {};
    transpose<T>(std::min<std::ptrdiff_t>(lanes<T>, s.out - o), 9, w + c * channel + o * output, output, taps, lanes<T>);
    detail::both_ways<3, Tile + 2, T>(
        [](const auto& g, auto& u) __attribute__((always_inline)) { Winograd<T, Tile>::of_taps(g, u); },
        [&](int i, int j) __attribute__((always_inline)) {
          return Batch<T>::load_aligned(taps + (turned ? 8 - 3 * i - j : 3 * i + j) * lanes<T>);
        },
        [&](int i, int j, const Batch<T>& v) __attribute__((always_inline)) { store<T>(v, target + ((Tile + 2) * i + j) * apart); });
  };
  t.each_panel(0, t.out, [&](std::ptrdiff_t first, std::ptrdiff_t width) {
    for (std::ptrdiff_t c = 0; c < s.channels; ++c)
      for (std::ptrdiff_t o = 0; o < width; o += lanes<T>) pack(c, first + o, packed + first * s.channels + c * width + o);
  });
}

namespace detail {

/// A part of winograd_forward: its rows are rows of tiles, image after image, its columns are outputs, whole panels of them.
template <class T, int Tile>
void winograd_part(const MatrixPart& part, const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* packed, const T* bias, T* y,
                   T* scratch, const ChannelEpilogue<T>& end, T* winner = nullptr) noexcept {
  const WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t last_row = part.row + part.rows, last_out = part.column + part.columns;
  const std::ptrdiff_t some = std::min<std::ptrdiff_t>(last_out, s.out);
  const std::ptrdiff_t at_once = t.rows_at_once(rows), most = at_once * t.across;
  const std::ptrdiff_t in_apart = t.apart(most, t.in), out_apart = t.apart(most, t.out), w_apart = t.apart(s.channels, t.out);
  T* const pixels = scratch;
  T* const sums = pixels + Winograd<T, Tile>::products * in_apart;
  T* const out_rows = sums + Winograd<T, Tile>::products * out_apart;
  PixelRows<T, Tile> in_rows(s.channels, s.height, s.width, t.in, s.padding, t.width(), out_rows + Tile * t.width() * t.out);
  const std::ptrdiff_t plane = s.y_plane(), halves = s.pooled ? 2 : 1, columns = s.out_width() / halves;
  for (std::ptrdiff_t first = part.row; first < last_row; first += at_once) {
    const std::ptrdiff_t count = std::min(at_once, last_row - first), tiles = count * t.across;
    for (std::ptrdiff_t r = 0; r < count; ++r) {
      in_rows.read(x + (first + r) / t.down * s.input_size(), (first + r) % t.down);
      tiles_of_pixels(in_rows, t.across, t.in, in_apart, pixels + r * t.across * t.in);
    }
    for (int p = 0; p < Winograd<T, Tile>::products; ++p)
      t.each_panel(part.column, last_out, [&](std::ptrdiff_t o, std::ptrdiff_t width) {
        gemm<T>(tiles, width, s.channels, matrix(pixels + p * in_apart, t.in), matrix(packed + p * w_apart + o * s.channels, width),
                sums + p * out_apart + o, t.out);
      });
    for (std::ptrdiff_t r = 0; r < count; ++r) {
      const std::ptrdiff_t image = (first + r) / t.down, row = (first + r) % t.down * Tile;
      const T* const its_sums = sums + r * t.across * t.out;
      if (s.pooled) sums_of_tiles<true>(t, part.column, last_out, its_sums, out_apart, bias, end, out_rows);
      else sums_of_tiles<false>(t, part.column, last_out, its_sums, out_apart, bias, end, out_rows);
      const auto turn = [&](const T* from, T* to) {
        for (std::ptrdiff_t o = part.column; o < some; o += lanes<T>)
          for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(Tile, s.out_height() - row) / halves; ++i)
            transpose<T>(columns, std::min<std::ptrdiff_t>(lanes<T>, some - o), from + i * t.width() * t.out + o, t.out,
                         to + image * s.y_size() + o * plane + (row / halves + i) * columns, plane);
      };
      turn(out_rows, y);
      if (winner != nullptr) turn(out_rows + Tile / 2 * t.width() * t.out, winner);
    }
  }
}

}  // namespace detail

/// The convolution by Winograd's tiles: conv_forward to about 1e-5 of the largest sum, with tiles of 2 x 2 to about 1e-6.
/// Shapes   as conv_forward; packed (winograd_weights), scratch (winograd_scratch).
/// Cost     (Tile + 2)^2 rows out channels ceil(out_height / Tile) ceil(out_width / Tile) multiply-adds: of the direct ones
///          a quarter by tiles of 4 x 4, four ninths by those of 2 x 2.
template <class T, int Tile>
void winograd_forward(const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* packed, const T* bias, T* y, T* scratch,
                      const ChannelEpilogue<T>& end = {}, T* winner = nullptr) noexcept {
  const detail::WinogradTiles<T, Tile> t(s);
  detail::winograd_part<T, Tile>({0, 0, rows * t.down, t.out}, s, rows, x, packed, bias, y, scratch, end, winner);
}

/// How many scalars of scratch winograd_forward(s, rows, ...) needs.
template <class T, int Tile> constexpr std::ptrdiff_t winograd_scratch(const ConvShape& s, std::ptrdiff_t rows) noexcept {
  return detail::WinogradTiles<T, Tile>(s).scratch_size(rows);
}

}  // namespace tutti::kernel
