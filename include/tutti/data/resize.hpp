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

/// One image, first across and then down; 8-bit pixels are rounded to the nearest.
template <class E>
void resize_image(const Shape& from, const Shape& to, const E* x, Buffer<float>& across, Buffer<float>& done, E* y) {
  const std::ptrdiff_t old_width = from[2], width = to[2];
  across.resize(static_cast<std::size_t>(from[1] * width));
  done.resize(static_cast<std::size_t>(to[1] * width));
  for (int c = 0; c < to[0]; ++c, x += from[1] * old_width, y += to[1] * width) {
    for (std::ptrdiff_t i = 0; i < from[1]; ++i)
      kernel::resize_lines(old_width, width, 1, 1, x + i * old_width, across.data() + i * width);
    kernel::resize_lines(from[1], to[1], width, width, across.data(), done.data());
    for (std::size_t i = 0; i < done.size(); ++i) {
      if constexpr (std::is_same_v<E, float>) y[i] = done[i];
      else y[i] = static_cast<E>(std::floor(done[i] + 0.5f));
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
    Buffer<float> across, done;
    for (std::ptrdiff_t r = begin; r < end; ++r)
      detail::resize_image<E>(from, to, data.x(r).data(), across, done, pixels.data() + r * to.size());
  });
  return data.template with_inputs<To>(std::make_shared<const typename To::Storage>(to.size(), std::move(pixels)));
}

}  // namespace tutti
