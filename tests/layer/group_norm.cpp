// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("GroupNorm gives PyTorch's numbers for vectors, images and sequences") {
  check_reference<GroupNorm<2>, shape(6)>(reference::group_norm_2_1_y, reference::group_norm_2_1_dx,
                                          reference::group_norm_2_1_dw);
  check_reference<GroupNorm<2>, shape(4, 3, 3)>(reference::group_norm_2_3_y, reference::group_norm_2_3_dx,
                                                reference::group_norm_2_3_dw);
  check_reference<GroupNorm<5>, shape(5, 2, 3)>(reference::group_norm_5_3_y, reference::group_norm_5_3_dx,
                                                reference::group_norm_5_3_dw);
  check_reference<GroupNorm<1>, shape(3, 5, 2)>(reference::group_norm_1_3_y, reference::group_norm_1_3_dx,
                                                reference::group_norm_1_3_dw);
  check_reference<GroupNorm<2>, steps(5, 6)>(reference::group_norm_steps_2_y, reference::group_norm_steps_2_dx,
                                             reference::group_norm_steps_2_dw);
}

TEST_CASE("GroupNorm has the gradient that finite differences see") {
  check_layer<GroupNorm<3>, shape(6, 3, 2)>();
  check_layer<GroupNorm<2>, steps(5, 4)>();
  check_layer<GroupNorm<3>, shape(18)>();
}

TEST_CASE("GroupNorm refuses channels that do not fall into its groups") {
  static_assert(!trace<GroupNorm<4>>(shape(6, 8, 8)).fits);
  static_assert(!trace<GroupNorm<4>>(steps(8, 6)).fits);
  static_assert(trace<GroupNorm<4>>(steps(6, 8)).fits);
  static_assert(trace<GroupNorm<4>>(shape(Dynamic, 8, 8)).fits);
}
