// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/images.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include "../reference/pictures.hpp"

using namespace tutti;
namespace pictures = reference::pictures;

TEST_CASE("what is no picture, and what is not there, is refused by name") {
  const TemporaryFile text("GIF89a", "a.png"), empty("", "b.png");
  const auto read = [](const TemporaryFile& file, const ImageOptions& options = {}) {
    return refusal_of(file, [&] { read_images<Image<1, 2, 2>>({file.path}, options); });
  };
  CHECK(read(text) == ": expected a PNG or JPEG picture, got something else");
  CHECK(read(empty) == ": expected a PNG or JPEG picture, got an empty file");
  CHECK(read(text, {.limit = 3}) == ": holds more than the limit of 3 bytes");
  CHECK(refusal<DataError>([] { read_images<Image<1, 2, 2>>({"not_there.png"}); }) ==
        "not_there.png: cannot be opened: No such file or directory");
  CHECK(refusal<DataError>([] { read_images<Image<1, 2, 2>>({}); }) ==
        "read_images: expected at least one file, got 0");
  if (!has_png) {
    const TemporaryFile png(pictures::png_files[0].bytes, "c.png");
    CHECK(read(png) == ": is a PNG picture, and libpng was not found when the library was configured");
  }
  if (!has_jpeg) {
    const TemporaryFile jpeg(pictures::jpeg_files[0].bytes, "c.jpg");
    CHECK(read(jpeg) == ": is a JPEG picture, and libjpeg was not found when the library was configured");
  }
}

#if TUTTI_HAS_PNG

namespace {

const pictures::File& named(std::string_view name) {
  for (const auto& file : pictures::png_files)
    if (file.name == name) return file;
  return pictures::png_files[0];
}
int pixel(const pictures::File& f, int c, int p) {
  return f.pixels[static_cast<std::size_t>(p * f.channels + c)];
}

}  // namespace

TEST_CASE("colours become planes, and grey, alpha and what is missing as the channels ask for") {
  const auto &rgb = named("rgb"), &grey = named("grey_8"), &clear = named("rgb_and_alpha"),
             &veiled = named("grey_and_alpha");
  const TemporaryFile a(rgb.bytes), b(grey.bytes), c(clear.bytes), d(veiled.bytes);
  const Buffer<std::string> files{a.path, b.path, c.path, d.path};
  const auto colour = read_images<Image<3, 4, 5>>(files);
  const auto one = read_images<Image<1, 4, 5>>(files);
  const auto four = read_images<Image<4, 4, 5>>(files);
  const auto two = read_images<Image<2, 4, 5>>(files);
  CHECK(colour.rows() == 4);
  for (int p = 0; p < 20; ++p) {
    for (int k = 0; k < 3; ++k) {
      CHECK(colour.x(0)[k * 20 + p] == pixel(rgb, k, p));
      CHECK(colour.x(1)[k * 20 + p] == pixel(grey, 0, p));
      CHECK(colour.x(2)[k * 20 + p] == pixel(clear, k, p));
      CHECK(four.x(3)[k * 20 + p] == pixel(veiled, 0, p));
    }
    CHECK(one.x(0)[p] == pictures::rgb_as_grey[p]);
    CHECK(one.x(3)[p] == pixel(veiled, 0, p));
    CHECK(four.x(0)[60 + p] == 255);
    CHECK(four.x(2)[60 + p] == pixel(clear, 3, p));
    CHECK(two.x(3)[20 + p] == pixel(veiled, 1, p));
    CHECK(two.x(1)[20 + p] == 255);
  }
}

TEST_CASE("other sizes are resized as datasets are, whole or cut to the proportions of the result") {
  const auto& rgb = named("rgb");  // 4 x 5
  const TemporaryFile a(rgb.bytes);
  const auto whole = read_images<Image<3, 4, 5>>({a.path});
  const auto stretched = read_images<Image<3, 2, 2>>({a.path}), small = resize<Image<3, 2, 2>>(whole);
  for (int i = 0; i < 12; ++i) CHECK(stretched.x(0)[i] == small.x(0)[i]);
  const auto cut = read_images<Image<3, 4, 4>>({a.path}, {.crop = true});
  for (int k = 0; k < 3; ++k)
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 4; ++x) CHECK(cut.x(0)[(k * 4 + y) * 4 + x] == pixel(rgb, k, y * 5 + x));
  const auto tall = read_images<Image<3, 4, 1>>({a.path}, {.crop = true});  // the middle column
  for (int y = 0; y < 4; ++y) CHECK(tall.x(0)[y] == pixel(rgb, 0, y * 5 + 2));
}

TEST_CASE("many pictures are the same on one thread and on seven, and the first that is damaged is named") {
  std::vector<TemporaryFile*> kept;
  Buffer<std::string> files;
  for (int i = 0; i < 40; ++i) {
    kept.push_back(new TemporaryFile(pictures::png_files[i % 12].bytes, "p.png"));
    files.push_back(kept.back()->path);
  }
  const auto one = parallel::with_threads(1, [&] { return read_images<Image<3, 7, 3>>(files); });
  const auto seven = parallel::with_threads(7, [&] { return read_images<Image<3, 7, 3>>(files); });
  for (std::ptrdiff_t i = 0; i < 40; ++i)
    for (int j = 0; j < 63; ++j) CHECK(one.x(i)[j] == seven.x(i)[j]);
  std::ofstream(files[9], std::ios::binary) << "text";
  std::ofstream(files[31], std::ios::binary) << "text";
  CHECK(refusal<DataError>([&] { read_images<Image<3, 7, 3>>(files); }) ==
        files[9] + ": expected a PNG or JPEG picture, got something else");
  for (const auto* file : kept) delete file;
}

#if TUTTI_HAS_JPEG
TEST_CASE("formats may be mixed, whatever the files are called") {
  const TemporaryFile a(named("rgb").bytes, "a.jpg"), b(pictures::jpeg_files[1].bytes, "b.png");
  const auto both = read_images<Image<3, 4, 5>>({a.path, b.path});
  CHECK(both.x(0)[0] == pixel(named("rgb"), 0, 0));
  CHECK(both.x(1)[19] > both.x(1)[0]);  // red grows from left to right
}
#endif

#endif
