// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/meta/type_name.hpp>
#include <tutti/core/dense.hpp>

#include <concepts>
#include <cstdint>

namespace tutti {

/// A row of floats. More than one extent: an array in C order, what a transform makes of an image.
/// `Row<4>` has four columns, `Row<Dynamic>` as many as the data, `Row<3, 32, 32>` is a float image.
template <int... Extents>
struct Row {
  static constexpr Shape shape = tutti::shape(Extents...);
  using Element = float;
  using View = DenseView<float, shape.size()>;
  using Storage = DenseStorage<float>;
};

/// An 8-bit image, kept as it was read.
/// Shapes   (Channels, Height, Width), planar: all of channel 0 first.
template <int Channels, int Height, int Width>
struct Image {
  static constexpr Shape shape = tutti::shape(Channels, Height, Width);
  using Element = std::uint8_t;
  using View = DenseView<std::uint8_t, shape.size()>;
  using Storage = DenseStorage<std::uint8_t>;
};

/// Measurements over time: Length steps of Width numbers, step after step; a Length of Dynamic is that of the data, the
/// same for all rows.
/// Shapes   (Length, Width), axis 0 is time; element (step, j) at step Width + j.
template <class T, int Length, int Width>
struct Sequence {
  static constexpr Shape shape = with_time(tutti::shape(Length, Width));
  using Element = T;
  using View = DenseView<T, shape.size()>;
  using Storage = DenseStorage<T>;
};

/// What models read. The view of one row converts to numbers; the storage holds many rows.
template <class X>
concept Input = requires(const typename X::View& view, const typename X::Storage& storage, std::ptrdiff_t i, float* out) {
  { X::shape } -> std::convertible_to<Shape>;
  { view.size() } -> std::convertible_to<int>;
  { view[i] } -> std::convertible_to<float>;
  view.copy_to(out);
  { storage.size() } -> std::convertible_to<std::ptrdiff_t>;
  { storage.width() } -> std::convertible_to<int>;
  { storage.template view<typename X::View>(i) } -> std::convertible_to<typename X::View>;
};

template <class X>
using ViewOf = typename X::View;

namespace detail {
template <class T, class X>
constexpr auto transformed_row() {
  constexpr Shape s = T::infer(X::shape);
  if constexpr (s.rank == 1) return std::type_identity<Row<s.extent[0]>>{};
  else if constexpr (s.rank == 2 && s.time) return std::type_identity<Sequence<float, s.extent[0], s.extent[1]>>{};
  else if constexpr (s.rank == 2) return std::type_identity<Row<s.extent[0], s.extent[1]>>{};
  else if constexpr (s.rank == 3) return std::type_identity<Row<s.extent[0], s.extent[1], s.extent[2]>>{};
  else return std::type_identity<Row<s.extent[0], s.extent[1], s.extent[2], s.extent[3]>>{};
}
}  // namespace detail
/// What a transform T makes of inputs X: floats in the shape that T infers.
template <class T, class X>
using TransformedRow = typename decltype(detail::transformed_row<T, X>())::type;

static_assert(Input<Row<4>> && Input<Row<Dynamic>> && Input<Image<1, 8, 8>> && Input<Sequence<float, Dynamic, 3>>);

}  // namespace tutti
