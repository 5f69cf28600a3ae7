// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("Upsample gives PyTorch's numbers, nearest and bilinear without aligned corners") {
  check_reference<Upsample<2>, shape(2, 2, 3)>(reference::upsample_2_nearest_y, reference::upsample_2_nearest_dx);
  check_reference<Upsample<3>, shape(2, 2, 3)>(reference::upsample_3_nearest_y, reference::upsample_3_nearest_dx);
  check_reference<Upsample<2, Interpolation::bilinear>, shape(2, 3, 2)>(reference::upsample_2_bilinear_y,
                                                         reference::upsample_2_bilinear_dx);
  check_reference<Upsample<3, Interpolation::bilinear>, shape(2, 3, 2)>(reference::upsample_3_bilinear_y,
                                                         reference::upsample_3_bilinear_dx);
}

TEST_CASE("Upsample has the gradient that finite differences see") {
  check_layer<Upsample<>, shape(2, 3, 2)>();
  check_layer<Upsample<3, Interpolation::bilinear>, shape(1, 3, 4)>();
}

TEST_CASE("Upsample is for images, and is named with its interpolation where that is not the nearest") {
  static_assert(!trace<Upsample<>>(shape(12)).fits);
  static_assert(trace<Upsample<3>>(shape(2, Dynamic, 4)).out == shape(2, Dynamic, 12));
  CHECK(type_name<Upsample<>>() == "Upsample<2>");
  CHECK(type_name<Upsample<4, Interpolation::bilinear>>() == "Upsample<4, Interpolation::bilinear>");
}
