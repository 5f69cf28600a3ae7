// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/gram.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("add_gram adds P^T P to the panels on and right of the diagonal and leaves the rest alone",
                   T, float, double) {
  for (const std::ptrdiff_t depth : {1, 2, 7, 32})
    for (const std::ptrdiff_t n : {1, 3, 4, 8, 9, 17, 33})
      for (const T sign : {T(1), T(-1)}) {
        CAPTURE(depth);
        CAPTURE(n);
        const std::ptrdiff_t stride = gram_stride<T>(n), panel = gram_panel<T>;
        std::vector<T> p(static_cast<std::size_t>(depth * stride)),
            c(static_cast<std::size_t>(stride * stride), T(5));
        const auto value = [](std::ptrdiff_t k, std::ptrdiff_t j) {
          return T((k * 7 + j * 3) % 11 - 5);
        };  // exact sums
        for (std::ptrdiff_t k = 0; k < depth; ++k)
          for (std::ptrdiff_t j = 0; j < n; ++j)
            p[static_cast<std::size_t>(gram_place<T>(depth, k, j))] = value(k, j);
        std::vector<T> expected(static_cast<std::size_t>(n * n));
        reference::gemm(
            n, n, depth, [&](std::ptrdiff_t i, std::ptrdiff_t k) { return value(k, i); },
            [&](std::ptrdiff_t k, std::ptrdiff_t j) { return value(k, j); }, expected.data(), n, false);

        const std::ptrdiff_t panels = stride / panel, middle = panels / 2;  // in two parts, the later first
        add_gram(depth, n, p.data(), sign, c.data(), stride, middle, panels);
        add_gram(depth, n, p.data(), sign, c.data(), stride, std::ptrdiff_t{0}, middle);
        for (std::ptrdiff_t i = 0; i < stride; ++i)
          for (std::ptrdiff_t j = 0; j < stride; ++j) {
            const bool added = j / panel >= i / panel && i < n && j < n;
            const T sum = added ? T(5) + sign * expected[static_cast<std::size_t>(i * n + j)] : T(5);
            REQUIRE(c[static_cast<std::size_t>(i * stride + j)] == sum);
          }
      }
}

TEST_CASE("every element has its own place in a packed matrix") {
  std::vector<int> seen(static_cast<std::size_t>(5 * gram_stride<double>(19)), 0);
  for (std::ptrdiff_t k = 0; k < 5; ++k)
    for (std::ptrdiff_t j = 0; j < 19; ++j) ++seen.at(static_cast<std::size_t>(gram_place<double>(5, k, j)));
  int once = 0;
  for (const int n : seen) once += n == 1 ? 1 : 100 * n;
  CHECK(once == 5 * 19);
}
