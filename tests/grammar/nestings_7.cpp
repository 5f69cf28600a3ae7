// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("selectors, exits and what declines to answer take the crossed forms as their member") {
  CHECK(nestings::fitted_with_labels<18, 22>() == int{4 * nestings::crossed});
}
