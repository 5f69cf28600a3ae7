// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/many.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {
using X = Row<1>;
using Models = Many<X, Real, Shows::Model>;
const Dataset<X, Real> one = table<X, Real>(1, {0}, {0});

struct Scratchy {  // takes memory of its own while it predicts
  float value = 0;
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) { return workspace_bytes_of<float>(3 * rows); }
  void outputs(auto x, Rows<float> y, Workspace& w) const noexcept {
    float* scratch = w.take<float>(3 * std::ssize(x));
    for (std::ptrdiff_t i = 0; i < 3 * std::ssize(x); ++i) scratch[i] = -1;
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = value;
  }
};
}  // namespace

static_assert(StaticWorkspace<Models> && !StaticWorkspace<Many<X, Label<Dynamic>, Shows::Model>>);

TEST_CASE("many models are their mean, one is itself") {
  CHECK(all_outputs(Models{{{{1}}, {{2}}, {{6}}}, 1}, one) == std::vector<float>{3});
  CHECK(all_outputs(Models{{{{0.1f}}}, 1}, one) == std::vector<float>{0.1f});
}

TEST_CASE("models that take memory while they predict do not write over what was heard before") {
  const auto rows = table<X, Real>(1, std::vector<float>(70), std::vector<float>(70));
  const auto y = all_outputs(Many<X, Real, Scratchy>{{{1}, {2}, {3}, {6}}, 1}, rows);
  for (const float v : y) CHECK(v == 3);
}

TEST_CASE("a head keeps the model of all rows, or those folds that have one") {
  Learned<Shows::Model, Real> learned;
  learned.model = Shows::Model{{9}};
  learned.folds = {Shows::Model{{1}}, std::nullopt, Shows::Model{{3}}};
  auto again = learned;
  CHECK(all_outputs(kept<X>(learned, false, 1), one) == std::vector<float>{9});
  CHECK(all_outputs(kept<X>(again, true, 1), one) == std::vector<float>{2});
}

TEST_CASE("no models at all, or models of another width, come from a damaged file only") {
  CHECK(thrown_by<FileError>([] { Models{}.loaded(); }) == "expected at least one model, got 0");
  CHECK(thrown_by<FileError>([] { check_extents(Models{{{{1}}}, 2}, 1, 1); }) == "expected models of 1 outputs, got 2");
}
