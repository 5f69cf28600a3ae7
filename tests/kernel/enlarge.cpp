// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/enlarge.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {
/// <forward(x), y> and <x, backward(y)>, which are the same if backward is the adjoint.
template <class T, class Shape, class Forward, class Backward>
void check_adjoint(const Shape& s, Forward forward, Backward backward) {
  const auto x = numbers::whole<T>(s.input_size(), 1), dy = numbers::whole<T>(s.output_size(), 2);
  std::vector<T> y(dy.size(), T(9)), dx(x.size(), T(9));
  forward(s, x.data(), y.data());
  backward(s, dy.data(), dx.data());
  T there = 0, back = 0;
  for (std::size_t i = 0; i < y.size(); ++i) there += y[i] * dy[i];
  for (std::size_t i = 0; i < x.size(); ++i) back += x[i] * dx[i];
  CHECK(there == doctest::Approx(back).epsilon(1e-5));
}
}  // namespace

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
