// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("MaxPool gives PyTorch's numbers for windows that overlap, leave out and reach into the padding") {
  check_reference<MaxPool<2>, shape(2, 5, 7)>(reference::max_pool_2_y, reference::max_pool_2_dx);
  check_reference<MaxPool<3, 2, 1>, shape(2, 5, 6)>(reference::max_pool_3_2_1_y, reference::max_pool_3_2_1_dx);
  check_reference<MaxPool<3, 1, 1>, shape(1, 4, 5)>(reference::max_pool_3_1_1_y, reference::max_pool_3_1_1_dx);
}

TEST_CASE("MaxPool1D gives PyTorch's numbers along the steps of a sequence") {
  check_reference<MaxPool1D<3, 2, 1>, steps(7, 3)>(reference::max_pool_steps_3_2_1_y,
                                                  reference::max_pool_steps_3_2_1_dx);
}

TEST_CASE("MaxPool has the gradient that finite differences see") {
  check_layer<MaxPool<3, 2, 1>, shape(2, 5, 6)>();
  check_layer<MaxPool1D<2>, steps(5, 3)>();
}

TEST_CASE("MaxPool refuses what has no window, and a padding that a window may drown in") {
  static_assert(!trace<MaxPool<3>>(shape(2, 2, 5)).fits);
  static_assert(!trace<MaxPool<3>>(shape(6)).fits);
  static_assert(!trace<MaxPool<3, 1, 2>>(shape(2, 5, 5)).fits);
  static_assert(!trace<MaxPool1D<3>>(steps(2, 5)).fits);
  static_assert(trace<MaxPool<3, 1, 1>>(shape(2, 1, 1)).out == shape(2, 1, 1));
  static_assert(trace<MaxPool1D<3>>(steps(7, 5)).out == steps(2, 5));
}
