// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("chains behind an estimator and finishing steps take every form as their member") {
  CHECK(nestings::fitted_with_labels<8, 10>() == int{2 * every_form::count});
}
