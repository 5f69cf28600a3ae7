// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("Conv1D gives PyTorch's numbers over strides, paddings, dilations and groups") {
  check_reference<Conv1D<4, 3, 1, 0, 1, 1>, steps(7, 3)>(reference::conv1d_4_3_1_0_1_1_y, reference::conv1d_4_3_1_0_1_1_dx, reference::conv1d_4_3_1_0_1_1_dw);
  check_reference<Conv1D<3, 3, 2, 1, 1, 1>, steps(9, 2)>(reference::conv1d_3_3_2_1_1_1_y, reference::conv1d_3_3_2_1_1_1_dx, reference::conv1d_3_3_2_1_1_1_dw);
  check_reference<Conv1D<6, 3, 1, 2, 2, 2>, steps(9, 4)>(reference::conv1d_6_3_1_2_2_2_y, reference::conv1d_6_3_1_2_2_2_dx, reference::conv1d_6_3_1_2_2_2_dw);
  check_reference<Conv1D<2, 1, 1, 0, 1, 1>, steps(8, 3)>(reference::conv1d_2_1_1_0_1_1_y, reference::conv1d_2_1_1_0_1_1_dx, reference::conv1d_2_1_1_0_1_1_dw);
  check_reference<Conv1D<2, 5, 3, 4, 2, 1>, steps(11, 2)>(reference::conv1d_2_5_3_4_2_1_y, reference::conv1d_2_5_3_4_2_1_dx, reference::conv1d_2_5_3_4_2_1_dw);
}

TEST_CASE("Conv1D has the gradient that finite differences see") {
  check_layer<Conv1D<4, 3>, steps(6, 3)>();
  check_layer<Conv1D<4, 3, 2, 2, 2, 2>, steps(7, 2)>();
}

TEST_CASE("Conv1D refuses what does not fit it") {
  static_assert(!trace<Conv1D<4>>(shape(6)).fits);
  static_assert(!trace<Conv1D<4>>(shape(6, 6, 6)).fits);
  static_assert(!trace<Conv1D<4, 3, 1, 0, 2>>(steps(4, 3)).fits);
  static_assert(!trace<Conv1D<4, 3, 1, 0, 1, 2>>(steps(8, 3)).fits);
  static_assert(trace<Conv1D<4, 3, 1, Same>>(steps(8, 3)).out == steps(8, 4));
}
