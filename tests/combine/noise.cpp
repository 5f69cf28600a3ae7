// SPDX-License-Identifier: Apache-2.0
// On labels that are pure noise nobody is better than chance, unless something leaks.
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/meta.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/model/ridge_fit.hpp>

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
  int right = 0, covered = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!p.covers(i)) continue;
    ++covered;
    if (Y::decide(p.values().row(i), nullptr) == data.y(i)) ++right;
  }
  REQUIRE(covered > 0);
  return static_cast<double>(right) / covered;
}

/// The check: the mean over all seeds is at most chance and three standard errors.
bool at_chance(auto&& accuracy_of_seed) {
  double mean = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) mean += accuracy_of_seed(seed) / seeds;
  MESSAGE("mean accuracy: " << mean);
  return mean <= 0.5 + 3 * std::sqrt(0.25 / (rows * seeds));
}
template <class Spec>
bool at_chance(const Spec& spec, FitOptions options = {}) {
  return at_chance([&](std::uint64_t seed) {
    const auto data = noise(seed);
    options.seed = seed;
    return accuracy(out_of_fold(spec, data, options), data);
  });
}

const Nearest memory{};       // overfits as much as one can
const Ridge line_through{};   // as meta-learner on labels
FitOptions with(bool nested, bool forward = false) {
  FitOptions options;
  options.nested = nested;
  options.folds.forward = forward;
  return options;
}

}  // namespace

TEST_CASE("committees are at chance on noise") {
  CHECK(at_chance(Vote{memory, Bag{memory, {.members = 3}}, memory}));
  CHECK(at_chance(Average{memory, Vote{memory}}));
  CHECK(at_chance(Bag{memory, {.members = 7}}));
  CHECK(at_chance(Replicate<Bag<Nearest>, 2>{}));
}

TEST_CASE("stacks and chains are at chance on noise, cheap and nested, forward in time as well") {
  const Stack stack{Average{memory, Bag{memory, {.members = 5}}}, line_through};
  for (const bool nested : {false, true})
    for (const bool forward : {false, true}) {
      CAPTURE(nested);
      CAPTURE(forward);
      CHECK(at_chance(stack, with(nested, forward)));
      CHECK(at_chance(Cascade{memory, memory}, with(nested, forward)));
    }
}

TEST_CASE("a stack of stacks and votes is at chance on noise") {
  CHECK(at_chance(Stack{Vote{Stack{Average{memory, memory}, line_through}, memory, Cascade{memory, memory}}, memory}));
}

TEST_CASE("a bag of stacks is at chance on noise: a repeated row is never its own neighbour") {
  CHECK(at_chance(Bag{Stack{Average{memory}, memory}, {.members = 3}}));
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
    return accuracy(out_of_fold(memory, copied, {.seed = seed}), copied);
  }));
}
