// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("global pools give PyTorch's numbers for images and sequences") {
  check_reference<GlobalAveragePool, shape(3, 4, 5)>(reference::global_average_pool_y,
                                                     reference::global_average_pool_dx);
  check_reference<GlobalMaxPool, shape(3, 4, 5)>(reference::global_max_pool_y, reference::global_max_pool_dx);
  check_reference<GlobalAveragePool, steps(5, 3)>(reference::global_average_pool_steps_y,
                                                  reference::global_average_pool_steps_dx);
  check_reference<GlobalMaxPool, steps(5, 3)>(reference::global_max_pool_steps_y,
                                              reference::global_max_pool_steps_dx);
}

TEST_CASE("global pools have the gradient that finite differences see") {
  check_layer<GlobalAveragePool, shape(2, 3, 3)>();
  check_layer<GlobalMaxPool, shape(2, 3, 3)>();
}

TEST_CASE("global pools refuse a vector") {
  static_assert(!trace<GlobalAveragePool>(shape(6)).fits);
  static_assert(!trace<GlobalMaxPool>(shape(6)).fits);
}
