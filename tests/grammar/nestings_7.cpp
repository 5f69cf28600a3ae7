// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("what declines to answer or follows a stream, and whatever was added to the list, takes every form as its member") {
  CHECK(nestings::fitted_with_labels<21, every_form::count>() >= 3 * 10);
}
