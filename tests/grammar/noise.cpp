// SPDX-License-Identifier: Apache-2.0
// On labels that are pure noise nobody is better than chance, unless something leaks.
#include <doctest/doctest.h>
#include <tutti/combine/meta.hpp>
#include <tutti/combine/threshold.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

#include "grammar/every_form.hpp"
#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

constexpr int rows = 120, columns = 5, seeds = 20;
using X = Row<columns>;
using Y = Label<2>;

Dataset<X, Y> noise(std::uint64_t seed) {
  Random random = Random(seed).stream("noise");
  std::vector<float> x(rows * columns);
  for (float& v : x) v = static_cast<float>(random.normal());
  std::vector<std::int32_t> y(rows);
  for (std::size_t i = 0; i < rows; ++i) y[i] = i < rows / 2 ? 0 : 1;
  shuffle(std::span<std::int32_t>(y), random);
  return table<X, Y>(columns, std::move(x), std::move(y));
}

double accuracy(const Predictions<OutOfFold, Y>& p, const auto& data) {
  int right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    REQUIRE(p.covers(i));
    if (Y::decide(p.values().row(i), nullptr) == data.y(i)) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(data.rows());
}
/// The composition fitted once for each of five folds, without the fold, and judged on the fold.
template <class Spec, class Data>
double cross_validated(const Spec& spec, const Data& data, const FitOptions& options) {
  const FoldPlan plan(Folds{}, data, Random(options.seed).stream("judge"));
  int right = 0;
  for (int f = 0; f < plan.k(); ++f) {
    const auto s = sides(plan, f, data);
    const auto test = data.subset(s.second);
    const auto predicted = fit(spec, data.subset(s.first), options).predict(test);
    for (std::ptrdiff_t i = 0; i < test.rows(); ++i)
      if (predicted[static_cast<std::size_t>(i)] == test.y(i)) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(data.rows());
}

/// The check: the mean over all seeds is at most chance and three standard errors.
template <class Accuracy>
bool at_chance(Accuracy&& accuracy_of_seed, double allowance = 3 * std::sqrt(0.25 / (rows * seeds))) {
  double mean = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) mean += accuracy_of_seed(seed) / seeds;
  CAPTURE(mean);
  CHECK(mean > 0.4);  // and nobody does better by being wrong
  return mean <= 0.5 + allowance;
}
const Nearest memory{};  // overfits as much as one can
const Bag bag{memory, {.members = 7}};
const Cascade chain{memory, memory};
const Stack stack{Average{memory, bag}, Ridge{}};  // a regressor on labels

template <class Spec>
struct Whole {
  std::string name;
  bool learns;  // from out-of-fold predictions: a head
  Spec spec;
};

/// Beside every form around a member that remembers rows: wholes that are more than that, a line each.
const std::tuple wholes{
    Whole<std::remove_const_t<decltype(stack)>>{"Stack with a regressor", true, stack},
    Whole<Stack<Vote<Stack<Average<Nearest, Bag<Nearest>>, Ridge>, Nearest, Cascade<Nearest, Nearest>>, Nearest>>{"Stack of a stack", true, Stack{Vote{stack, memory, chain}, memory}},
    Whole<Finish<Bag<Nearest>, Threshold>>{"Finish with a threshold", true, Finish{bag, Threshold{.aim = Aim::accuracy}}},
    Whole<Boost<Tree>>{"Boost", false, Boost{Tree{.leaves = 8}, {.rounds = 10}}},
};

/// check(name, whether it is a head, spec) for all of them.
template <class Check>
void each_form(Check&& check) {
  every_form::each([&](const auto& f) { check(f.name, f.learns, f.make(memory)); });
  std::apply([&](const auto&... w) { (check(w.name, w.learns, w.spec), ...); }, wholes);
}

}  // namespace

TEST_CASE("no form is better than chance on noise when it is cross-validated") {
  each_form([](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    CHECK(at_chance([&](std::uint64_t seed) { return cross_validated(spec, noise(seed), {.seed = seed}); }));
  });
}

TEST_CASE("no form's out-of-fold predictions are better than chance on noise") {
  each_form([](const std::string& name, bool learns, const auto& spec) {  // heads strictly: their members refitted as well
    CAPTURE(name);
    CHECK(at_chance([&](std::uint64_t seed) {
      const auto data = noise(seed);
      return accuracy(out_of_fold(spec, data, {.seed = seed, .nested = learns}), data);
    }));
  });
}

TEST_CASE("what cheap cross-fitting leaves of a row in a head's own predictions is a trace") {
  // A head is taught by members that, for other rows, have seen this one: on noise, with members that remember rows, 120
  // of these are worth about 0.02. Who judges by out-of-fold predictions of a head asks for nested plans.
  const auto cheap = [](const auto& spec) {
    return at_chance(
        [&](std::uint64_t seed) {
          const auto data = noise(seed);
          return accuracy(out_of_fold(spec, data, {.seed = seed}), data);
        },
        0.05);
  };
  CHECK(cheap(chain));
  CHECK(cheap(stack));
}

TEST_CASE("a variant that leaks fails the very same check") {
  // the meta-learner is taught by predictions of a member that remembers the rows, and judged on them
  CHECK_FALSE(at_chance([](std::uint64_t seed) {
    const auto data = noise(seed);
    const auto member = fit(memory, data);
    const auto p = in_sample(member, data);
    std::vector<float> z(p.values().data(), p.values().data() + p.values().size());
    std::vector<std::int32_t> y;
    for (std::ptrdiff_t i = 0; i < rows; ++i) y.push_back(data.y(i).index());
    const auto taught = table<Row<2>, Y>(2, std::move(z), std::move(y));
    return accuracy(out_of_fold(memory, taught, {.seed = seed}), taught);
  }));
  // rows that occur twice, without the origin that tells: the copy of a row is its nearest neighbour
  CHECK_FALSE(at_chance([](std::uint64_t seed) {
    const auto data = noise(seed);
    std::vector<float> x;
    std::vector<std::int32_t> y;
    for (std::ptrdiff_t i = 0; i < 2 * rows; ++i) {
      for (int j = 0; j < columns; ++j) x.push_back(data.x(i / 2)[j]);
      y.push_back(data.y(i / 2).index());
    }
    const auto copied = table<X, Y>(columns, std::move(x), std::move(y));
    return cross_validated(memory, copied, {.seed = seed});
  }));
}
