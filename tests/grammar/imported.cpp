// SPDX-License-Identifier: Apache-2.0
// A member that was trained elsewhere and written down as constants joins an ensemble as it is.
#include <doctest/doctest.h>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;

namespace imported {

struct Scorecard {  // exported from another tool
  std::array<float, 3> weights{0.9f, 2.1f, 2.9f};
  float bias = 0.05f;
  Real predict(const auto& x) const noexcept { return {bias + weights[0] * x[0] + weights[1] * x[1] + weights[2] * x[2]}; }
  static void visit(auto& self, auto& archive) { archive("weights", self.weights)("bias", self.bias); }
};

}  // namespace imported

TEST_CASE("constant coefficients are a frozen member: they predict at once and are never changed") {
  const auto data = learners::line<3>(60, 1);
  const auto alone = fit(Frozen{imported::Scorecard{}}, data);
  const float row[3] = {1, 0, 0};
  CHECK(alone.predict(row).value == doctest::Approx(0.95));
  CHECK(alone.model().weights == imported::Scorecard{}.weights);
}

TEST_CASE("they stand beside members that learn, in a committee and below a meta-learner, and are saved with it") {
  const auto data = learners::line<3>(60, 1);
  const auto model = fit(Stack{Average{Frozen{imported::Scorecard{}}, learners::Nearest{}}, Ridge{.lambda = 0.1f}}, data);
  double error = 0, of_neighbours = 0;
  const auto test = learners::line<3>(60, 2), train = data;
  const auto neighbours = fit(learners::Nearest{}, train);
  for (std::ptrdiff_t i = 0; i < 60; ++i) {
    error += std::abs(model.predict(test.x(i)).value - test.y(i).value) / 60;
    of_neighbours += std::abs(neighbours.predict(test.x(i)).value - test.y(i).value) / 60;
  }
  CHECK(error < of_neighbours / 4);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  CHECK(learners::all_outputs(again, test) == learners::all_outputs(model, test));
}
