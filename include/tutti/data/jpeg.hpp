// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/picture.hpp>

#include <string>
#include <string_view>

#if defined(TUTTI_HAS_JPEG) && TUTTI_HAS_JPEG
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>
#endif

namespace tutti {

/// True when the library was configured with libjpeg: JPEG pictures can be read.
#if defined(TUTTI_HAS_JPEG) && TUTTI_HAS_JPEG
inline constexpr bool has_jpeg = true;
#else
inline constexpr bool has_jpeg = false;
#endif

namespace detail {

inline bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xFF\xD8\xFF"); }

/// Grey or RGB, as the file has it; a rotation that a camera noted (EXIF) is not carried out.
/// Errors   DataError naming the file when it is damaged or truncated, in CMYK, or decoded larger than `limit` bytes.
Picture decode_jpeg(const std::string& path, std::string_view bytes, std::uint64_t limit);

#if defined(TUTTI_HAS_JPEG) && TUTTI_HAS_JPEG

/// libjpeg reports errors by a jump back into the function that called it: so these functions hold nothing that would
/// have to be destroyed, and say by false that a message is there.
class JpegDecoder {
 public:
  JpegDecoder() noexcept {
    jpeg_.err = jpeg_std_error(&errors_.manager);
    errors_.manager.error_exit = [](j_common_ptr jpeg) { give_up(jpeg); };
    errors_.manager.emit_message = [](j_common_ptr jpeg, int level) { warned(jpeg, level); };
    progress_.progress_monitor = [](j_common_ptr jpeg) { count_scans(jpeg); };
  }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() { jpeg_destroy_decompress(&jpeg_); }

  bool open(const char* bytes, std::size_t size) noexcept {
    if (setjmp(errors_.back) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(bytes), static_cast<unsigned long>(size));
    jpeg_read_header(&jpeg_, TRUE);
    if (jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK ||
        jpeg_.jpeg_color_space == JCS_UNKNOWN) {
      std::strcpy(errors_.message, "expected grey or RGB, got other colours");
      return false;
    }
    jpeg_.out_color_space = jpeg_.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
    return true;
  }
  bool read(unsigned char* pixels) noexcept {
    if (setjmp(errors_.back) != 0) return false;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = pixels + std::size_t{jpeg_.output_scanline} * jpeg_.output_width *
                                  static_cast<unsigned>(channels());
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }
  std::uint64_t width() const noexcept { return jpeg_.image_width; }
  std::uint64_t height() const noexcept { return jpeg_.image_height; }
  int channels() const noexcept { return jpeg_.out_color_space == JCS_GRAYSCALE ? 1 : 3; }
  const char* message() const noexcept { return errors_.message; }

 private:
  struct Errors {
    jpeg_error_mgr manager{};  // the first member: libjpeg hands back its address
    std::jmp_buf back{};
    char message[JMSG_LENGTH_MAX]{};
  };
  [[noreturn]] static void give_up(j_common_ptr jpeg) noexcept {
    auto& errors = *reinterpret_cast<Errors*>(jpeg->err);
    if (errors.message[0] == 0) errors.manager.format_message(jpeg, errors.message);
    std::longjmp(errors.back, 1);
  }
  /// What libjpeg takes for a warning leaves grey where the data are damaged or missing.
  static void warned(j_common_ptr jpeg, int level) noexcept {
    if (level >= 0) return;
    auto& errors = *reinterpret_cast<Errors*>(jpeg->err);
    errors.manager.format_message(jpeg, errors.message);
    if (std::strstr(errors.message, "extraneous") == nullptr) give_up(jpeg);
    errors.message[0] = 0;
  }
  /// A small file may promise thousands of passes over a large picture.
  static void count_scans(j_common_ptr jpeg) noexcept {
    if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= 500) return;
    std::strcpy(reinterpret_cast<Errors*>(jpeg->err)->message, "expected at most 500 scans, got more");
    give_up(jpeg);
  }

  jpeg_decompress_struct jpeg_{};
  jpeg_progress_mgr progress_{};
  Errors errors_{};
};

[[gnu::cold]] inline Picture decode_jpeg(const std::string& path, std::string_view bytes,
                                         std::uint64_t limit) {
  JpegDecoder jpeg;
  const auto refuse = [&] {
    throw DataError(joined({path, ": this JPEG picture cannot be read: ", jpeg.message()}));
  };
  if (!jpeg.open(bytes.data(), bytes.size())) refuse();
  Picture p = picture_of(path, jpeg.width(), jpeg.height(), jpeg.channels(), limit);
  if (!jpeg.read(p.pixels.data())) refuse();
  return p;
}
#endif

}  // namespace detail
}  // namespace tutti
