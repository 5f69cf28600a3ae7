// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/resize.hpp>

#include <cmath>
#include <type_traits>

namespace tutti {

namespace detail {

/// Memory that resizing takes, used again from image to image.
struct ResizeScratch {
  Buffer<float> plane{}, down{}, turned{}, across{};
};

/// x (rows, columns) as y (columns, rows).
inline void turn(std::ptrdiff_t rows, std::ptrdiff_t columns, const float* x, float* y) noexcept {
  for (std::ptrdiff_t r = 0; r < rows; ++r)
    for (std::ptrdiff_t c = 0; c < columns; ++c) y[c * rows + r] = x[r * columns + c];
}

/// One image, first down and then across: each time many lines at once, for which the second time takes the image on its
/// side. 8-bit pixels are rounded to the nearest.
template <class E>
void resize_image(const Shape& from, const Shape& to, const E* x, ResizeScratch& scratch, E* y) {
  const std::ptrdiff_t old_width = from[2], old_height = from[1], width = to[2], height = to[1];
  auto& [plane, down, turned, across] = scratch;
  if constexpr (!std::is_same_v<E, float>) plane.resize(static_cast<std::size_t>(old_height * old_width));
  down.resize(static_cast<std::size_t>(height * old_width));
  turned.resize(down.size());
  across.resize(static_cast<std::size_t>(height * width));
  for (int c = 0; c < to[0]; ++c, x += old_height * old_width, y += height * width) {
    const float* pixels = plane.data();
    if constexpr (std::is_same_v<E, float>) pixels = x;
    else
      for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = static_cast<float>(x[i]);
    kernel::resize_lines(old_height, height, old_width, old_width, pixels, down.data());
    turn(height, old_width, down.data(), turned.data());
    kernel::resize_lines(old_width, width, height, height, turned.data(), across.data());
    if constexpr (std::is_same_v<E, float>) {
      turn(width, height, across.data(), y);
    } else {
      for (std::ptrdiff_t i = 0; i < height; ++i)
        for (std::ptrdiff_t j = 0; j < width; ++j)
          y[i * width + j] = static_cast<E>(std::floor(across[static_cast<std::size_t>(j * height + i)] + 0.5f));
    }
  }
}

}  // namespace detail

/// The same rows with images of another size: `resize<Image<3, 32, 32>>(read_idx<Image<3, 80, 60>, Label<7>>(...))`.
/// Bilinear between pixel centres; where images shrink, a pixel averages all that it covers (a triangle as wide as two
/// pixels of the result), so that nothing is skipped.
/// Shapes   (C, H, W) -> (C, H', W'), of bytes or of floats alike.
/// Needs    static extents and as many channels as before.
/// Cost     rows C H' W' times the pixels that each is made of; rows side by side.
template <Input To, Input From, Target Y>
Dataset<To, Y> resize(const Dataset<From, Y>& data) {
  constexpr Shape from = From::shape, to = To::shape;
  static_assert(from.rank == 3 && to.rank == 3 && from.is_static() && to.is_static(), "resize takes images of static extents to such");
  static_assert(from[0] == to[0], "resize keeps the channels");
  static_assert(std::is_same_v<typename From::Element, typename To::Element>, "resize keeps the kind of pixels");
  using E = typename To::Element;
  Buffer<E> pixels(static_cast<std::size_t>(data.rows() * to.size()));
  parallel::for_each(data.rows(), 16, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    detail::ResizeScratch scratch;
    for (std::ptrdiff_t r = begin; r < end; ++r)
      detail::resize_image<E>(from, to, data.x(r).data(), scratch, pixels.data() + r * to.size());
  });
  return data.template with_inputs<To>(std::make_shared<const typename To::Storage>(to.size(), std::move(pixels)));
}

}  // namespace tutti
