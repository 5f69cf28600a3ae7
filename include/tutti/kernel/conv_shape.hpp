// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/windows.hpp>

#include <cstddef>

namespace tutti::kernel {

/// A convolution of images: planes (channels, height, width) to (out, out_height, out_width).
struct ConvShape {
  int channels = 1;
  int height = 1;
  int width = 1;
  int out = 1;
  int kernel_h = 1;
  int kernel_w = 1;
  int stride = 1;
  int padding = 0;   // zeros on each side
  int dilation = 1;  // from tap to tap
  int groups = 1;    // group g of the outputs sees group g of the channels
  bool pooled = false;  // forward makes the largest of each 2 x 2 sums, where whole ones lie, as max_pool would
  int winograd = 1;  // sums in a row of Winograd's tiles: 2, 4, or 1: what winograd_tile chooses. 0: every sum product by product

  constexpr int out_height() const noexcept { return windows_on(height, (kernel_h - 1) * dilation + 1, stride, padding); }
  constexpr int out_width() const noexcept { return windows_on(width, (kernel_w - 1) * dilation + 1, stride, padding); }

  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t output_size() const noexcept { return std::ptrdiff_t{out} * pixels(); }
  constexpr std::ptrdiff_t weights_size() const noexcept { return out * taps(); }

  /// What is summed for one output.
  constexpr std::ptrdiff_t taps() const noexcept { return std::ptrdiff_t{channels / groups} * kernel_h * kernel_w; }
  constexpr std::ptrdiff_t pixels() const noexcept { return std::ptrdiff_t{out_height()} * out_width(); }

  /// What forward writes: one plane, one image.
  constexpr std::ptrdiff_t y_plane() const noexcept { return pooled ? std::ptrdiff_t{out_height() / 2} * (out_width() / 2) : pixels(); }
  constexpr std::ptrdiff_t y_size() const noexcept { return out * y_plane(); }
};

/// One tap that moves by one pixel: a product of matrices, where images and weights lie.
constexpr bool is_product(const ConvShape& s) noexcept {
  return s.kernel_h == 1 && s.kernel_w == 1 && s.stride == 1 && s.padding == 0;
}

static_assert(ConvShape{.channels = 3, .height = 8, .width = 7, .kernel_h = 3, .kernel_w = 3, .stride = 2}
                  .pixels() == 9);
static_assert(ConvShape{.height = 9, .width = 9, .kernel_h = 3, .kernel_w = 3, .dilation = 2}.pixels() == 25);
static_assert(ConvShape{.height = 2, .width = 9, .kernel_h = 3}.output_size() == 0);

}  // namespace tutti::kernel
