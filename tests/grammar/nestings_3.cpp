// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("replicates and chains take every form as their member") {
  CHECK(nestings::fitted_with_labels<6, 8>() == int{2 * every_form::count});
}
