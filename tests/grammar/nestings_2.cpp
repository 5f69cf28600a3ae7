// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("stacks of one member and bags take every form as their member, but for weights in front of a stack") {
  CHECK(nestings::fitted_with_labels<4, 6>() == int{2 * every_form::count - 2});
}
