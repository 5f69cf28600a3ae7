// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/input.hpp>

#include <array>
#include <span>
#include <vector>

using namespace tutti;

namespace {
struct Keep {  // a transform that keeps the shape
  static constexpr Shape infer(Shape in) { return in; }
};
}  // namespace

TEST_CASE("a sequence is steps of numbers, with the time axis, in the element type that it was measured in") {
  using X = Sequence<std::int16_t, 4, 3>;
  static_assert(Input<X> && X::shape.time && X::shape.is_static());
  static_assert(X::shape[0] == 4 && X::shape[1] == 3 && X::shape.size() == 12);
  static_assert(std::is_same_v<X::Element, std::int16_t>);
  std::array<std::int16_t, 12> row{};
  row[2 * 3 + 1] = -7;
  const ViewOf<X> view(row);
  CHECK(view[2 * 3 + 1] == -7.0f);
  float copy[12];
  view.copy_to(copy);
  CHECK(copy[7] == -7.0f);
}

TEST_CASE("the length of sequences may be left to the data") {
  using X = Sequence<float, Dynamic, 3>;
  static_assert(Input<X> && !X::shape.is_static() && X::shape.known_size() == 3);
  const std::vector<float> row(15, 1.0f);
  CHECK(ViewOf<X>(row).size() == 15);
  CHECK(type_name<X>() == "Sequence<float32, Dynamic, 3>");
}

TEST_CASE("what a transform makes of a sequence is one of floats, of an image an array of floats") {
  static_assert(std::is_same_v<TransformedRow<Keep, Sequence<double, Dynamic, 3>>, Sequence<float, Dynamic, 3>>);
  static_assert(std::is_same_v<TransformedRow<Keep, Image<3, 4, 5>>, Row<3, 4, 5>>);
  static_assert(std::is_same_v<TransformedRow<Keep, Row<4, 5>>, Row<4, 5>>);
}
