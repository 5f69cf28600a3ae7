// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/solve.hpp>

#include <Eigen/Cholesky>
#include <doctest/doctest.h>

#include <cmath>

using tutti::SymmetricSystem;

namespace {

/// A well-conditioned system whose numbers follow from the indices.
SymmetricSystem system(std::ptrdiff_t n, std::ptrdiff_t right_sides) {
  SymmetricSystem s(n, right_sides);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    for (std::ptrdiff_t j = i; j < n; ++j)
      s(i, j) = std::cos(static_cast<double>(i * j + i + j)) + (i == j ? static_cast<double>(n) : 0);
    for (std::ptrdiff_t c = 0; c < right_sides; ++c) s(i, n + c) = std::sin(static_cast<double>(3 * i + c));
  }
  return s;
}

}  // namespace

TEST_CASE("a symmetric system of any size is solved as Eigen solves it") {
  for (const std::ptrdiff_t n : {1, 2, 7, 8, 31, 32, 33, 64, 65, 130, 300})
    for (const std::ptrdiff_t k : {1, 3}) {
      CAPTURE(n);
      CAPTURE(k);
      SymmetricSystem s = system(n, k);
      Eigen::MatrixXd A(n, n), B(n, k);
      for (std::ptrdiff_t i = 0; i < n; ++i) {
        for (std::ptrdiff_t j = i; j < n; ++j) A(i, j) = A(j, i) = s(i, j);
        for (std::ptrdiff_t c = 0; c < k; ++c) B(i, c) = s(i, n + c);
      }
      const Eigen::MatrixXd expected = A.llt().solve(B);
      REQUIRE(tutti::factorise(s) == n);
      const auto x = tutti::substitute(s);
      double worst = 0;
      for (std::ptrdiff_t c = 0; c < k; ++c)
        for (std::ptrdiff_t i = 0; i < n; ++i)
          worst = std::max(worst, std::abs(x[static_cast<std::size_t>(c * n + i)] - expected(i, c)));
      CHECK(worst < 1e-13);  // condition number below 10, solutions below 1
    }
}

TEST_CASE("an equation that depends on those before it is named") {
  for (const std::ptrdiff_t n : {2, 40, 70}) {
    SymmetricSystem s = system(n, 1);
    const std::ptrdiff_t twin = n - 1, original = n / 2 - 1;
    for (std::ptrdiff_t i = 0; i < twin; ++i) s(i, twin) = i <= original ? s(i, original) : s(original, i);
    s(twin, twin) = s(original, original);
    CHECK(tutti::factorise(s) == twin);
  }
}

TEST_CASE("a matrix that is indefinite, zero or not a number has no factors") {
  for (const double corner : {-1.0, 0.0, std::nan(""), HUGE_VAL}) {
    SymmetricSystem s = system(5, 1);
    s(3, 3) = corner;
    CHECK(tutti::factorise(s) == 3);
  }
}

TEST_CASE("with a least pivot a singular system is solved") {
  SymmetricSystem s(2, 1);  // 1e16 (1, 1; 1, 1) + 1: the sum has lost the 1
  s(0, 0) = s(0, 1) = s(1, 1) = 1e16;
  s(0, 2) = s(1, 2) = 4e16;
  REQUIRE(tutti::factorise(s, 1.0) == 2);
  const auto x = tutti::substitute(s);
  CHECK(x[0] + x[1] == doctest::Approx(4));
}

TEST_CASE("a system is solved with the same bits on 1, 2 and 7 threads") {
  const auto solve = [](int threads) {
    return tutti::parallel::with_threads(threads, [] {
      SymmetricSystem s = system(300, 2);
      tutti::factorise(s);
      return tutti::substitute(s);
    });
  };
  const auto one = solve(1);
  CHECK(one == solve(2));
  CHECK(one == solve(7));
}
