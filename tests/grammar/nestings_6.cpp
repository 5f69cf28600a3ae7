// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("selectors and exits take every form as their member") {
  CHECK(nestings::fitted_with_labels<18, 21>() >= 3 * 10);
}
