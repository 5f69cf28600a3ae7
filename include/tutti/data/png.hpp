// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/picture.hpp>

#include <string>
#include <string_view>

#if defined(TUTTI_HAS_PNG) && TUTTI_HAS_PNG
#include <png.h>
#endif

namespace tutti {

/// True when the library was configured with libpng: PNG pictures can be read.
#if defined(TUTTI_HAS_PNG) && TUTTI_HAS_PNG
inline constexpr bool has_png = true;
#else
inline constexpr bool has_png = false;
#endif

namespace detail {

inline bool is_png(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1A\n"); }

/// Pixels of 8 bits, whatever the file has: 1 to 16 bits, a palette, interlaced. Values of 16 bits are scaled; a file that
/// names another gamma than that of sRGB is brought to it.
/// Errors   DataError naming the file when it is damaged, or decoded larger than `limit` bytes.
Picture decode_png(const std::string& path, std::string_view bytes, std::uint64_t limit);

#if defined(TUTTI_HAS_PNG) && TUTTI_HAS_PNG
[[gnu::cold]] inline Picture decode_png(const std::string& path, std::string_view bytes,
                                        std::uint64_t limit) {
  struct Image {  // libpng's simplified interface: it never jumps out of our functions
    png_image png{};
    ~Image() { png_image_free(&png); }
  } image;
  png_image& png = image.png;
  png.version = PNG_IMAGE_VERSION;
  const auto refuse = [&] {
    throw DataError(joined({path, ": this PNG picture cannot be read: ", png.message}));
  };
  if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0) refuse();
  png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  png.format &= PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA;
  Picture p =
      picture_of(path, png.width, png.height, static_cast<int>(PNG_IMAGE_PIXEL_CHANNELS(png.format)), limit);
  if (png_image_finish_read(&png, nullptr, p.pixels.data(), static_cast<png_int_32>(p.width * p.channels),
                            nullptr) == 0)
    refuse();
  return p;
}
#endif

}  // namespace detail
}  // namespace tutti
