// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/mixture_weights.hpp>
#include <tutti/core/random.hpp>

#include "reference/weights.hpp"

using namespace tutti;

namespace {

MixtureWeights likeliest(const Buffer<double>& q, std::size_t parts, const Buffer<double>& weight) {
  return likeliest_mixture({q.data(), std::ssize(weight), static_cast<std::ptrdiff_t>(parts)}, {weight.data(), weight.size()});
}

}  // namespace

TEST_CASE("the likeliest mixture is where expectation-maximisation ends") {
  Buffer<double> q, plain(40, 1.0), weight;
  for (const float v : reference::mixture_chances) q.push_back(static_cast<double>(v));
  for (const float v : reference::mixture_rows) weight.push_back(static_cast<double>(v));
  const MixtureWeights of_plain = likeliest(q, 4, plain), of_weighted = likeliest(q, 4, weight);
  CHECK(of_plain.steps < 20);
  for (std::size_t m = 0; m < 4; ++m) {
    CHECK(of_plain.weights[m] == doctest::Approx(reference::mixture_weights[m]).epsilon(1e-6));
    CHECK(of_weighted.weights[m] == doctest::Approx(reference::mixture_weights_weighted[m]).epsilon(1e-6));
  }
}

TEST_CASE("two parts that are right on unlike rows share as the rows do") {
  // a share s of the rows has chances (1, e), the others (e, 1). With w for the first, the slopes balance where
  // s / (w (1 - e) + e) = (1 - s) / (1 - w (1 - e)), which is w = (s - e (1 - s)) / (1 - e)
  const double e = 0.25, s = 0.75, w = (s - e * (1 - s)) / (1 - e);
  const MixtureWeights m = likeliest({1, e, 1, e, 1, e, e, 1}, 2, {1, 1, 1, 1});
  CHECK(m.weights[0] == doctest::Approx(w).epsilon(1e-6));
}

TEST_CASE("every random problem ends within 1e-8 nats of the best") {
  Random random(5);
  for (int problem = 0; problem < 200; ++problem) {
    const std::size_t parts = 1 + random.below(10), rows = 1 + random.below(60);
    Buffer<double> q, weight;
    for (std::size_t i = 0; i < rows; ++i) {
      weight.push_back(1 + random.below(3));
      for (std::size_t m = 0; m < parts; ++m) q.push_back(random.below(8) == 0 ? 1e-7 : std::exp(-10 * random.uniform53()));
    }
    const MixtureWeights got = likeliest(q, parts, weight);
    CAPTURE(problem);
    CHECK(got.gap <= 1e-8);
    double sum = 0;
    for (const double w : got.weights) {
      CHECK(w >= 0);
      sum += w;
    }
    CHECK(sum == doctest::Approx(1));
  }
}

TEST_CASE("one part, parts that are the same, one row") {
  CHECK(likeliest({0.5, 0.2}, 1, {1, 1}).weights == Buffer<double>{1});
  const MixtureWeights same = likeliest({0.5, 0.5, 0.2, 0.2}, 2, {1, 1});
  CHECK(same.weights[0] + same.weights[1] == doctest::Approx(1));
  CHECK(likeliest({0.5, 0.9}, 2, {1}).weights[1] == doctest::Approx(1));
}
