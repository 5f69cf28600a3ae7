// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "numbers.hpp"

#include <doctest/doctest.h>

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
