// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("averages with weights and stacks take every form as their member") {
  CHECK(nestings::fitted_with_labels<2, 4>() == int{2 * every_form::count});
}
