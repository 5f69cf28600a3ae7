// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/penalised_newton.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// log cosh (z - y): convex, with a slope that no penalty of a row can exceed.
struct LogCosh {
  const std::vector<float>& y;
  PointLoss operator()(std::ptrdiff_t i, double z) const {
    const double gap = z - static_cast<double>(y[static_cast<std::size_t>(i)]), slope = std::tanh(gap);
    return {std::log(std::cosh(gap)), slope, std::max(1 - slope * slope, 1e-12)};
  }
};
struct Problem {
  std::vector<float> x = noise("x", 200 * 5), y = noise("y", 200);
  Dataset<Row<5>, Real> data = dataset<Row<5>, Real>(5, x, y);
  DesignRows design = DesignRows(row_source(data), moments(row_source(data)).mean, true);
};

}  // namespace

TEST_CASE("a squared loss takes one step, and the step is that of least squares") {
  const Problem p;
  const auto loss = [&](std::ptrdiff_t i, double z) {
    const double gap = z - static_cast<double>(p.y[static_cast<std::size_t>(i)]);
    return PointLoss{gap * gap / 2, gap, 1};
  };
  Buffer<double> w(5, 0.0);
  double c = 7;
  const NewtonResult r = penalised_newton(p.design, loss, {0, 3}, true, {10, 1e-12}, w, c);
  CHECK(r.converged);
  CHECK(r.iterations == 1);
}

TEST_CASE("where the search ends the conditions of an optimum hold, whatever the penalty") {
  const Problem p;
  for (const ElasticPenalty penalty : {ElasticPenalty{0, 0}, {0, 2}, {5, 0}, {4, 1}, {1e6, 0}}) {
    Buffer<double> w(5, 0.0), z(200);
    double c = 0;
    CHECK(penalised_newton(p.design, LogCosh{p.y}, penalty, true, {200, 1e-9}, w, c).converged);
    p.design.predictors(w, c, z);
    double drift = 0;
    Buffer<double> slopes(5, 0.0);
    for (std::size_t i = 0; i < 200; ++i) {
      const double slope = std::tanh(z[i] - static_cast<double>(p.y[i]));
      drift += slope;
      for (std::size_t j = 0; j < 5; ++j) slopes[j] += slope * static_cast<double>(p.x[i * 5 + j]);
    }
    CHECK(std::abs(drift) < 1e-6);
    for (std::size_t j = 0; j < 5; ++j) CHECK(detail::breach(penalty, w[j], slopes[j]) < 1e-6);
    if (penalty.l1 == 1e6)
      for (const double v : w) CHECK(v == 0);
  }
}

TEST_CASE("from far away, where a full step overshoots, the search still descends to the optimum") {
  const Problem p;
  Buffer<double> near(5, 0.0), far(5, 3.0);
  double c = 0, d = -20;
  penalised_newton(p.design, LogCosh{p.y}, {0, 1}, true, {200, 1e-9}, near, c);
  CHECK(penalised_newton(p.design, LogCosh{p.y}, {0, 1}, true, {200, 1e-9}, far, d).converged);
  for (std::size_t j = 0; j < 5; ++j) CHECK(far[j] == doctest::Approx(near[j]).epsilon(1e-6));
  CHECK(d == doctest::Approx(c).epsilon(1e-6));
}

TEST_CASE("columns that depend on each other are singular without an l2, and nothing moves") {
  Problem p;
  for (std::size_t i = 0; i < 200; ++i) p.x[i * 5 + 4] = 2 * p.x[i * 5];
  const auto data = dataset<Row<5>, Real>(5, p.x, p.y);
  const DesignRows design(row_source(data), moments(row_source(data)).mean, true);
  Buffer<double> w(5, 0.0);
  double c = 1;
  const NewtonResult r = penalised_newton(design, LogCosh{p.y}, {0, 0}, true, {50, 1e-9}, w, c);
  CHECK(r.singular);
  CHECK_FALSE(r.converged);
  CHECK(c == 1);
  CHECK(penalised_newton(design, LogCosh{p.y}, {0, 1}, true, {50, 1e-9}, w, c).converged);
}
