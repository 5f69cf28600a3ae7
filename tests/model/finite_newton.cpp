// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/dual_descent.hpp>
#include <tutti/model/finite_newton.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

constexpr std::size_t rows = 600, width = 8;

/// The same problem for Newton's steps and for the dual; columns of unlike scale.
struct Both {
  std::vector<float> x = noise("newton", rows* width);
  FiniteNewtonProblem primal{};
  DualDescentProblem dual{};

  Both(bool labels, double C) {
    const auto y = noise("targets", rows);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] *= 1 + static_cast<float>(i % 3);
    primal.labels = labels;
    primal.epsilon = dual.epsilon = labels ? 0 : 0.3;
    primal.tolerance = dual.tolerance = 1e-9;
    dual.iterations = 20000;
    for (std::size_t i = 0; i < rows; ++i) {
      const double c = C * static_cast<double>(1 + i % 3),
                   z = labels ? (x[width * i] + y[i] > 0 ? 1 : -1) : static_cast<double>(x[width * i] + y[i]);
      primal.z.push_back(z);
      primal.C.push_back(c);
      dual.ridge.push_back(1 / (2 * c));
      dual.high.push_back(labels && z < 0 ? 0 : std::numeric_limits<double>::infinity());
      dual.low.push_back(labels && z > 0 ? 0 : -std::numeric_limits<double>::infinity());
    }
    dual.z = primal.z;
    dual.x = x.data();
    dual.width = width;
    primal.x.rows = rows;
    primal.x.width = width;
    primal.x.weight.assign(rows, 1.0);
    primal.x.data = x.data();
    primal.x.copy = [](const void* data, std::ptrdiff_t i, float* to) {
      std::copy_n(static_cast<const float*>(data) + i * static_cast<std::ptrdiff_t>(width), width, to);
    };
  }
};

}  // namespace

TEST_CASE("Newton's steps end where the dual does, after a few") {
  for (const bool labels : {true, false})
    for (const double C : {1e-4, 0.01, 1.0}) {
      const Both both(labels, C);
      const FiniteNewtonSolution newton = finite_newton(both.primal);
      const DualDescentSolution dual = dual_descent(both.dual, Random(1));
      CHECK((newton.converged && newton.iterations <= 20));
      for (std::size_t j = 0; j < width; ++j) CHECK(newton.w[j] == doctest::Approx(dual.w[j]).epsilon(1e-6));
    }
}

TEST_CASE("at the end the gradient is 0") {
  const Both both(true, 0.1);
  const Buffer<double> w = finite_newton(both.primal).w;
  for (std::size_t j = 0; j < width; ++j) {
    double g = w[j], size = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      double f = 0;
      for (std::size_t k = 0; k < width; ++k) f += static_cast<double>(both.x[width * i + k]) * w[k];
      const double term = 2 * both.primal.C[i] * (both.primal.aim(i, f) - f) * static_cast<double>(both.x[width * i + j]);
      g -= term;
      size += std::abs(term);
    }
    CHECK(std::abs(g) < 1e-11 * size);
  }
}

TEST_CASE("a search that is broken off says so; 1 and 7 threads give the same bits") {
  Both both(false, 1);
  const auto with = [&](int threads) { return parallel::with_threads(threads, [&] { return finite_newton(both.primal).w; }); };
  CHECK(with(1) == with(7));
  both.primal.iterations = 1;
  CHECK(!finite_newton(both.primal).converged);
}
