// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/winograd.hpp>

namespace tutti::kernel {
namespace detail {

/// Rows [Tile tile, + Tile) of an image (outputs, height, width) as rows of pixels, zeros where tiles reach beyond; outputs from
/// `first` to `last`, here and below.
template <class T, int Tile>
void gradient_rows_of_tiles(const WinogradTiles<T, Tile>& t, std::ptrdiff_t first, std::ptrdiff_t last, const T* dy, std::ptrdiff_t tile,
                            T* to) noexcept {
  const std::ptrdiff_t width = t.s.out_width(), row_size = t.width() * t.out;
  std::fill_n(to, Tile * row_size, T(0));
  for (std::ptrdiff_t o = first; o < last; o += lanes<T>)
    for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(Tile, t.s.out_height() - Tile * tile); ++i)
      transpose<T>(std::min<std::ptrdiff_t>(lanes<T>, last - o), width, dy + o * t.s.pixels() + (Tile * tile + i) * width, t.s.pixels(),
                   to + i * row_size + o, t.out);
}

/// to[product][tile][output] = A y A^T for a row of tiles.
template <class T, int Tile>
void tiles_of_sums(const WinogradTiles<T, Tile>& t, std::ptrdiff_t first, std::ptrdiff_t last, const T* rows, std::ptrdiff_t apart,
                   T* to) noexcept {
  for (std::ptrdiff_t tile = 0; tile < t.across; ++tile)
    for (std::ptrdiff_t o = first; o < last; o += lanes<T>) {
      const T* const from = rows + Tile * tile * t.out + o;
      T* const target = to + tile * t.out + o;
      both_ways<Tile, Tile + 2, T>(
          [](const auto& y, auto& m) __attribute__((always_inline)) { Winograd<T, Tile>::of_sums(y, m); },
          [&](int i, int j) __attribute__((always_inline)) { return load<T>(from + (i * t.width() + j) * t.out); },
          [&](int i, int j, const Batch<T>& v) __attribute__((always_inline)) { store<T>(v, target + ((Tile + 2) * i + j) * apart); });
    }
}

/// How many channels are multiplied at a time: all where products of later tiles are added to them, else so many that their
/// products, weights soon after, take no more memory than the tiles that are read again for each part.
template <class T, int Tile>
constexpr std::ptrdiff_t channels_at_once(const WinogradTiles<T, Tile>& t, std::ptrdiff_t rows) noexcept {
  const std::ptrdiff_t lines = rows * t.down, all = t.s.channels;
  return t.rows_at_once(rows) < lines ? all : std::min(all, t.rounded(std::max<std::ptrdiff_t>(lines * t.across, 1)));
}

/// dw += G^T u G for the weights of `count` channels; squares of registers are turned from [channel][tap][output].
/// Shapes   products (Tile + 2)^2 of (count, t.out), dw (out, channels, 9) from the first of the channels on
template <class T, int Tile>
void add_tap_gradients(const WinogradTiles<T, Tile>& t, std::ptrdiff_t first_out, std::ptrdiff_t last_out, const T* products,
                       std::ptrdiff_t apart, std::ptrdiff_t count, T* dw) noexcept {
  constexpr std::ptrdiff_t n = lanes<T>;
  alignas(64) T taps[static_cast<std::size_t>(9 * n * n)], turned[static_cast<std::size_t>(9 * n * n)];
  for (std::ptrdiff_t first = 0; first < count; first += n)
    for (std::ptrdiff_t o = first_out; o < last_out; o += n) {
      const std::ptrdiff_t channels = std::min(n, count - first), length = 9 * channels;
      for (std::ptrdiff_t c = 0; c < channels; ++c) {
        const T* const from = products + (first + c) * t.out + o;
        T* const to = taps + 9 * c * n;
        both_ways<Tile + 2, 3, T>(
            [](const auto& u, auto& g) __attribute__((always_inline)) { Winograd<T, Tile>::to_taps(u, g); },
            [&](int i, int j) __attribute__((always_inline)) { return load<T>(from + ((Tile + 2) * i + j) * apart); },
            [&](int i, int j, const Batch<T>& v) __attribute__((always_inline)) { v.store_aligned(to + (3 * i + j) * n); });
      }
      transpose<T>(length, n, taps, n, turned, length);
      for (std::ptrdiff_t r = 0; r < std::min<std::ptrdiff_t>(n, last_out - o); ++r) {
        T* const to = dw + (o + r) * 9 * t.s.channels + 9 * first;
        transform<T>(
            length, to, [](const Batch<T>& sum, const Batch<T>& v) { return sum + v; }, to, turned + r * length);
      }
    }
}

/// The gradient of the weights of outputs from first_out to last_out.
/// Needs    first_out a multiple of registers.
template <class T, int Tile>
void winograd_gradient_part(std::ptrdiff_t first_out, std::ptrdiff_t last_out, const ConvShape& s, std::ptrdiff_t rows, const T* x,
                            const T* dy, T* dw, T* scratch) noexcept {
  const WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t at_once = t.rows_at_once(rows), most = at_once * t.across, total = rows * t.down;
  const std::ptrdiff_t in_apart = t.apart(most, t.in), out_apart = t.apart(most, t.out);
  const std::ptrdiff_t channels = channels_at_once(t, rows), w_apart = t.apart(channels, t.out);
  const std::ptrdiff_t outs = std::min(t.out, t.rounded(last_out)) - first_out;
  T* const products = scratch;
  T* const pixels = products + Winograd<T, Tile>::products * w_apart;
  T* const sums = pixels + Winograd<T, Tile>::products * in_apart;
  T* const gradient_rows = sums + Winograd<T, Tile>::products * out_apart;
  PixelRows<T, Tile> in_rows(s.channels, s.height, s.width, t.in, s.padding, t.width(), gradient_rows + Tile * t.width() * t.out);
  for (std::ptrdiff_t first = 0; first < total; first += at_once) {
    const std::ptrdiff_t count = std::min(at_once, total - first), tiles = count * t.across;
    for (std::ptrdiff_t r = 0; r < count; ++r) {
      const std::ptrdiff_t image = (first + r) / t.down, tile = (first + r) % t.down;
      in_rows.read(x + image * s.input_size(), tile);
      tiles_of_pixels(in_rows, t.across, t.in, in_apart, pixels + r * t.across * t.in);
      gradient_rows_of_tiles(t, first_out, last_out, dy + image * s.output_size(), tile, gradient_rows);
      tiles_of_sums(t, first_out, first_out + outs, gradient_rows, out_apart, sums + r * t.across * t.out);
    }
    for (std::ptrdiff_t c = 0; c < s.channels; c += channels) {
      const std::ptrdiff_t part = std::min(channels, s.channels - c);
      for (int p = 0; p < Winograd<T, Tile>::products; ++p) {
        const Operand<T> A = transposed(pixels + p * in_apart + c, t.in), B = matrix(sums + p * out_apart + first_out, t.out);
        T* const C = products + p * w_apart + first_out;
        if (first == 0) gemm<T>(part, outs, tiles, A, B, C, t.out);
        else gemm<T>(part, outs, tiles, A, B, C, t.out, accumulate);
      }
      if (first + count == total) add_tap_gradients(t, first_out, last_out, products, w_apart, part, dw + 9 * c);
    }
  }
}

}  // namespace detail

/// How many scalars of scratch winograd_backward_weights(s, rows, ...) needs; winograd_forward of s and of winograd_backward(s)
/// then have enough.
template <class T, int Tile> constexpr std::ptrdiff_t winograd_gradient_scratch(const ConvShape& s, std::ptrdiff_t rows) noexcept {
  const detail::WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t products = Winograd<T, Tile>::products * t.apart(detail::channels_at_once(t, rows), t.out);
  return std::max(winograd_scratch<T, Tile>(winograd_backward(s), rows), products + t.scratch_size(rows));
}

/// dw += the gradient of the weights of winograd_forward: A and B^T, G their ways back, and a product of matrices for each of
/// the (Tile + 2)^2 numbers.
/// Shapes   as conv_backward_weights, without the bias; scratch (winograd_gradient_scratch).
template <class T, int Tile>
void winograd_backward_weights(const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* dy, T* dw, T* scratch) noexcept {
  detail::winograd_gradient_part<T, Tile>(0, s.out, s, rows, x, dy, dw, scratch);
}

}  // namespace tutti::kernel
