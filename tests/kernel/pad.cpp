// SPDX-License-Identifier: Apache-2.0
#include "adjoint.hpp"

#include <tutti/kernel/pad.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("padding puts zeros around every plane, and its adjoint takes them away", T, float, double) {
  const PadShape s{2, 1, 2, 1, 0, 0, 2};
  const T x[] = {1, 2, 3, 4};
  T y[16], back[4];
  pad(s, x, y);
  const T wanted[] = {0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4};
  CHECK(std::equal(y, y + 16, wanted));
  pad_backward(s, y, back);
  CHECK(std::equal(back, back + 4, x));
  check_adjoint<T>(PadShape{3, 4, 5, 1, 2, 3, 4}, pad<T>, pad_backward<T>);
}
