// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/vector.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE(
    "four dots and four scaled rows agree with plain loops at every length up to three registers", T, float,
    double) {
  constexpr std::ptrdiff_t stride = 50;
  std::vector<T> a(stride), x(4 * stride);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = T(static_cast<int>(i % 5) - 2);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = T(static_cast<int>(i % 7) - 3);
  const T s[4] = {1, -2, 3, 0.5};
  for (std::ptrdiff_t n = 0; n <= 3 * lanes<T> && n < stride; ++n) {
    CAPTURE(n);
    T out[4] = {9, 9, 9, 9};
    four_dots(n, a.data(), x.data(), stride, out);
    for (std::ptrdiff_t r = 0; r < 4; ++r) {
      T expected = 0;
      for (std::ptrdiff_t i = 0; i < n; ++i)
        expected += a[static_cast<std::size_t>(i)] * x[static_cast<std::size_t>(r * stride + i)];
      CHECK(out[r] == expected);
    }
    std::vector<T> y(a);
    add_four_scaled(n, s, x.data(), stride, y.data());
    for (std::ptrdiff_t i = 0; i < stride; ++i) {
      T expected = a[static_cast<std::size_t>(i)];
      for (std::ptrdiff_t r = 0; r < 4 && i < n; ++r)
        expected += s[r] * x[static_cast<std::size_t>(r * stride + i)];
      CHECK(y[static_cast<std::size_t>(i)] == expected);
    }
  }
}
