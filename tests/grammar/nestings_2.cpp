// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("replicas and chains take every form as their member") {
  CHECK(nestings::fitted_with_labels<6, 9>() >= 3 * 10);
}
