// SPDX-License-Identifier: Apache-2.0
#include "adjoint.hpp"

#include <tutti/kernel/enlarge.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("the nearest pixel is repeated, and the adjoint adds up", T, float, double) {
  const UpsampleShape s{1, 1, 2, 2, false};
  const T x[] = {1, 2};
  T y[8], back[2];
  upsample(s, x, y);
  const T wanted[] = {1, 1, 2, 2, 1, 1, 2, 2};
  CHECK(std::equal(y, y + 8, wanted));
  upsample_backward(s, y, back);
  CHECK(back[0] == 4);
  CHECK(back[1] == 8);
}

TEST_CASE_TEMPLATE("between pixels lie a quarter and three quarters of them", T, float, double) {
  const UpsampleShape s{1, 2, 2, 2, true};
  const T x[] = {0, 4, 8, 12};
  T y[16];
  upsample(s, x, y);
  const T wanted[] = {0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12};
  CHECK(std::equal(y, y + 16, wanted));
}

TEST_CASE_TEMPLATE("upsampling and its adjoint belong together", T, float, double) {
  for (const int scale : {1, 2, 3})
    for (const bool bilinear : {false, true})
      check_adjoint<T>(UpsampleShape{2, 3, 5, scale, bilinear}, upsample<T>, upsample_backward<T>);
}
