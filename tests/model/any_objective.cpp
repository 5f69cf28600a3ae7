// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/any_objective.hpp>

#include <tutti/measure/regression.hpp>
#include <tutti/model/objectives.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

struct Options {
  AnyObjective objective{};
};
struct Named {
  static constexpr const char* name = "cubic";
  Derivatives operator()(double score, double) const { return {score, 1}; }
};

constexpr Options constant{.objective = Huber{0.5}};
static_assert(constant.objective.name() == "Huber");
static_assert(!Options{}.objective && Options{}.objective.name() == "by target");
static_assert(NumberObjective<Named> && !LabelObjective<Named>);
static_assert(std::is_trivially_copyable_v<AnyObjective>);

}  // namespace

TEST_CASE("an options field keeps losses, structs and lambdas") {
  CHECK(Options{.objective = MAE{}}.objective.name() == "MAE");
  CHECK(Options{.objective = CrossEntropy{}}.objective.name() == "cross-entropy");
  CHECK(Options{.objective = Named{}}.objective.name() == "cubic");
  const float shift = 2;
  const Options options{.objective = [shift](double s, double y) { return Derivatives{s - y - static_cast<double>(shift), 1}; }};
  CHECK(options.objective.name() == "one of your own");
}
