// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti::kernel;

namespace {

/// Every length up to two rounds of the widest loop, and some around the blocks of 1024.
template <class T> std::vector<std::ptrdiff_t> lengths() {
  std::vector<std::ptrdiff_t> all;
  for (std::ptrdiff_t n = 0; n <= 8 * lanes<T> + 1; ++n) all.push_back(n);
  all.insert(all.end(), {1023, 1024, 1025, 2049, 5000});
  return all;
}

}  // namespace

TEST_CASE_TEMPLATE("sum, sum_of_products and sum_of_squares agree with the reference at every length", T,
                   float, double) {
  for (const std::ptrdiff_t n : lengths<T>()) {
    CAPTURE(n);
    const auto x = numbers::whole<T>(n + 1, 1), y = numbers::whole<T>(n + 1, 2);
    CHECK(sum(n, x.data() + 1) == reference::sum(n, x.data() + 1));
    CHECK(sum_of_products(n, x.data() + 1, y.data()) == reference::dot(n, x.data() + 1, y.data()));
    CHECK(sum_of_squares(n, x.data() + 1) == reference::dot(n, x.data() + 1, x.data() + 1));
  }
}

TEST_CASE_TEMPLATE("a long sum keeps the accuracy of a short one", T, float, double) {
  constexpr std::ptrdiff_t n = 300'000;
  std::vector<T> x(n, T(0.1));
  const double exact = static_cast<double>(T(0.1)) * n;
  CHECK(std::abs(sum(n, x.data()) - exact) <
        256 * static_cast<double>(std::numeric_limits<T>::epsilon()) * exact);
}

TEST_CASE_TEMPLATE("axpy and scale agree with their formulas at every length", T, float, double) {
  for (const std::ptrdiff_t n : lengths<T>()) {
    CAPTURE(n);
    const auto x = numbers::whole<T>(n + 2, 3);
    auto y = numbers::whole<T>(n + 2, 4), wanted = y;
    for (std::ptrdiff_t i = 1; i <= n; ++i)
      wanted[static_cast<std::size_t>(i)] += 3 * x[static_cast<std::size_t>(i)];
    axpy(n, T(3), x.data() + 1, y.data() + 1);
    CHECK(y == wanted);
    for (std::ptrdiff_t i = 1; i <= n; ++i) wanted[static_cast<std::size_t>(i)] *= 5;
    scale(n, T(5), y.data() + 1);
    CHECK(y == wanted);
  }
}

TEST_CASE_TEMPLATE("max and argmax find the first largest number wherever it stands", T, float, double) {
  for (std::ptrdiff_t n = 1; n <= 4 * lanes<T> + 1; ++n)
    for (std::ptrdiff_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), T(-7));
      x[static_cast<std::size_t>(at)] = x.back() = T(-3);
      CHECK(max(n, x.data()) == T(-3));
      CHECK(argmax(n, x.data()) == at);
    }
}

TEST_CASE_TEMPLATE("max and argmax report a NaN, infinities and an empty list", T, float, double) {
  for (std::ptrdiff_t n = 1; n <= 2 * lanes<T> + 1; ++n)
    for (std::ptrdiff_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), numbers::infinity<T>);
      x[static_cast<std::size_t>(at)] = numbers::nan<T>;
      CHECK(std::isnan(max(n, x.data())));
      CHECK(argmax(n, x.data()) == at);
    }
  const std::vector<T> low(20, -numbers::infinity<T>);
  CHECK(max(20, low.data()) == -numbers::infinity<T>);
  CHECK(argmax(20, low.data()) == 0);
  CHECK(max(0, low.data()) == -numbers::infinity<T>);
  CHECK(argmax(0, low.data()) == -1);
}

TEST_CASE_TEMPLATE("denormal numbers are added and compared, not taken for zeros", T, float, double) {
  const T denormal = std::numeric_limits<T>::denorm_min();
  for (const std::ptrdiff_t n : lengths<T>()) {
    const std::vector<T> x(static_cast<std::size_t>(n + 1), denormal);
    CHECK(sum(n, x.data() + 1) == static_cast<double>(denormal) * static_cast<double>(n));
    if (n > 0) CHECK(max(n, x.data() + 1) == denormal);
  }
  std::vector<T> two{0, denormal, -denormal};
  CHECK(argmax(3, two.data()) == 1);
  axpy(3, T(2), two.data(), two.data());
  CHECK(two == std::vector<T>{0, 3 * denormal, -3 * denormal});
}

TEST_CASE_TEMPLATE("a NaN or an infinity reaches the sum wherever it stands", T, float, double) {
  for (std::ptrdiff_t n = 1; n <= 5 * lanes<T> + 1; ++n)
    for (std::ptrdiff_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), T(1));
      x[static_cast<std::size_t>(at)] = numbers::infinity<T>;
      std::ptrdiff_t wrong = sum(n, x.data()) != numbers::infinity<double>;
      x[static_cast<std::size_t>(at)] = numbers::nan<T>;
      wrong += !std::isnan(sum(n, x.data()));
      CHECK(wrong == 0);
    }
}
