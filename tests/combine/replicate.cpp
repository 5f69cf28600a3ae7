// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/replicate_fit.hpp>

#include "combine/learners.hpp"

#include <set>

using namespace tutti;
using namespace learners;

namespace {
struct Dice {  // says a random number of its own stream
  struct Model {
    float number = 0;
    Real predict(const auto&) const noexcept { return {number}; }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context context) const {
    return {context.random("dice").uniform()};
  }
};
const auto& data() {
  static const auto d = line<2>(12, 1);
  return d;
}
}  // namespace

TEST_CASE("replicas differ by their random stream alone, and the whole is their mean") {
  const auto model = fit(Replicate<Dice, 6>{}, data());
  std::set<float> numbers;
  float sum = 0;
  for (const auto& m : model.model().models) {
    numbers.insert(m.number);
    sum += m.number;
  }
  CHECK(numbers.size() == 6);
  CHECK(model.predict(data().x(0)).value == doctest::Approx(sum / 6));
}

TEST_CASE("a member without randomness is replicated into itself") {
  const auto four = fit(Replicate<Nearest, 4>{}, data());
  const auto one = fit(Nearest{}, data());
  CHECK(all_outputs(four, data()) == all_outputs(one, data()));
}

TEST_CASE("replicas follow the seed, and the first ones do not depend on how many there are") {
  const auto numbers = [](const auto& model) {
    std::vector<float> n;
    for (const auto& m : model.model().models) n.push_back(m.number);
    return n;
  };
  const auto three = numbers(fit(Replicate<Dice, 3>{}, data())), six = numbers(fit(Replicate<Dice, 6>{}, data()));
  CHECK(std::equal(three.begin(), three.end(), six.begin()));
  CHECK(three != numbers(fit(Replicate<Dice, 3>{}, data(), {.seed = 1})));
}

TEST_CASE("out of fold every replica answers for itself, fold by fold") {
  const FitOptions options{.folds = {.k = 3}};
  const auto p = out_of_fold(Replicate<Nearest, 3>{}, data(), options);
  const auto one = out_of_fold(Nearest{}, data(), options);
  for (std::ptrdiff_t i = 0; i < data().rows(); ++i) CHECK(p.values()(i, 0) == doctest::Approx(one.values()(i, 0)));
  const auto dice = out_of_fold(Replicate<Dice, 2>{}, data(), options);
  std::set<float> values;
  for (std::ptrdiff_t i = 0; i < data().rows(); ++i) values.insert(dice.values()(i, 0));
  CHECK(values.size() == 3);  // one mean for each fold
}
