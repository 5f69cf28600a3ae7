// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("DepthwiseConv gives PyTorch's numbers over strides, paddings, multipliers and dilations") {
  check_reference<DepthwiseConv<3, 1, 1, 1, 1>, shape(3, 5, 6)>(reference::depthwise_conv_3_1_1_1_1_y, reference::depthwise_conv_3_1_1_1_1_dx, reference::depthwise_conv_3_1_1_1_1_dw);
  check_reference<DepthwiseConv<3, 2, 1, 2, 1>, shape(2, 7, 5)>(reference::depthwise_conv_3_2_1_2_1_y, reference::depthwise_conv_3_2_1_2_1_dx, reference::depthwise_conv_3_2_1_2_1_dw);
  check_reference<DepthwiseConv<3, 1, 0, 1, 2>, shape(2, 7, 6)>(reference::depthwise_conv_3_1_0_1_2_y, reference::depthwise_conv_3_1_0_1_2_dx, reference::depthwise_conv_3_1_0_1_2_dw);
  check_reference<DepthwiseConv<5, 2, 2, 3, 1>, shape(1, 6, 7)>(reference::depthwise_conv_5_2_2_3_1_y, reference::depthwise_conv_5_2_2_3_1_dx, reference::depthwise_conv_5_2_2_3_1_dw);
}

TEST_CASE("DepthwiseConv has the gradient that finite differences see") {
  check_layer<DepthwiseConv<3, 1, Same>, shape(2, 5, 4)>();
  check_layer<DepthwiseConv<3, 2, 1, 2>, shape(2, 5, 4)>();
}

TEST_CASE("DepthwiseConv refuses what does not fit it") {
  static_assert(!trace<DepthwiseConv<3>>(shape(6)).fits);
  static_assert(!trace<DepthwiseConv<3, 1, 0, 1, 2>>(shape(1, 4, 5)).fits);
  static_assert(trace<DepthwiseConv<3, 1, Same, 3, 2>>(shape(2, 8, 7)).out == shape(6, 8, 7));
}
