// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("TransposedConv gives PyTorch's numbers over strides and paddings") {
  check_reference<TransposedConv<2, 2, 2, 0, 0>, shape(3, 3, 4)>(reference::transposed_conv_2_2_2_0_0_y, reference::transposed_conv_2_2_2_0_0_dx, reference::transposed_conv_2_2_2_0_0_dw);
  check_reference<TransposedConv<3, 3, 2, 1, 1>, shape(2, 3, 3)>(reference::transposed_conv_3_3_2_1_1_y, reference::transposed_conv_3_3_2_1_1_dx, reference::transposed_conv_3_3_2_1_1_dw);
  check_reference<TransposedConv<2, 3, 1, 0, 0>, shape(2, 4, 3)>(reference::transposed_conv_2_3_1_0_0_y, reference::transposed_conv_2_3_1_0_0_dx, reference::transposed_conv_2_3_1_0_0_dw);
  check_reference<TransposedConv<2, 4, 3, 1, 2>, shape(1, 2, 3)>(reference::transposed_conv_2_4_3_1_2_y, reference::transposed_conv_2_4_3_1_2_dx, reference::transposed_conv_2_4_3_1_2_dw);
}

TEST_CASE("TransposedConv has the gradient that finite differences see") {
  check_layer<TransposedConv<3>, shape(2, 3, 2)>();
  check_layer<TransposedConv<2, 3, 2, 1, 1>, shape(2, 3, 2)>();
}

TEST_CASE("TransposedConv refuses what does not fit it") {
  static_assert(!trace<TransposedConv<3>>(shape(6)).fits);
  static_assert(!trace<TransposedConv<3, 2, 2, 0, 2>>(shape(2, 3, 3)).fits);
  static_assert(!trace<TransposedConv<3, 2, 2, 3>>(shape(2, 1, 1)).fits);
}
