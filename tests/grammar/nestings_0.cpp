// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("votes and averages take every form as their member") {
  CHECK(nestings::fitted_with_labels<0, 2>() == int{2 * every_form::count});
}
