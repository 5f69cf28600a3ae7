// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("softmax runs over a vector, over channels, over the features of a step, as PyTorch's along that axis") {
  check_reference<Softmax, shape(13)>(reference::softmax_y, reference::softmax_dx);
  check_reference<Softmax, shape(3, 2, 3)>(reference::softmax_channels_y, reference::softmax_channels_dx);
  check_reference<Softmax, steps(3, 4)>(reference::softmax_steps_y, reference::softmax_steps_dx);
}

TEST_CASE("softmax has the gradient that finite differences see") {
  check_layer<Softmax, shape(7)>();
  check_layer<Softmax, shape(3, 2, 2)>();
  check_layer<Softmax, steps(2, 3)>();
}

TEST_CASE("softmax refuses rows of lengths of their own") {
  constexpr Shape ragged = [] {
    Shape s = steps(4, 3);
    s.ragged = true;
    return s;
  }();
  static_assert(!trace<Softmax>(ragged).fits);
}
