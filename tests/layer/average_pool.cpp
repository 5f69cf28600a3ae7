// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("AveragePool gives PyTorch's numbers for windows that overlap, leave out and reach into the padding") {
  check_reference<AveragePool<2>, shape(2, 5, 7)>(reference::average_pool_2_y, reference::average_pool_2_dx);
  check_reference<AveragePool<3, 2, 1>, shape(2, 5, 6)>(reference::average_pool_3_2_1_y, reference::average_pool_3_2_1_dx);
  check_reference<AveragePool<3, 1, 1>, shape(1, 4, 5)>(reference::average_pool_3_1_1_y, reference::average_pool_3_1_1_dx);
}

TEST_CASE("AveragePool1D gives PyTorch's numbers along the steps of a sequence") {
  check_reference<AveragePool1D<3, 2, 1>, steps(7, 3)>(reference::average_pool_steps_3_2_1_y,
                                                  reference::average_pool_steps_3_2_1_dx);
}

TEST_CASE("AveragePool has the gradient that finite differences see") {
  check_layer<AveragePool<3, 2, 1>, shape(2, 5, 6)>();
  check_layer<AveragePool1D<2>, steps(5, 3)>();
}

TEST_CASE("AveragePool refuses what has no window, and a padding that a window may drown in") {
  static_assert(!trace<AveragePool<3>>(shape(2, 2, 5)).fits);
  static_assert(!trace<AveragePool<3>>(shape(6)).fits);
  static_assert(!trace<AveragePool<3, 1, 2>>(shape(2, 5, 5)).fits);
  static_assert(!trace<AveragePool1D<3>>(steps(2, 5)).fits);
  static_assert(trace<AveragePool<3, 1, 1>>(shape(2, 1, 1)).out == shape(2, 1, 1));
  static_assert(trace<AveragePool1D<3>>(steps(7, 5)).out == steps(2, 5));
}
