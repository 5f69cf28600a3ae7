// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/depthwise.hpp>
#include <tutti/kernel/matrix_cut.hpp>
#include <tutti/kernel/parallel_team.hpp>

namespace tutti::kernel {

/// depthwise_forward of images by a team, which shares their channels. The bits are those of depthwise_forward.
/// Shapes   x (rows, channels, height, width) -> y (rows, channels multiplier, out_height, out_width), else as depthwise_forward;
///          every part of the team has scratch (scratch_size).
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_forward(const parallel::Team& team, const DepthwiseShape& s, std::ptrdiff_t rows, const T* x, const T* w, const T* bias,
                       T* y, T* scratch, const ChannelEpilogue<T>& end = {}) noexcept {
  constexpr std::ptrdiff_t slower = 4;  // than a product: numbers are read for a few multiply-adds each
  const std::ptrdiff_t parts = team.parts(slower * rows * s.output_size() * s.taps());
  const MatrixCut cut = cut_matrix(std::max<std::ptrdiff_t>(rows, 1), s.channels, 1, parts, [](std::ptrdiff_t images, std::ptrdiff_t channels) {
    return images * channels;
  });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    DepthwiseShape some = s;
    some.channels = static_cast<int>(p.columns);
    const std::ptrdiff_t out = p.column * s.multiplier;
    for (std::ptrdiff_t r = p.row; r < std::min(p.row + p.rows, rows); ++r)
      depthwise_forward<Kernel, Stride>(some, x + r * s.input_size() + p.column * s.plane.input_size(), w + out * s.taps(), bias + out,
                                        y + r * s.output_size() + out * s.plane.pixels(), team.scratch(i, scratch), end.from(out));
  });
}

}  // namespace tutti::kernel
