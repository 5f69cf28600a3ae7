// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_shape.hpp>
#include <tutti/kernel/reference.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

/// Convolutions of bytes by their formula, for images (height, width, channels).
namespace pixels {

/// bias + the sums over all taps, of pixels outside the image too: these are `zero_point`.
inline std::vector<std::int32_t> conv_sums(const tutti::kernel::ConvShape& s, std::ptrdiff_t rows, const std::uint8_t* x,
                                           const std::int8_t* w, const std::int32_t* bias, std::uint8_t zero_point) {
  const std::ptrdiff_t plane = std::ptrdiff_t{s.height} * s.width;
  std::vector<std::int32_t> sums(static_cast<std::size_t>(rows * s.output_size()));
  const auto at = [&](std::ptrdiff_t r, std::ptrdiff_t o, std::ptrdiff_t pixel) -> std::int32_t& {
    return sums[static_cast<std::size_t>(r * s.output_size() + pixel * s.out + o)];
  };
  for (std::ptrdiff_t r = 0; r < rows; ++r) {
    for (std::ptrdiff_t o = 0; o < s.out; ++o) {
      std::int32_t outside = bias[o];
      for (std::ptrdiff_t t = 0; t < s.taps(); ++t) outside += zero_point * w[o * s.taps() + t];
      for (std::ptrdiff_t pixel = 0; pixel < s.pixels(); ++pixel) at(r, o, pixel) = outside;
    }
    tutti::kernel::reference::each_conv_product(s, [&](std::ptrdiff_t in, std::ptrdiff_t tap, std::ptrdiff_t out) {
      const std::uint8_t pixel = x[r * s.input_size() + in % plane * s.channels + in / plane];
      at(r, out / s.pixels(), out % s.pixels()) += (pixel - zero_point) * w[tap];
    });
  }
  return sums;
}

inline std::uint8_t requantized(std::int32_t sum, float scale, int zero_point, int low, int high) {
  const double y = std::nearbyint(static_cast<double>(static_cast<float>(sum)) * scale + zero_point);
  return static_cast<std::uint8_t>(std::min<double>(std::max<double>(y, low), high));
}

}  // namespace pixels
