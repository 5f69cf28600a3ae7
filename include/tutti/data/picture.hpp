// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tutti::detail {

/// A decoded picture.
/// Shapes   pixels (height, width, channels): grey, grey and alpha, RGB, or RGB and alpha.
struct Picture {
  std::ptrdiff_t width = 0, height = 0;
  int channels = 0;
  Buffer<std::uint8_t> pixels{};
};

/// Room for a picture whose header has been read.
/// Errors   DataError naming the file when it is empty or takes more than `limit` bytes.
[[gnu::cold]] inline Picture picture_of(const std::string& path, std::uint64_t width, std::uint64_t height,
                                        int channels, std::uint64_t limit) {
  const double bytes = static_cast<double>(width) * static_cast<double>(height) * channels;
  if (!(bytes > 0 && bytes <= static_cast<double>(limit)))
    throw DataError(joined({path, ": expected a picture of 1 to ", limit, " bytes, got ", width, " x ",
                            height, " pixels of ", channels}));
  Picture p{static_cast<std::ptrdiff_t>(width), static_cast<std::ptrdiff_t>(height), channels};
  p.pixels.resize(static_cast<std::size_t>(bytes));
  return p;
}

/// The part of a picture from column `left` and row `top` on, as planes of `channels` channels: colours become grey by
/// ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, grey becomes three equal colours, an alpha that is not asked for is left out,
/// one that is not there is 255.
/// Shapes   planes (channels, height, width).
inline void picture_planes(const Picture& p, std::ptrdiff_t left, std::ptrdiff_t top, std::ptrdiff_t width,
                           std::ptrdiff_t height, int channels, std::uint8_t* planes) noexcept {
  const bool from_colour = p.channels > 2, to_colour = channels > 2, alpha = p.channels % 2 == 0,
             keep = channels % 2 == 0;
  const std::ptrdiff_t plane = width * height;
  for (std::ptrdiff_t y = 0; y < height; ++y)
    for (std::ptrdiff_t x = 0; x < width; ++x) {
      const std::uint8_t* const from = p.pixels.data() + ((top + y) * p.width + left + x) * p.channels;
      std::uint8_t* const to = planes + y * width + x;
      if (to_colour)
        for (int c = 0; c < 3; ++c) to[c * plane] = from[from_colour ? c : 0];
      else
        to[0] = from_colour ? static_cast<std::uint8_t>(
                                  (from[0] * 19595 + from[1] * 38470 + from[2] * 7471 + 32768) >> 16)
                            : from[0];
      if (keep) to[(channels - 1) * plane] = alpha ? from[p.channels - 1] : std::uint8_t{255};
    }
}

}  // namespace tutti::detail
