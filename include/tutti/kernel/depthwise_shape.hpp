// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_shape.hpp>
#include <tutti/kernel/simd.hpp>

namespace tutti::kernel {

/// A convolution in which each channel makes `multiplier` outputs of its own.
struct DepthwiseShape {
  ConvShape plane;  // of one channel and one output
  int channels = 1;
  int multiplier = 1;

  constexpr std::ptrdiff_t input_size() const noexcept { return channels * plane.input_size(); }
  constexpr std::ptrdiff_t output_size() const noexcept {
    return std::ptrdiff_t{channels} * multiplier * plane.pixels();
  }
  constexpr std::ptrdiff_t taps() const noexcept { return std::ptrdiff_t{plane.kernel_h} * plane.kernel_w; }
  constexpr std::ptrdiff_t frame_width() const noexcept { return plane.width + 2 * plane.padding; }
  constexpr std::ptrdiff_t frame_size() const noexcept {
    return (plane.height + 2 * plane.padding) * frame_width();
  }
  /// How many scalars of scratch the functions of depthwise.hpp need: a frame of zeros around one channel, and what the last
  /// register of a row may read beyond it.
  template <class T> constexpr std::ptrdiff_t scratch_size() const noexcept { return frame_size() + lanes<T>; }
};

}  // namespace tutti::kernel
