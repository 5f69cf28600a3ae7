// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv.hpp>
#include <tutti/kernel/gemm_team.hpp>

namespace tutti::kernel {

namespace detail {

/// Multiply-adds that the time equals in which a number is copied or transformed.
inline constexpr std::ptrdiff_t cost_of_a_copy = 8;

template <class T, int Tile>
void winograd_by_team(const parallel::Team& team, const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* packed, const T* bias,
                      T* y, T* scratch, const ChannelEpilogue<T>& end) noexcept {
  const WinogradTiles<T, Tile> t(s);
  const std::ptrdiff_t lines = rows * t.down, parts = team.parts(lines * t.across * Winograd<T, Tile>::products * s.channels * s.out);
  if (parts == 1) return winograd_forward<T, Tile>(s, rows, x, packed, bias, y, scratch, end);
  // all threads transform pixels and read weights: which of them twice, is the cheaper of both
  const MatrixCut cut = cut_matrix(lines, t.out, Block<T>::columns, parts, [&](std::ptrdiff_t height, std::ptrdiff_t outs) {
    const std::ptrdiff_t tiles = height * t.across;
    return tiles * outs + cost_of_a_copy * (tiles + outs);
  });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    winograd_part<T, Tile>(cut.part(i), s, rows, x, packed, bias, y, team.scratch(i, scratch), end);
  });
}

/// Every group of every image by itself.
template <class T>
void groups_by_team(const parallel::Team& team, std::ptrdiff_t parts, const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* w,
                    const T* bias, T* y, T* scratch, const ChannelEpilogue<T>& end) noexcept {
  const ConvShape s = one_group(shape);
  const MatrixCut cut = cut_matrix(1, rows * shape.groups, 1, parts, [](auto, std::ptrdiff_t some) { return some; });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    for (std::ptrdiff_t at = p.column; at < p.column + p.columns; ++at) {
      const std::ptrdiff_t g = at % shape.groups;
      direct_forward(s, 1, x + at * s.input_size(), w + g * s.weights_size(), bias == nullptr ? bias : bias + g * s.out,
                     y + at * s.y_size(), team.scratch(i, scratch), end.from(g * s.out));
    }
  });
}

template <class T>
void direct_by_team(const parallel::Team& team, const ConvShape& s, std::ptrdiff_t rows, const T* x, const T* w, const T* bias, T* y,
                    T* scratch, const ChannelEpilogue<T>& end) noexcept {
  const std::ptrdiff_t each = s.taps() * s.pixels(), parts = team.parts(rows * s.out * each);
  if (parts == 1) return direct_forward(s, rows, x, w, bias, y, scratch, end);
  if (s.groups > 1 && rows < parts) return groups_by_team(team, parts, s, rows, x, w, bias, y, scratch, end);
  if (is_product(s) && rows < parts && !s.pooled) {
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      gemm<T>(team, s.out, s.pixels(), s.channels, matrix(w, s.channels), matrix(x + i * s.input_size(), s.pixels()),
              y + i * s.output_size(), s.pixels(), add_row_bias<T>(bias), end);
    return;
  }
  // who makes some outputs copies all channels of the image
  const std::ptrdiff_t copied = is_product(s) ? 0 : cost_of_a_copy * planes_of_input(s).size(), never = s.groups > 1 ? s.out : 1;
  const MatrixCut cut = cut_matrix(rows, s.out, never, parts, [&](std::ptrdiff_t images, std::ptrdiff_t outs) {
    return images * (outs * each + copied);
  });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    ConvShape some = s;
    some.out = static_cast<int>(p.columns);
    const std::ptrdiff_t at_once = p.columns == s.out ? p.rows : 1;
    for (std::ptrdiff_t r = p.row; r < p.row + p.rows; r += at_once)
      direct_forward(some, at_once, x + r * s.input_size(), w + p.column * s.taps(), bias == nullptr ? bias : bias + p.column,
                     y + r * s.y_size() + p.column * s.y_plane(), team.scratch(i, scratch), end.from(p.column));
  });
}

/// Of the bias, shared by outputs.
template <class T>
void bias_gradients_by_team(const parallel::Team& team, const ConvShape& s, std::ptrdiff_t rows, const T* dy, T* db) noexcept {
  const std::ptrdiff_t parts = team.parts(rows * s.output_size());
  const MatrixCut cut = cut_matrix(1, s.out, 1, parts, [](std::ptrdiff_t, std::ptrdiff_t outs) { return outs; });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    add_bias_gradients(s, p.column, p.column + p.columns, rows, dy, db);
  });
}

}  // namespace detail

/// conv_forward by a team: images, outputs or rows of tiles are shared, whichever repeats least. The bits are those of conv_forward.
/// Shapes   as conv_forward; every part of the team has scratch (conv_scratch) for all rows.
/// Cost     that of conv_forward divided by the team, and for one image a copy of it for each part.
template <class T, int Tiles = every_tile>
void conv_forward(const parallel::Team& team, const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* w, const T* packed,
                  const T* bias, T* y, T* scratch, const ChannelEpilogue<T>& end = {}) noexcept {
  const auto tiled = [&](auto tile) { detail::winograd_by_team<T, tile()>(team, shape, rows, x, packed, bias, y, scratch, end); };
  if (!detail::by_tiles<T, Tiles>(shape, tiled)) detail::direct_by_team(team, shape, rows, x, w, bias, y, scratch, end);
}

/// conv_backward_weights by a team, which shares outputs, or each step of Winograd's tiles: nobody adds to what another one has. The
/// bits are those of conv_backward_weights.
/// Shapes   as conv_backward_weights; every part of the team has scratch (conv_scratch).
/// Cost     that of conv_backward_weights divided by the team, and without tiles a copy of x for each part.
template <class T, int Tiles = every_tile>
void conv_backward_weights(const parallel::Team& team, const ConvShape& shape, std::ptrdiff_t rows, const T* x, const T* dy, T* dw, T* db,
                           T* scratch) noexcept {
  using namespace detail;
  const auto tiled = [&](auto tile) {
    bias_gradients_by_team(team, shape, rows, dy, db);
    winograd_backward_weights<T, tile()>(team, shape, rows, x, dy, dw, scratch);
  };
  if (by_tiles<T, Tiles>(shape, tiled)) return;
  const std::ptrdiff_t parts = team.parts(rows * shape.out * shape.taps() * shape.pixels());
  const auto cost = [](std::ptrdiff_t groups, std::ptrdiff_t outs) { return groups * outs; };
  const MatrixCut cut = cut_matrix(shape.groups, shape.out / shape.groups, gradient_rows, parts, cost);
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    direct_backward_weights(cut.part(i), shape, rows, x, dy, dw, db, team.scratch(i, scratch));
  });
}

}  // namespace tutti::kernel
