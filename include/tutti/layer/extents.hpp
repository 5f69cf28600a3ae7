// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/record.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tutti {

/// A shape to be traced through layers, with the named parts of it if it is a record: an ordinary value, at
/// compile time and at run time.
struct InputShape {
  Shape row{};
  const std::string_view* names = nullptr;  // of a record's fields
  const Shape* parts = nullptr;
  int fields = 0;

  constexpr InputShape() = default;
  constexpr InputShape(const Shape& s) : row(s) {}  // implicit: a shape is an input without named parts
  constexpr InputShape(const Shape& s, const std::string_view* n, const Shape* p, int count)
      : row(s), names(n), parts(p), fields(count) {}

  constexpr int find(std::string_view name) const {
    for (int i = 0; i < fields; ++i)
      if (names[i] == name) return i;
    return -1;
  }
  /// Where the numbers of a field begin in the row.
  constexpr int offset(int field) const {
    int n = 0;
    for (int i = 0; i < field; ++i) {
      if (parts[i].size() == Dynamic) return Dynamic;
      n += parts[i].size();
    }
    return n;
  }
};

/// The extents of a row as a layer sees them: `in.size()`, `in[axis]`, `in.shape()`. When S is static the
/// type is empty and In::size(), In::shape() are constant expressions; otherwise it carries the shape that
/// was found at run time.
template <Shape S>
class Extents {
 public:
  static constexpr Shape traced = S;  // as far as it is known at compile time
  static constexpr bool is_static = false;

  constexpr Extents() = default;
  constexpr explicit Extents(const Shape& actual) : shape_(actual) {}
  constexpr const Shape& shape() const noexcept { return shape_; }
  constexpr int size() const noexcept { return shape_.size(); }
  constexpr int operator[](int axis) const noexcept { return shape_.extent[axis]; }
  constexpr InputShape input_shape() const noexcept { return shape_; }

 private:
  Shape shape_ = S;
};

template <Shape S>
  requires(S.is_static() && S.classes != Dynamic)
class Extents<S> {
 public:
  static constexpr Shape traced = S;
  static constexpr bool is_static = true;

  constexpr Extents() = default;
  constexpr explicit Extents(const Shape&) {}
  static constexpr Shape shape() noexcept { return S; }
  static constexpr int size() noexcept { return S.size(); }
  constexpr int operator[](int axis) const noexcept { return S.extent[axis]; }
  static constexpr InputShape input_shape() noexcept { return S; }
};

template <Shape S>
  requires(S.is_static() && S.classes == Dynamic)
class Extents<S> {  // the row is known, how many classes there are is not
 public:
  static constexpr Shape traced = S;
  static constexpr bool is_static = false;

  constexpr Extents() = default;
  constexpr explicit Extents(const Shape& actual) : classes_(actual.classes) {}
  constexpr Shape shape() const noexcept {
    Shape s = S;
    s.classes = classes_;
    return s;
  }
  static constexpr int size() noexcept { return S.size(); }
  constexpr int operator[](int axis) const noexcept { return S.extent[axis]; }
  constexpr InputShape input_shape() const noexcept { return shape(); }

 private:
  int classes_ = Dynamic;
};

/// The extents of a record: one long row of numbers, whose named parts On<"field", L> reads.
template <int Classes_, class... Fields>
class RecordExtents {
  static constexpr int count = static_cast<int>(sizeof...(Fields));
  using Parts = std::array<Shape, sizeof...(Fields)>;

  static constexpr Shape with_classes(Shape s, int classes) {
    s.classes = classes;
    return s;
  }
  static constexpr Shape whole(const Parts& parts) {
    int n = 0;
    for (const Shape& p : parts) n = n == Dynamic || p.size() == Dynamic ? Dynamic : n + p.size();
    return with_classes(tutti::shape(n), parts[0].classes);
  }
  static constexpr std::array<std::string_view, sizeof...(Fields)> names{Fields::name.view()...};
  static constexpr Parts traced_parts{with_classes(Fields::Type::shape, Classes_)...};

 public:
  static constexpr Shape traced = whole(traced_parts);
  static constexpr bool is_static = traced.is_static() && Classes_ != Dynamic;

  constexpr RecordExtents() = default;
  constexpr explicit RecordExtents(const Parts& actual) : parts_(actual) {}
  constexpr Shape shape() const noexcept { return whole(parts_); }
  constexpr int size() const noexcept { return shape().size(); }
  constexpr int operator[](int axis) const noexcept { return shape().extent[axis]; }
  constexpr InputShape input_shape() const noexcept { return {shape(), names.data(), parts_.data(), count}; }
  static constexpr InputShape traced_input() noexcept {
    return {traced, names.data(), traced_parts.data(), count};
  }

  /// The extents of one field, as a type and as a value.
  template <meta::FixedString Name>
  using Part = Extents<traced_parts[static_cast<std::size_t>(detail::field_index<Name, Fields...>())]>;
  template <meta::FixedString Name>
  constexpr Part<Name> part() const noexcept {
    return Part<Name>(parts_[static_cast<std::size_t>(detail::field_index<Name, Fields...>())]);
  }
  template <meta::FixedString Name>
  constexpr int offset() const noexcept {
    return input_shape().offset(detail::field_index<Name, Fields...>());
  }

 private:
  Parts parts_ = traced_parts;
};

/// What is known of In at compile time.
template <class In>
constexpr InputShape traced_input() {
  if constexpr (requires { In::traced_input(); }) return In::traced_input();
  else return In::traced;
}

namespace detail {
template <class X, int Outputs>
struct ExtentsFor {
  static constexpr Shape shape = [] {
    Shape s = X::shape;
    s.classes = Outputs;
    return s;
  }();
  using type = Extents<shape>;
};
template <class... Fields, int Outputs>
struct ExtentsFor<Record<Fields...>, Outputs> {
  using type = RecordExtents<Outputs, Fields...>;
};

/// The shape of rows of `width` numbers; at most one extent of `s` may be Dynamic.
/// Errors   ShapeError when the width does not fill the other extents.
inline Shape resolved(Shape s, int width, int classes) {
  s.classes = classes;
  int unknown = -1, unknowns = 0;
  for (int i = 0; i < s.rank; ++i)
    if (s.extent[i] == Dynamic) unknown = i, ++unknowns;
  if (unknowns == 0) return s;
  const int known = s.known_size(), numbers = s.ragged ? width - 1 : width;
  check<ShapeError>(unknowns == 1 && known > 0 && numbers > 0 && numbers % known == 0,
                    {"expected rows of the shape ", to_string(s)}, width);
  s.extent[unknown] = numbers / known;
  return s;
}
}  // namespace detail

/// The extents of rows of X where the target has `Outputs` classes (or numbers).
template <class X, int Outputs>
using ExtentsOf = typename detail::ExtentsFor<X, Outputs>::type;

namespace detail {
/// How many parts a row of X has: the fields of a record.
template <class X>
inline constexpr std::size_t parts_of = 1;
template <class... Fields>
inline constexpr std::size_t parts_of<Record<Fields...>> = sizeof...(Fields);

/// What only the data know of the extents: the width of each part.
template <class X>
Buffer<int> widths_of(const typename X::Storage& rows) {
  if constexpr (is_record<X>) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Buffer<int>{rows.template field<static_cast<int>(I)>()->width()...};
    }(std::make_index_sequence<parts_of<X>>{});
  } else {
    return {rows.width()};
  }
}
}  // namespace detail

/// The extents of rows whose parts have these widths.
/// Errors   ShapeError when a width does not fill the shape.
template <class In, class X>
In extents_of_widths(const Buffer<int>& widths, int classes) {
  if constexpr (is_record<X>) {
    return [&]<class... Fields>(std::type_identity<Record<Fields...>>) {
      std::size_t i = 0;
      return In(std::array<Shape, sizeof...(Fields)>{
          detail::resolved(Fields::Type::shape, widths[i++], classes)...});
    }(std::type_identity<X>{});
  } else {
    return In(detail::resolved(X::shape, widths[0], classes));
  }
}

}  // namespace tutti
