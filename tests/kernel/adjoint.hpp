// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "numbers.hpp"

#include <doctest/doctest.h>

#include <cmath>

/// <forward(x), y> and <x, backward(y)>, which are the same if backward is the adjoint.
template <class T, class Shape, class Forward, class Backward>
void check_adjoint(const Shape& s, Forward forward, Backward backward) {
  const auto x = numbers::whole<T>(s.input_size(), 1), dy = numbers::whole<T>(s.output_size(), 2);
  std::vector<T> y(dy.size(), T(9)), dx(x.size(), T(9));
  forward(s, x.data(), y.data());
  backward(s, dy.data(), dx.data());
  double there = 0, back = 0, size = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    there += static_cast<double>(y[i]) * static_cast<double>(dy[i]);
    size += std::abs(static_cast<double>(y[i]) * static_cast<double>(dy[i]));
  }
  for (std::size_t i = 0; i < x.size(); ++i) back += static_cast<double>(x[i]) * static_cast<double>(dx[i]);
  CHECK(std::abs(there - back) <= 16 * static_cast<double>(std::numeric_limits<T>::epsilon()) * size);
}
