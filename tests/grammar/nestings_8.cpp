// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("what follows a stream, and whatever was added to the list, takes the crossed forms as its member") {
  CHECK(nestings::fitted_with_labels<22, every_form::count>() == int{(every_form::count - 22) * nestings::crossed});
}
