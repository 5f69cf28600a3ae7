// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/tridiagonal.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace tutti;

namespace {

Buffer<double> random_matrix(std::size_t n, double factor) {
  Random random(n);
  Buffer<double> A(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) A[i * n + j] = A[j * n + i] = factor * random.normal();
  return A;
}

}  // namespace

TEST_CASE("a symmetric matrix is scale Q T Q^T, and Q is orthogonal") {
  for (const double factor : {1.0, 1e200, 1e-200})
    for (const std::size_t n : {1u, 2u, 3u, 9u, 40u, 70u}) {
      const Buffer<double> A = random_matrix(n, factor);
      Tridiagonal t = tridiagonal(A, static_cast<std::ptrdiff_t>(n));
      REQUIRE(t.d.size() == n);
      const Buffer<double> Q = columns_of_turn(t);  // column after column
      double apart = 0, skew = 0;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
          double product = 0, angle = 0;
          for (std::size_t k = 0; k < n; ++k) {
            product += Q[k * n + i] * t.d[k] * Q[k * n + j];
            if (k + 1 < n) product += t.e[k] * (Q[k * n + i] * Q[(k + 1) * n + j] + Q[(k + 1) * n + i] * Q[k * n + j]);
            angle += Q[i * n + k] * Q[j * n + k];
          }
          apart = std::max(apart, std::abs(product - A[i * n + j] / t.scale));
          skew = std::max(skew, std::abs(angle - (i == j)));
        }
      CHECK(apart < 1e-14 * static_cast<double>(n + 4));
      CHECK(skew < 1e-14 * static_cast<double>(n + 4));
    }
}

TEST_CASE("a diagonal matrix stays as it is, and one that is not finite has no form") {
  Tridiagonal t = tridiagonal(Buffer<double>{2, 0, 0, 0, 1, 0, 0, 0, -4}, 3);
  CHECK(t.scale == 4);
  CHECK(t.d == Buffer<double>{0.5, 0.25, -1});
  CHECK(columns_of_turn(t) == Buffer<double>{1, 0, 0, 0, 1, 0, 0, 0, 1});
  CHECK(tridiagonal(Buffer<double>{1, std::numeric_limits<double>::infinity(), 0, 1}, 2).d.empty());
}
