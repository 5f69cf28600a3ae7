// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel_team.hpp>
#include <tutti/kernel/winograd.hpp>

namespace tutti::kernel {
namespace detail {

/// Rows [Tile tile, + Tile) of an image (outputs, height, width) as rows of pixels, zeros where tiles reach beyond.
template <class T, int Tile>
void gradient_rows_of_tiles(const WinogradTiles<T, Tile>& t, const T* dy, std::ptrdiff_t tile, T* to) noexcept {
  const std::ptrdiff_t width = t.s.out_width(), row_size = t.width() * t.out;
  std::fill_n(to, Tile * row_size, T(0));
  for (std::ptrdiff_t o = 0; o < t.s.out; o += lanes<T>)
    for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(Tile, t.s.out_height() - Tile * tile); ++i)
      transpose<T>(std::min<std::ptrdiff_t>(lanes<T>, t.s.out - o), width, dy + o * t.s.pixels() + (Tile * tile + i) * width, t.s.pixels(),
                   to + i * row_size + o, t.out);
}

/// to[product][tile][output] = A y A^T for a row of tiles.
template <class T, int Tile>
void tiles_of_sums(const WinogradTiles<T, Tile>& t, const T* rows, std::ptrdiff_t apart, T* to) noexcept {
  for (std::ptrdiff_t tile = 0; tile < t.across; ++tile)
    for (std::ptrdiff_t o = 0; o < t.out; o += lanes<T>) {
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
void add_tap_gradients(const WinogradTiles<T, Tile>& t, const T* products, std::ptrdiff_t apart, std::ptrdiff_t count, T* dw) noexcept {
  constexpr std::ptrdiff_t n = lanes<T>;
  alignas(64) T taps[static_cast<std::size_t>(9 * n * n)], turned[static_cast<std::size_t>(9 * n * n)];
  for (std::ptrdiff_t first = 0; first < count; first += n)
    for (std::ptrdiff_t o = 0; o < t.s.out; o += n) {
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
      for (std::ptrdiff_t r = 0; r < std::min<std::ptrdiff_t>(n, t.s.out - o); ++r) {
        T* const to = dw + (o + r) * 9 * t.s.channels + 9 * first;
        transform<T>(
            length, to, [](const Batch<T>& sum, const Batch<T>& v) { return sum + v; }, to, turned + r * length);
      }
    }
}

/// The gradient of the weights, block by block of rows of tiles: transforms of a block, products, and at the end of all blocks the
/// way back to taps. Each of these is shared by a team, and none is done twice.
template <class T, int Tile> struct WinogradGradient {
  static constexpr std::ptrdiff_t all = Winograd<T, Tile>::products;

  const parallel::Team& team;
  std::ptrdiff_t parts;
  WinogradTiles<T, Tile> t;
  const T *x, *dy;
  T* scratch;
  std::ptrdiff_t at_once, channels, in_apart, out_apart, w_apart;
  T *products, *pixels, *sums, *rows_of_dy;
  PixelRows<T, Tile> rows_of_x;

  WinogradGradient(const parallel::Team& who, std::ptrdiff_t how_many, const ConvShape& s, std::ptrdiff_t rows, const T* images,
                   const T* gradients, T* memory) noexcept
      : team(who), parts(how_many), t(s), x(images), dy(gradients), scratch(memory), at_once(t.rows_at_once(rows)),
        channels(channels_at_once(t, rows)), in_apart(t.apart(at_once * t.across, t.in)), out_apart(t.apart(at_once * t.across, t.out)),
        w_apart(t.apart(channels, t.out)), products(scratch), pixels(products + all * w_apart), sums(pixels + all * in_apart),
        rows_of_dy(sums + all * out_apart), rows_of_x(pixel_rows(rows_of_dy + Tile * t.width() * t.out)) {}

  PixelRows<T, Tile> pixel_rows(T* memory) const noexcept {
    return {t.s.channels, t.s.height, t.s.width, t.in, t.s.padding, t.width(), memory};
  }
  /// body(begin, end) of n things, so many for each part.
  template <class Body> void share(std::ptrdiff_t n, std::ptrdiff_t step, const Body& body) const noexcept {
    const MatrixCut cut = cut_matrix(1, n, step, parts, [](std::ptrdiff_t, std::ptrdiff_t width) { return width; });
    team.each(cut.count(), [&](std::ptrdiff_t i) { body(i, cut.part(i).column, cut.part(i).column + cut.part(i).columns); });
  }
  void transform(PixelRows<T, Tile>& in_rows, T* out_rows, std::ptrdiff_t first, std::ptrdiff_t begin, std::ptrdiff_t end) const noexcept {
    for (std::ptrdiff_t r = begin; r < end; ++r) {
      const std::ptrdiff_t image = (first + r) / t.down, tile = (first + r) % t.down;
      in_rows.read(x + image * t.s.input_size(), tile);
      tiles_of_pixels(in_rows, t.across, t.in, in_apart, pixels + r * t.across * t.in);
      gradient_rows_of_tiles(t, dy + image * t.s.output_size(), tile, out_rows);
      tiles_of_sums(t, out_rows, out_apart, sums + r * t.across * t.out);
    }
  }
  void transform(std::ptrdiff_t first, std::ptrdiff_t count) noexcept {
    share(count, 1, [&](std::ptrdiff_t i, std::ptrdiff_t begin, std::ptrdiff_t end) {
      if (i == 0) return transform(rows_of_x, rows_of_dy, first, begin, end);
      T* const own = team.scratch(i, scratch);
      auto in_rows = pixel_rows(own + Tile * t.width() * t.out);
      transform(in_rows, own, first, begin, end);
    });
  }
  void multiply(std::ptrdiff_t c, std::ptrdiff_t some, std::ptrdiff_t tiles, bool begins) const noexcept {
    share(all, 1, [&](std::ptrdiff_t, std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t p = begin; p < end; ++p) {
        const Operand<T> A = transposed(pixels + p * in_apart + c, t.in), B = matrix(sums + p * out_apart, t.out);
        if (begins) gemm<T>(some, t.out, tiles, A, B, products + p * w_apart, t.out);
        else gemm<T>(some, t.out, tiles, A, B, products + p * w_apart, t.out, accumulate);
      }
    });
  }
  void add_to(T* dw, std::ptrdiff_t total) noexcept {
    for (std::ptrdiff_t first = 0; first < total; first += at_once) {
      const std::ptrdiff_t count = std::min(at_once, total - first);
      transform(first, count);
      for (std::ptrdiff_t c = 0; c < t.s.channels; c += channels) {
        const std::ptrdiff_t some = std::min<std::ptrdiff_t>(channels, t.s.channels - c);
        multiply(c, some, count * t.across, first == 0);
        if (first + count < total) continue;
        share(some, lanes<T>, [&](std::ptrdiff_t, std::ptrdiff_t begin, std::ptrdiff_t end) {
          add_tap_gradients(t, products + begin * t.out, w_apart, end - begin, dw + 9 * (c + begin));
        });
      }
    }
  }
};

}  // namespace detail

/// How many scalars of scratch winograd_backward_weights(s, rows, ...) needs; winograd_forward of s and of winograd_backward(s)
/// then have enough.
template <class T, int Tile> constexpr std::ptrdiff_t winograd_gradient_scratch(const ConvShape& s, std::ptrdiff_t rows) noexcept {
  const detail::WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t products = Winograd<T, Tile>::products * t.apart(detail::channels_at_once(t, rows), t.out);
  return std::max(winograd_scratch<T, Tile>(winograd_backward(s), rows), products + t.scratch_size(rows));
}

/// dw += the gradient of the weights of winograd_forward: A and B^T, G their ways back, and a product of matrices for each of
/// the (Tile + 2)^2 numbers. By a team the bits are the same.
/// Shapes   as conv_backward_weights, without the bias; scratch (winograd_gradient_scratch), for every part of the team.
template <class T, int Tile>
void winograd_backward_weights(const parallel::Team& team, const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* dy, T* dw,
                               T* scratch) noexcept {
  const detail::WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t parts = team.parts(rows * t.down * t.across * Winograd<T, Tile>::products * s.channels * s.out);
  detail::WinogradGradient<T, Tile>(team, parts, s, rows, x, dy, scratch).add_to(dw, rows * t.down);
}
template <class T, int Tile>
void winograd_backward_weights(const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* dy, T* dw, T* scratch) noexcept {
  winograd_backward_weights<T, Tile>(parallel::Team(), s, rows, x, dy, dw, scratch);
}

}  // namespace tutti::kernel
