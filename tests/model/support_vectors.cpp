// SPDX-License-Identifier: Apache-2.0
#include "../reference/svm.hpp"
#include "linear_data.hpp"

#include <tutti/model/support_vectors.hpp>

#include <doctest/doctest.h>

using namespace linear;

TEST_CASE("pairwise coupling solves the conditions of its minimum") {
  double r[16], p[4];
  std::copy(std::begin(reference::couple_r), std::end(reference::couple_r), r);
  detail::couple(r, 4, p);
  for (int k = 0; k < 4; ++k) CHECK(p[k] == doctest::Approx(reference::couple_p[k]).epsilon(1e-9));
}

TEST_CASE("probabilities that agree are found again, two classes and extremes too") {
  const double truth[] = {0.5, 0.2, 0.2, 0.1};
  for (const int n : {2, 3, 4}) {
    double r[16], p[4], all = 0;
    for (int a = 0; a < n; ++a) all += truth[a];
    for (int a = 0; a < n; ++a)
      for (int b = 0; b < n; ++b) r[a * n + b] = truth[a] / (truth[a] + truth[b]);
    detail::couple(r, n, p);
    for (int a = 0; a < n; ++a) CHECK(p[a] == doctest::Approx(truth[a] / all).epsilon(1e-9));
  }
  double r[4] = {0, 1 - 1e-7, 1e-7, 0}, p[2];
  detail::couple(r, 2, p);
  CHECK(p[0] == doctest::Approx(1 - 1e-7).epsilon(1e-12));
  CHECK(p[1] == doctest::Approx(1e-7).epsilon(1e-6));
}

TEST_CASE("shares follow the votes, confidence breaks ties, and two classes have the logistic function") {
  double p[3];
  const double two[] = {2.0};
  detail::shares_of_decisions(two, 2, p);
  CHECK(p[0] == doctest::Approx(1 / (1 + std::exp(-2.0))));
  CHECK(p[0] + p[1] == doctest::Approx(1));
  const double circle[] = {1.0, -3.0, 0.5};  // 0 beats 1, 2 beats 0, 1 beats 2: sums -2, -0.5, 2.5
  detail::shares_of_decisions(circle, 3, p);
  CHECK((p[2] > p[1] && p[1] > p[0]));
  const double votes[] = {0.1, 0.1, -9.0};  // two votes for 0, however sure 2 is
  detail::shares_of_decisions(votes, 3, p);
  CHECK((p[0] > p[2] && p[2] > p[1]));
}

TEST_CASE("decisions are sums over the support vectors of both classes, whatever the number of rows at once") {
  SupportVectors s;
  s.kernel = svm::Linear{};
  s.begin = {0, 1, 1, 3};  // the second class supports nothing
  s.rows = KernelRows(2, 3);
  s.offset = {0.5, -0.25, 0.125};
  s.coefficients.resize(3 * 2 * 64);
  const auto x = noise("support", 3 * 64 * 2), b = noise("coefficients", 3 * 2 * 64), at = noise("at", 5 * 2);
  for (std::ptrdiff_t t = 0; t < 3 * 64; ++t) s.rows.set(t, x.data() + 2 * t);
  for (std::size_t i = 0; i < b.size(); ++i) s.coefficients[i] = static_cast<double>(b[i]);
  s.loaded();
  double sums[5 * 6], decisions[15], alone[3];
  s.decide(at.data(), 5, sums, decisions);
  for (std::size_t i = 0; i < 5; ++i) {
    double expected[3] = {0.5, -0.25, 0.125};
    for (std::size_t t = 0; t < 3 * 64; ++t) {
      const double k = static_cast<double>(at[2 * i]) * static_cast<double>(x[2 * t]) +
                       static_cast<double>(at[2 * i + 1]) * static_cast<double>(x[2 * t + 1]);
      const std::size_t block = t / 64;
      const auto factor = [&](std::size_t other) { return s.coefficients[(block * 2 + other) * 64 + t % 64]; };
      if (block == 0) expected[0] += factor(0) * k, expected[1] += factor(1) * k;  // class 0 against 1 and 2
      else expected[1] += factor(0) * k, expected[2] += factor(1) * k;             // class 2 against 0 and 1
    }
    s.decide(at.data() + 2 * i, 1, sums, alone);
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(decisions[3 * i + k] == doctest::Approx(expected[k]).epsilon(1e-5));
      CHECK(alone[k] == decisions[3 * i + k]);
    }
  }
}
