// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("SqueezeExcitation gives PyTorch's numbers for images and sequences") {
  check_reference<SqueezeExcitation<2>, shape(6, 3, 5)>(
      reference::squeeze_excitation_2_y, reference::squeeze_excitation_2_dx, reference::squeeze_excitation_2_dw);
  check_reference<SqueezeExcitation<>, shape(3, 2, 2)>(
      reference::squeeze_excitation_16_y, reference::squeeze_excitation_16_dx, reference::squeeze_excitation_16_dw);
  check_reference<SqueezeExcitation<2>, steps(5, 4)>(reference::squeeze_excitation_steps_2_y,
                                                     reference::squeeze_excitation_steps_2_dx,
                                                     reference::squeeze_excitation_steps_2_dw);
}

TEST_CASE("SqueezeExcitation has the gradient that finite differences see") {
  check_layer<SqueezeExcitation<4>, shape(20, 2, 3)>();
  check_layer<SqueezeExcitation<2>, steps(3, 4)>();
}

TEST_CASE("SqueezeExcitation refuses what has no pixels to average") {
  static_assert(!trace<SqueezeExcitation<>>(shape(32)).fits);
  static_assert(trace<SqueezeExcitation<>>(shape(32, 4, 4)).out == shape(32, 4, 4));
}
