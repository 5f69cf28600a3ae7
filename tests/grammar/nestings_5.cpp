// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("calibration, learnt weights, selection and blends take the crossed forms as their member, but for weights in front of a blend") {
  CHECK(nestings::fitted_with_labels<10, 14>() == int{4 * nestings::crossed - 1});
}
