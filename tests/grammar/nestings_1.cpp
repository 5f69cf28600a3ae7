// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("stacks and bags take every form as their member") {
  CHECK(nestings::fitted_with_labels<3, 6>() >= 3 * 10 - 1);
}
