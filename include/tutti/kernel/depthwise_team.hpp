// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/depthwise.hpp>
#include <tutti/kernel/matrix_cut.hpp>
#include <tutti/kernel/parallel_team.hpp>

namespace tutti::kernel {

namespace detail {

/// Where one image of some channels begins, which of their outputs is the first, and whose scratch they use.
struct DepthwisePart {
  DepthwiseShape shape;
  std::ptrdiff_t x, y, out, index;
};
/// f(part) for every image; a channel's images go to one part, in their order.
template <class F>
void each_depthwise_part(const parallel::Team& team, const DepthwiseShape& s, std::ptrdiff_t rows, const F& f) noexcept {
  constexpr std::ptrdiff_t slower = 4;  // than a product: numbers are read for a few multiply-adds each
  const std::ptrdiff_t parts = team.parts(slower * rows * s.output_size() * s.taps());
  const MatrixCut cut = cut_matrix(1, s.channels, 1, parts, [](std::ptrdiff_t, std::ptrdiff_t channels) { return channels; });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    DepthwiseShape some = s;
    some.channels = static_cast<int>(p.columns);
    const std::ptrdiff_t out = p.column * s.multiplier, x = p.column * s.plane.input_size(), y = out * s.plane.pixels();
    for (std::ptrdiff_t r = 0; r < rows; ++r) f(DepthwisePart{some, r * s.input_size() + x, r * s.output_size() + y, out, i});
  });
}

}  // namespace detail

/// depthwise_forward of images by a team, which shares their channels. The bits, here and below, are those of one thread.
/// Shapes   x (rows, channels, height, width) -> y (rows, channels multiplier, out_height, out_width), else as depthwise_forward;
///          every part of the team has scratch (scratch_size).
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_forward(const parallel::Team& team, const DepthwiseShape& s, std::ptrdiff_t rows, const T* x, const T* w, const T* bias,
                       T* y, T* scratch, const ChannelEpilogue<T>& end = {}) noexcept {
  detail::each_depthwise_part(team, s, rows, [&](const detail::DepthwisePart& p) {
    depthwise_forward<Kernel, Stride>(p.shape, x + p.x, w + p.out * s.taps(), bias + p.out, y + p.y, team.scratch(p.index, scratch),
                                      end.from(p.out));
  });
}

/// depthwise_backward_data of images by a team.
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_backward_data(const parallel::Team& team, const DepthwiseShape& s, std::ptrdiff_t rows, const T* w, const T* dy, T* dx,
                             T* scratch) noexcept {
  detail::each_depthwise_part(team, s, rows, [&](const detail::DepthwisePart& p) {
    depthwise_backward_data<Kernel, Stride>(p.shape, w + p.out * s.taps(), dy + p.y, dx + p.x, team.scratch(p.index, scratch));
  });
}

/// depthwise_backward_weights of images by a team.
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_backward_weights(const parallel::Team& team, const DepthwiseShape& s, std::ptrdiff_t rows, const T* x, const T* dy, T* dw,
                                T* db, T* scratch) noexcept {
  detail::each_depthwise_part(team, s, rows, [&](const detail::DepthwisePart& p) {
    depthwise_backward_weights<Kernel, Stride>(p.shape, x + p.x, dy + p.y, dw + p.out * s.taps(), db + p.out,
                                               team.scratch(p.index, scratch));
  });
}

}  // namespace tutti::kernel
