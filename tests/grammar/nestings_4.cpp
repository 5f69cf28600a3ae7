// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("greedy selections, blends and chains behind a Fuse take every form as their member") {
  CHECK(nestings::fitted_with_labels<12, 15>() >= 3 * 10 - 1);
}
