// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("what finishes a form, calibrates it or learns its weights takes every form as its member") {
  CHECK(nestings::fitted_with_labels<9, 12>() >= 3 * 10);
}
