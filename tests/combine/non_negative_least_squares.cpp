// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/non_negative_least_squares.hpp>
#include <tutti/core/random.hpp>

#include "reference/weights.hpp"

using namespace tutti;

namespace {

constexpr std::size_t rows = 24, members = 5;

/// P^T W P and P^T W y, of the members or of their residuals.
struct Products {
  Buffer<double> G, q;
};
Products products(bool weighted, bool residuals) {
  Products p{Buffer<double>(members * members), Buffer<double>(members)};
  for (std::size_t i = 0; i < rows; ++i) {
    const double w = weighted ? static_cast<double>(reference::weights_rows[i]) : 1, y = static_cast<double>(reference::weights_y[i]);
    const auto at = [&](std::size_t m) { return static_cast<double>(reference::weights_members[i * members + m]) - (residuals ? y : 0); };
    for (std::size_t m = 0; m < members; ++m) {
      p.q[m] += w * at(m) * y;
      for (std::size_t n = 0; n < members; ++n) p.G[m * members + n] += w * at(m) * at(n);
    }
  }
  return p;
}
void expect(const Buffer<double>& got, const double (&expected)[members]) {
  REQUIRE(got.size() == members);
  for (std::size_t m = 0; m < members; ++m) CHECK(got[m] == doctest::Approx(expected[m]).epsilon(1e-10));
}
/// x >= 0, no slope above 0, none where x > 0: what a minimum is.
void expect_minimum(const Buffer<double>& G, const Buffer<double>& q, const Buffer<double>& x, double tolerance) {
  const std::size_t n = q.size();
  for (std::size_t j = 0; j < n; ++j) {
    double slope = q[j];
    for (std::size_t k = 0; k < n; ++k) slope -= G[j * n + k] * x[k];
    CHECK(x[j] >= 0);
    CHECK(slope <= tolerance);
    if (x[j] > 0) CHECK(slope >= -tolerance);
  }
}

}  // namespace

TEST_CASE("non-negative least squares agree with scipy") {
  const Products plain = products(false, false), weighted = products(true, false);
  expect(non_negative_least_squares(plain.G, plain.q), reference::weights_nnls);
  expect(non_negative_least_squares(weighted.G, weighted.q), reference::weights_nnls_weighted);
}

TEST_CASE("the best convex combination is the best of all supports") {
  expect(least_on_simplex(products(false, true).G, members), reference::weights_simplex);
  expect(least_on_simplex(products(true, true).G, members), reference::weights_simplex_weighted);
}

TEST_CASE("random problems of any rank end in a minimum") {
  Random random(3);
  for (int problem = 0; problem < 300; ++problem) {
    const std::size_t n = 1 + random.below(12), rank = 1 + random.below(14);
    Buffer<double> P(rank * n), G(n * n), q(n);
    for (double& v : P) v = random.normal() * (problem % 3 == 0 ? 1e4 : 1);
    for (std::size_t r = 0; r < rank; ++r) {
      const double y = random.normal();
      for (std::size_t j = 0; j < n; ++j) {
        q[j] += P[r * n + j] * y;
        for (std::size_t k = 0; k < n; ++k) G[j * n + k] += P[r * n + j] * P[r * n + k];
      }
    }
    double steepest = 0;
    for (const double v : q) steepest = std::max(steepest, std::abs(v));
    CAPTURE(problem);
    expect_minimum(G, q, non_negative_least_squares(G, q), 1e-7 * steepest);
  }
}

TEST_CASE("columns that are the same, or nothing but zeros, do no harm") {
  CHECK(non_negative_least_squares({1, 1, 1, 1}, {2, 2}) == Buffer<double>{2, 0});
  CHECK(non_negative_least_squares({0, 0, 0, 4}, {0, 2}) == Buffer<double>{0, 0.5});
  CHECK(non_negative_least_squares({1, 0, 0, 1}, {-1, -2}) == Buffer<double>{0, 0});
  CHECK(non_negative_least_squares({0.0}, {0.0}) == Buffer<double>{0.0});
  const Buffer<double> same = least_on_simplex({3, 3, 3, 3}, 2), perfect = least_on_simplex({0, 0, 0, 5}, 2);
  CHECK(same[0] + same[1] == doctest::Approx(1));
  CHECK(perfect[0] == doctest::Approx(1));
  const Buffer<double> all = least_on_simplex({0, 0, 0, 0}, 2);  // nobody errs: any combination does
  CHECK(all[0] + all[1] == doctest::Approx(1));
}
