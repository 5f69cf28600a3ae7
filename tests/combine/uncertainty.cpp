// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/uncertainty.hpp>

#include "combine/learners.hpp"

#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/calibrate_fit.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/greedy_fit.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/vote.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {
const auto two = blobs<2, 2>(20, 1);
template <class Model>
concept CanTell = requires(const Model& m, const typename Model::View& x) { uncertainty(m, x); };
double entropy(double p) { return -p * std::log(p) - (1 - p) * std::log(1 - p); }
}  // namespace

TEST_CASE("members that contradict each other disagree, members that know nothing are uncertain alike") {
  const float row[] = {0, 0};
  const Uncertainty quarrel = uncertainty(fit(Average{Shows{{1, 0}}, Shows{{0, 1}}}, two), row);
  CHECK(quarrel.total == doctest::Approx(std::log(2)));
  CHECK(quarrel.disagreement == doctest::Approx(std::log(2)));
  CHECK(quarrel.average_entropy == 0);
  const Uncertainty shrug = uncertainty(fit(Vote{Shows{{0.5f, 0.5f}}, Shows{{0.5f, 0.5f}}}, two), row);
  CHECK(shrug.total == doctest::Approx(std::log(2)));
  CHECK(shrug.disagreement == doctest::Approx(0));
  // 0.9 and 0.2 with weights 3 and 1: the mean is 0.725
  const Uncertainty both = uncertainty(fit(Average{Weights{3, 1}, Shows{{0.1f, 0.9f}}, Shows{{0.8f, 0.2f}}}, two), row);
  CHECK(both.total == doctest::Approx(entropy(0.725)));
  CHECK(both.average_entropy == doctest::Approx(0.75 * entropy(0.9) + 0.25 * entropy(0.2)));
  CHECK(both.disagreement == doctest::Approx(both.total - both.average_entropy));
}

TEST_CASE("the parts add up in bags, replicas, forms around a committee and kept folds; a single model disagrees with nobody") {
  const auto data = blobs<2, 3>(90, 2);
  const auto adds_up = [&](const auto& model, bool disagrees) {
    double most = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const Uncertainty u = uncertainty(model, data.x(i));
      CHECK(u.total == doctest::Approx(u.average_entropy + u.disagreement));
      CHECK(u.disagreement >= 0);
      most = std::max(most, u.disagreement);
    }
    CHECK((most > 0.1) == disagrees);
  };
  adds_up(fit(Bag{Nearest{}}, data), true);
  adds_up(fit(Replicate<Nearest, 3>{Nearest{}}, data), false);
  adds_up(fit(Calibrate{Bag{Nearest{}}}, data), true);
  adds_up(fit(Calibrate{Nearest{}}, data), false);
  adds_up(fit(Calibrate{Greedy{Nearest{}, Says{2}}}, data), true);
  adds_up(fit(Greedy{Shows{{0.3f, 0.3f, 0.4f}}, Says{2}}, data), false);  // one is chosen: a sure and wrong one only costs
  adds_up(fit(Calibrate{Nearest{}}, data, {.keep_folds = true}), true);
}

TEST_CASE("the spread of numbers is their weighted variance") {
  const auto data = line<1>(20, 3);
  const NumberSpread s = uncertainty(fit(Average{Weights{1, 3}, Shows{{1}}, Shows{{5}}}, data), data.x(0));
  CHECK(s.mean == doctest::Approx(4));
  CHECK(s.variance == doctest::Approx(3));  // (9 + 3 x 1) / 4
  const NumberSpread far = uncertainty(fit(Average{Shows{{1e6f}}, Shows{{1e6f + 2}}}, data), data.x(0));
  CHECK(far.variance == doctest::Approx(1));
  CHECK(uncertainty(fit(Average{Shows{{7}}}, data), data.x(0)).variance == 0);
}

TEST_CASE("a model without members that can be heard has no such uncertainty") {
  static_assert(!CanTell<Fitted<Nearest, Row<2>, Label<2>>>);
  static_assert(CanTell<Fitted<Vote<Nearest>, Row<2>, Label<2>>>);
}
