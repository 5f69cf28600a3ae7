// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("what boosts a classifier or makes one of many classes out of it takes every form as its member") {
  CHECK(nestings::fitted_with_labels<15, 18>() >= 3 * 10);
}
