// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/hedge_weights.hpp>
#include <tutti/core/archive.hpp>
#include <tutti/core/random.hpp>

#include "thrown_by.hpp"

#include <string>
#include <vector>

using namespace tutti;

namespace {

/// Losses of n experts in round t, as a function of the weights: what an adversary may look at.
using Adversary = std::vector<double> (*)(std::span<const double> weights, int t, Random& random);

std::vector<double> against_the_heaviest(std::span<const double> w, int, Random&) {
  std::vector<double> l(w.size(), 0.0);
  l[static_cast<std::size_t>(std::max_element(w.begin(), w.end()) - w.begin())] = 1;
  return l;
}
std::vector<double> alternating(std::span<const double> w, int t, Random&) {  // bad for whoever follows the leader
  std::vector<double> l(w.size(), 0.5);
  if (t == 0) l[0] = 0;
  else l[0] = t % 2, l[1] = 1 - t % 2;
  return l;
}
std::vector<double> coins(std::span<const double> w, int, Random& random) {
  std::vector<double> l;
  for (std::size_t k = 0; k < w.size(); ++k) l.push_back(random.uniform() < 0.5f ? 1.0 : 0.0);
  return l;
}
std::vector<double> one_is_better(std::span<const double> w, int, Random& random) {
  std::vector<double> l;
  for (std::size_t k = 0; k < w.size(); ++k) l.push_back(random.uniform53() * (k == 1 ? 0.6 : 1.0));
  return l;
}
std::vector<double> all_alike(std::span<const double> w, int t, Random&) { return std::vector<double>(w.size(), t % 3 * 0.5); }

double best_of(const HedgeWeights& h) { return *std::min_element(h.losses().begin(), h.losses().end()); }

}  // namespace

TEST_CASE("weights of a given rate are what one computes by hand") {
  HedgeWeights h(3, {.rate = 2});
  CHECK(h.weights()[2] == doctest::Approx(1.0 / 3));
  h.add(std::vector{0.0, 0.5, 1.0});
  h.add(std::vector{0.25, 0.0, 1.0});
  // L = (0.25, 0.5, 2): exp(-2 L) = (0.606531, 0.367879, 0.018316), of sum 0.992726
  CHECK(h.weights()[0] == doctest::Approx(0.606530659713 / 0.992725739799));
  CHECK(h.weights()[1] == doctest::Approx(0.367879441171 / 0.992725739799));
  CHECK(h.weights()[2] == doctest::Approx(0.018315638889 / 0.992725739799));
  CHECK(h.losses()[2] == 2);
  CHECK(h.rounds() == 2);
}

TEST_CASE("AdaHedge is what one computes by hand") {
  HedgeWeights h(2, {});
  h.add(std::vector{0.0, 1.0});
  // The rate is infinite: weighted loss 1/2, mix loss 0. So the rate becomes ln 2 / (1/2), weights 1 and 1/4 of 5/4.
  CHECK(h.rate() == doctest::Approx(2 * std::log(2.0)));
  CHECK(h.weights()[0] == doctest::Approx(0.8));
  h.add(std::vector{1.0, 0.0});
  // Weighted loss 0.8, mix loss -ln(0.8/4 + 0.2) / (2 ln 2) = 0.660964: D = 0.5 + 0.139036.
  CHECK(h.rate() == doctest::Approx(std::log(2.0) / (0.5 + 0.8 + std::log(0.4) / (2 * std::log(2.0)))));
  CHECK(h.weights()[0] == doctest::Approx(0.5));
  CHECK(h.loss() == doctest::Approx(1.3));
}

TEST_CASE("a share is what one computes by hand") {
  HedgeWeights h(2, {.rate = 1, .share = 0.1f});
  h.add(std::vector{0.0, 1.0});
  const double e = std::exp(-1.0), a = static_cast<double>(0.1f);
  CHECK(h.weights()[0] == doctest::Approx((1 - a) / (1 + e) + a / 2));
  CHECK(h.weights()[1] == doctest::Approx((1 - a) * e / (1 + e) + a / 2));
}

TEST_CASE("regret stays below its bound in every round, on sequences of an adversary and of chance") {
  const Adversary sequences[] = {against_the_heaviest, alternating, coins, one_is_better, all_alike};
  for (const std::size_t n : {2u, 3u, 20u})
    for (const HedgeOptions& o : {HedgeOptions{}, HedgeOptions{.rate = 0.1f}, HedgeOptions{.horizon = 1500}, HedgeOptions{.rate = 3}})
      for (std::size_t s = 0; s < std::size(sequences); ++s) {
        Random random = Random(7).stream(s);
        HedgeWeights h(n, o);
        double worst = -1;  // regret less its bound
        for (int t = 0; t < 1500; ++t) {
          h.add(sequences[s](h.weights(), t, random));
          worst = std::max(worst, h.loss() - best_of(h) - h.regret_bound());
        }
        CAPTURE(n);
        CAPTURE(s);
        CHECK(worst < 1e-9);
        if (s == 0 && n == 2) CHECK(h.loss() - best_of(h) > 0.1 * h.regret_bound());  // the bound is not for nothing
      }
}

TEST_CASE("the bound of a horizon is sqrt(T ln n / 2)") {
  HedgeWeights h(5, {.horizon = 400});
  for (int t = 0; t < 400; ++t) h.add(std::vector<double>(5, 0.0));
  CHECK(h.regret_bound() == doctest::Approx(std::sqrt(400 * std::log(5.0) / 2)));
}

TEST_CASE("where one expert is better, AdaHedge loses a constant, however long it takes") {
  Random random(3);
  HedgeWeights h(4, {});
  double early = 0;
  for (int t = 0; t < 4000; ++t) {
    h.add(one_is_better(h.weights(), t, random));
    if (t == 500) early = h.loss() - best_of(h);
  }
  CHECK(h.loss() - best_of(h) < early + 0.5);
  CHECK(h.weights()[1] > 0.999);
}

TEST_CASE("with a share, regret against the best expert of each part stays below its bound") {
  for (const int part : {40, 200})
    for (const HedgeOptions& o : {HedgeOptions{.share = 0.01f}, HedgeOptions{.horizon = 2000, .share = 0.002f}, HedgeOptions{.rate = 1, .share = 0.05f}}) {
      HedgeWeights h(3, o);
      Random random(5);
      double best = 0;  // of the expert who is right in this part
      for (int t = 0; t < 2000; ++t) {
        const std::size_t right = static_cast<std::size_t>(t / part) % 3;
        std::vector<double> l;
        for (std::size_t k = 0; k < 3; ++k) l.push_back((k == right ? 0.1 : 0.9) * random.uniform53());
        best += l[right];
        h.add(l);
        CHECK(h.loss() - best <= h.regret_bound(t / part) + 1e-9);
      }
      CHECK(h.loss() < best_of(h));  // better than any one of them
    }
  HedgeWeights never(3, {.rate = 1});
  CHECK(std::isinf(never.regret_bound(1)));
}

TEST_CASE("losses outside [0, 1] count as its ends, and NaN as a loss") {
  HedgeWeights h(4, {.rate = 1});
  h.add(std::vector{-5.0, 7.0, std::numeric_limits<double>::quiet_NaN(), 0.0});
  CHECK(h.losses()[0] == 0);
  CHECK(h.losses()[1] == 1);
  CHECK(h.losses()[2] == 1);
  CHECK(h.weights()[0] == h.weights()[3]);
}

TEST_CASE("one expert keeps all the weight, and equal losses change none") {
  for (const HedgeOptions& o : {HedgeOptions{}, HedgeOptions{.horizon = 10}, HedgeOptions{.share = 0.1f}}) {
    HedgeWeights one(1, o), three(3, o);
    for (int t = 0; t < 10; ++t) {
      one.add(std::vector{0.3});
      three.add(std::vector{0.3, 0.3, 0.3});
    }
    CHECK(one.weights()[0] == doctest::Approx(1));
    for (const double w : three.weights()) CHECK(w == doctest::Approx(1.0 / 3));
    CHECK(one.loss() - best_of(one) <= one.regret_bound() + 1e-12);
  }
}

TEST_CASE("a very long loss does not silence an expert who is right from then on") {
  HedgeWeights h(2, {.rate = 5});
  for (int t = 0; t < 1000; ++t) h.add(std::vector{0.0, 1.0});
  for (int t = 0; t < 1001; ++t) h.add(std::vector{1.0, 0.0});
  CHECK(h.weights()[1] > 0.99);
}

TEST_CASE("options out of range are refused by name, and so are damaged files") {
  const auto refused = [](const HedgeOptions& o) { return thrown_by<DataError>([&] { HedgeWeights(2, o); }); };
  CHECK(refused({.rate = -1}) == "rate: expected 0 or more, got -1");
  CHECK(refused({.horizon = -1}) == "horizon: expected 0 or more rounds, got -1");
  CHECK(refused({.rate = 1, .horizon = 5}) == "horizon: expected none beside a rate, got 5");
  CHECK(refused({.share = 1}) == "share: expected a share of 0 or more and below 1, got 1");
  CHECK(refused({.scale = -1}) == "scale: expected 0 or more, got -1");
  HedgeWeights h(2, {.rate = 1});
  CHECK(thrown_by<DataError>([&] { h.add(std::vector{0.5}); }) == "Hedge: expected the losses of 2 experts, got 1");
  CHECK_NOTHROW(h.loaded());
  CHECK(thrown_by<FileError>([] { HedgeWeights().loaded(); }) == "Hedge: expected a loss for every weight, got 0");

  h.add(std::vector{0.5, 0.25});
  Writer w;
  w("h", h);
  HedgeWeights again;
  Reader r(w.bytes());
  r("h", again);
  h.add(std::vector{0.125, 1.0});
  again.add(std::vector{0.125, 1.0});
  CHECK(again.weights()[0] == h.weights()[0]);
  CHECK(again.loss() == h.loss());
}
