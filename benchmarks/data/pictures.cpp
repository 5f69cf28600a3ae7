// SPDX-License-Identifier: Apache-2.0
// Folders of pictures, which rival_pillow.py reads as well: PNG and JPEG of 128 x 128, two classes.
#include "files.hpp"

#if TUTTI_HAS_PNG && TUTTI_HAS_JPEG

#include <tutti/data/image_folder.hpp>

#include <cstdio>
#include <cmath>

#include <jpeglib.h>
#include <png.h>

namespace {

using namespace tutti;
constexpr int side = 128, pictures = 100;

/// Something smooth with a little noise, as photographs are.
Buffer<unsigned char> pixels(int number) {
  Random random(static_cast<std::uint64_t>(number));
  Buffer<unsigned char> all;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < 3; ++c)
        all.push_back(static_cast<unsigned char>(120 + 60 * std::sin((x + number) / 19.0 + c) + 50 * std::cos(y / 23.0 - c) + random.below(6)));
  return all;
}

void write_png(const std::string& path, const Buffer<unsigned char>& from) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = side;
  image.format = PNG_FORMAT_RGB;
  png_image_write_to_file(&image, path.c_str(), 0, from.data(), 0, nullptr);
}

void write_jpeg(const std::string& path, Buffer<unsigned char> from) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_stdio_dest(&jpeg, file);
  jpeg.image_width = jpeg.image_height = side;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 90, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  for (int y = 0; y < side; ++y) {
    JSAMPROW row = from.data() + y * side * 3;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::fclose(file);
}

template <class Write> void add(const std::string& kind, const Write& write) {
  const std::string folder = "data/" + kind, last = folder + "/b/" + std::to_string(pictures - 1) + '.' + kind;
  for (const char* c : {"/a/", "/b/"}) {
    std::filesystem::create_directories(folder + c);
    for (int i = 0; i < pictures && !std::filesystem::exists(last); ++i) write(folder + c + std::to_string(i) + '.' + kind, pixels(c[1] * 1000 + i));
  }
  files::add("a folder of " + kind + " pictures", 2.0 * pictures * side * side * 3,
             [folder] { return read_image_folder<Image<3, side, side>, Label<Dynamic>>(folder); });
}

}  // namespace

void add_picture_rows() {
  add("png", write_png);
  add("jpg", write_jpeg);
}
#else
void add_picture_rows() {}
#endif
