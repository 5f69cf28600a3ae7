// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/objectives.hpp>

#include <doctest/doctest.h>
#include <reference/objectives.hpp>

#include <cmath>
#include <iterator>

using namespace tutti;

namespace {

constexpr std::size_t rows = std::size(reference::objective_score);

/// Losses are `factor` times the reference's, derivatives the same; hessians are looked at where they are given.
template <class Objective>
void compare(const Objective& objective, const double* loss, const double* gradient, const double* hessian, double factor) {
  for (std::size_t i = 0; i < rows; ++i) {
    const auto score = static_cast<double>(reference::objective_score[i]), y = static_cast<double>(reference::objective_target[i]);
    const Derivatives d = objective(score, y);
    CHECK(d.gradient == doctest::Approx(gradient[i]).epsilon(1e-9));
    if (hessian != nullptr) CHECK(d.hessian == doctest::Approx(hessian[i]).epsilon(1e-9));
    CHECK(objective.loss(score, y) == doctest::Approx(factor * loss[i]).epsilon(1e-9));
  }
}

}  // namespace

TEST_CASE("losses and derivatives are scikit-learn's") {
  using namespace reference;
  compare(detail::SquaredObjective{}, squared_loss, squared_gradient, squared_hessian, 2);
  compare(detail::AbsoluteObjective{}, absolute_loss, absolute_gradient, absolute_hessian, 1);
  compare(detail::QuantileObjective{0.8}, quantile_loss, quantile_gradient, quantile_hessian, 1);
  compare(detail::PoissonObjective{}, poisson_loss, poisson_gradient, poisson_hessian, 2);
  compare(detail::GammaObjective{}, gamma_loss, gamma_gradient, nullptr, 2);
}

TEST_CASE("gamma takes the expected hessian: where rows are at their means it is the loss's own on average") {
  double own = 0;
  for (const double y : {0.5, 1.5}) {  // mean 1: score 0
    own += y / 2;
    CHECK(detail::GammaObjective{}(0, y).hessian == 1);
  }
  CHECK(own == 1);
}

TEST_CASE("the parabola of Huber touches the loss and lies nowhere below it") {
  const detail::HuberObjective huber{0.7};
  for (double at = -4; at <= 4; at += 0.37)
    for (double z = -6; z <= 6; z += 0.1) {
      const Derivatives d = huber(at, 0);
      CHECK(huber.loss(at, 0) + d.gradient * (z - at) + d.hessian / 2 * (z - at) * (z - at) >= huber.loss(z, 0) - 1e-12);
    }
  CHECK(huber.in_units_of(2).delta == 1.4);
}

TEST_CASE("counts take targets of 0 or more, amounts above 0") {
  CHECK(detail::PoissonObjective::takes(0));
  CHECK_FALSE(detail::PoissonObjective::takes(-0.5));
  CHECK_FALSE(detail::GammaObjective::takes(0));
  CHECK(detail::GammaObjective::takes(1e-9));
}
