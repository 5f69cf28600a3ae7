// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("fused chains and what relabels take the crossed forms as their member") {
  CHECK(nestings::fitted_with_labels<14, 18>() == int{4 * nestings::crossed});
}
