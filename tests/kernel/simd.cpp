// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/simd.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("a part of a register is loaded and stored without touching what lies behind it", T, float,
                   double) {
  const auto x = numbers::fractions<T>(lanes<T>, 1);
  for (std::ptrdiff_t n = 0; n < lanes<T>; ++n) {
    const std::vector<T> exact(x.begin(), x.begin() + n);  // a read behind its end is a sanitizer's error
    std::vector<T> whole(x.size()), wanted(x.size(), T(5)), part(static_cast<std::size_t>(n));
    std::copy(exact.begin(), exact.end(), wanted.begin());
    const Batch<T> v = load_part<T>(exact.data(), n, T(5));
    store<T>(v, whole.data());
    store_part<T>(v, part.data(), n);
    CHECK(whole == wanted);
    CHECK(part == exact);
  }
}

TEST_CASE_TEMPLATE(
    "transform gives every element the same bits, in a register or in the tail, in place or not", T, float,
    double) {
  const auto f = [](const Batch<T>& u, const Batch<T>& v) { return multiply_add<T>(u, v, u); };
  for (std::ptrdiff_t n = 0; n <= 3 * lanes<T> + 1; ++n) {
    const auto u = numbers::fractions<T>(n + 1, 1), v = numbers::fractions<T>(n + 1, 2);
    std::vector<T> y(u.size(), T(8)), one(u.size(), T(8)), self = u;
    transform<T>(n, y.data() + 1, f, u.data() + 1, v.data() + 1);
    for (std::ptrdiff_t i = 1; i <= n; ++i) transform<T>(1, one.data() + i, f, u.data() + i, v.data() + i);
    transform<T>(n, self.data() + 1, f, self.data() + 1, v.data() + 1);
    self[0] = T(8);
    CHECK(y == one);
    CHECK(self == y);
  }
}

TEST_CASE_TEMPLATE("lane_sum and lane_max see every lane", T, float, double) {
  for (std::ptrdiff_t i = 0; i < lanes<T>; ++i) {
    std::vector<T> x(static_cast<std::size_t>(lanes<T>), T(-2));
    x[static_cast<std::size_t>(i)] = T(40);
    CHECK(lane_sum<T>(load<T>(x.data())) == T(40 - 2 * (lanes<T> - 1)));
    CHECK(lane_max<T>(load<T>(x.data())) == T(40));
  }
}

TEST_CASE_TEMPLATE("the upper half of a register stands twice", T, float, double) {
  constexpr std::ptrdiff_t n = lanes<T>;
  T x[static_cast<std::size_t>(n)], y[static_cast<std::size_t>(n)];
  for (std::ptrdiff_t i = 0; i < n; ++i) x[i] = T(i);
  store<T>(upper(load<T>(x)), y);
  for (std::ptrdiff_t i = 0; i < n; ++i) CHECK(y[i] == T(n / 2 + i % (n / 2)));
}

TEST_CASE_TEMPLATE("the first lanes of a register are kept, the others are zeros", T, float, double) {
  const auto x = numbers::fractions<T>(lanes<T>, 1);
  for (std::ptrdiff_t n = 0; n <= lanes<T>; ++n) {
    std::vector<T> got(x.size()), wanted = x;
    std::fill(wanted.begin() + n, wanted.end(), T(0));
    store<T>(first_lanes<T>(load<T>(x.data()), n), got.data());
    CHECK(got == wanted);
    const std::vector<T> exact(x.begin(), x.begin() + n);
    std::vector<T> copy(exact.size());
    store_count<T>(load_count<T>(exact.data(), n), copy.data(), n);
    CHECK(copy == exact);
  }
}
