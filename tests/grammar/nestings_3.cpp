// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("what finishes a form, and whatever was added to the list, takes every form as its member") {
  CHECK(nestings::fitted_with_labels<9, every_form::count>() >= 1 * 10);
}
