// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/jpeg.hpp>
#include <tutti/data/png.hpp>
#include <tutti/data/resize.hpp>
#include <tutti/data/text_file.hpp>
#include <tutti/kernel/parallel.hpp>

#include <cstring>
#include <memory>
#include <span>
#include <string>

namespace tutti {

/// How pictures are read.
struct ImageOptions {
  bool crop = false;  // keep proportions and leave out what is over on both sides; false: stretch
  Buffer<std::string> extensions{"png", "jpg",
                                 "jpeg"};        // of files that are looked at in folders, in any case
  std::ptrdiff_t per_class = 0;                  // at most so many pictures of each class, the first; 0: all
  std::uint64_t limit = std::uint64_t{1} << 30;  // most bytes a file may hold, and a picture once decoded
  Buffer<std::string>* files = nullptr;          // filled in when given: the file of each row of a folder
};

namespace detail {

[[gnu::cold]] inline Picture read_picture(const std::string& path, std::uint64_t limit) {
  const std::string bytes = read_file(path, limit);
  const auto missing = [&](std::string_view format, std::string_view library) {
    return DataError(joined({path, ": is a ", format, " picture, and ", library,
                             " was not found when the library was configured"}));
  };
  if (is_png(bytes)) {
    if constexpr (has_png) return decode_png(path, bytes, limit);
    else throw missing("PNG", "libpng");
  }
  if (is_jpeg(bytes)) {
    if constexpr (has_jpeg) return decode_jpeg(path, bytes, limit);
    else throw missing("JPEG", "libjpeg");
  }
  throw DataError(joined(
      {path, ": expected a PNG or JPEG picture, got ", bytes.empty() ? "an empty file" : "something else"}));
}

/// One picture as the planes of an image of shape `to`.
inline void picture_to(const Picture& p, const Shape& to, bool crop, Buffer<std::uint8_t>& planes,
                       ResizeScratch& scratch, std::uint8_t* out) {
  std::ptrdiff_t width = p.width, height = p.height;
  if (crop) {  // the largest part with the proportions of the result
    width = std::clamp<std::ptrdiff_t>((p.height * to[2] + to[1] / 2) / to[1], 1, p.width);
    height = std::clamp<std::ptrdiff_t>((p.width * to[1] + to[2] / 2) / to[2], 1, p.height);
  }
  const bool same = width == to[2] && height == to[1];
  planes.resize(static_cast<std::size_t>(same ? 0 : to[0] * width * height));
  picture_planes(p, (p.width - width) / 2, (p.height - height) / 2, width, height, to[0],
                 same ? out : planes.data());
  if (!same) resize_image(shape(to[0], height, width), to, planes.data(), scratch, out);
}

/// All pictures, one after another; files side by side.
/// Errors   DataError of the first file that cannot be read.
[[gnu::cold]] inline Buffer<std::uint8_t> read_pictures(std::span<const std::string> files, const Shape& to,
                                                        const ImageOptions& options) {
  Buffer<std::uint8_t> pixels(files.size() * static_cast<std::size_t>(to.size()));
  parallel::for_each(std::ssize(files), 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<std::uint8_t> planes;
    ResizeScratch scratch;
    for (std::ptrdiff_t i = begin; i < end; ++i)
      picture_to(read_picture(files[static_cast<std::size_t>(i)], options.limit), to, options.crop, planes,
                 scratch, pixels.data() + i * to.size());
  });
  return pixels;
}

template <class X> auto image_storage(std::span<const std::string> files, const ImageOptions& options) {
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<std::uint8_t>> && X::shape.rank == 3 &&
                    X::shape.is_static(),
                "pictures are read as an Image of static extents");
  static_assert(X::shape[0] <= 4,
                "a picture is grey, grey and alpha, RGB, or RGB and alpha: 1 to 4 channels");
  return std::make_shared<const typename X::Storage>(X::shape.size(),
                                                     read_pictures(files, X::shape, options));
}

}  // namespace detail

/// Reads PNG and JPEG pictures, one row for each file: `read_images<Image<3, 64, 64>>({"a.png", "b.jpg"})`. What a file is
/// its first bytes say, not its name. Colours become grey for one channel (ITU-R BT.601), grey becomes three colours, alpha
/// is kept by two and four channels; other sizes are resized as by `resize`.
/// Shapes   (C, H, W) with 1 to 4 channels, planar.
/// Cost     decoding, files side by side; the pictures at work in memory.
/// Errors   DataError naming the file that cannot be read, is damaged or truncated, or is larger than .limit.
template <Input X>
Dataset<X> read_images(const Buffer<std::string>& files, const ImageOptions& options = {}) {
  check(!files.empty(), "read_images: expected at least one file", files.size());
  return Dataset<X>(detail::image_storage<X>(files, options), {});
}

}  // namespace tutti
