// SPDX-License-Identifier: Apache-2.0
#include "adjoint.hpp"

#include <tutti/kernel/enlarge.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>

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

TEST_CASE_TEMPLATE("upsampling is its formula at every width, and its adjoint belongs to it", T, float, double) {
  for (const int scale : {1, 2, 3, 4})
    for (const bool bilinear : {false, true})
      for (int width = 1; width <= 2 * static_cast<int>(lanes<T>) + 3; ++width) {
        const UpsampleShape s{2, 3, width, scale, bilinear};
        check_adjoint<T>(s, upsample<T>, upsample_backward<T>);
        const auto x = numbers::fractions<T>(s.input_size() + 1, 1);
        std::vector<T> y(static_cast<std::size_t>(s.output_size() + 1), T(9));
        std::vector<double> wanted{9};
        reference::each_upsampled(s, [&](const std::ptrdiff_t (&at)[4], const double (&w)[4]) {
          double sum = 0;
          for (std::size_t k = 0; k < 4; ++k) sum += w[k] * static_cast<double>(x[static_cast<std::size_t>(1 + at[k])]);
          wanted.push_back(sum);
        });
        upsample(s, x.data() + 1, y.data() + 1);
        CAPTURE(scale);
        CAPTURE(width);
        CHECK(numbers::distance(y, wanted) < 8 * static_cast<double>(std::numeric_limits<T>::epsilon()));
      }
}

TEST_CASE_TEMPLATE("a NaN and an infinity reach the pixels that are made of them, and no others", T, float, double) {
  std::vector<T> x(40, T(1)), y(320);
  x[5] = numbers::nan<T>;
  x[30] = numbers::infinity<T>;
  upsample(UpsampleShape{1, 1, 40, 2, false}, x.data(), y.data());
  for (std::size_t i = 0; i < 80; ++i) CHECK(!(std::abs(y[i]) < numbers::infinity<T>) == (i / 2 == 5 || i / 2 == 30));
  upsample(UpsampleShape{1, 1, 40, 2, true}, x.data(), y.data());
  for (const std::size_t i : {std::size_t{0}, std::size_t{8}, std::size_t{13}, std::size_t{58}, std::size_t{63}}) CHECK(y[i] == T(1));
  for (const std::size_t i : {std::size_t{9}, std::size_t{10}, std::size_t{11}, std::size_t{12}}) CHECK(y[i] != y[i]);
}
