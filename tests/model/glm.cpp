// SPDX-License-Identifier: Apache-2.0
#include "../reference/linear.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/glm_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// Coefficients are floats made from doubles.
void check_close(const auto& values, const auto& expected, double tolerance = 2e-7) { check_within(tolerance, values, expected); }
auto counts(std::vector<float> weight = {}) {
  return dataset<Row<3>, Real>(3, reference::glm_x, vector(reference::glm_counts), std::move(weight));
}
constexpr float sharp = 1e-7f;

}  // namespace

TEST_CASE("GLM has the coefficients of scikit-learn for counts, amounts and what lies between") {
  const auto weight = vector(reference::glm_w);
  const auto plain = GLM{.lambda = 0.125f, .tolerance = sharp}.fit(counts(), Context{});
  check_close(plain.coefficients, reference::glm_poisson_coefficients);
  check_close(plain.intercept, reference::glm_poisson_intercept);
  const auto weighted = GLM{.lambda = 0, .tolerance = sharp}.fit(counts(weight), Context{});
  check_close(weighted.coefficients, reference::glm_poisson_weighted_coefficients);
  check_close(weighted.intercept, reference::glm_poisson_weighted_intercept);
  const auto origin = GLM{.lambda = 1, .intercept = false, .tolerance = sharp}.fit(counts(weight), Context{});
  check_close(origin.coefficients, reference::glm_poisson_origin_coefficients);
  CHECK(origin.intercept[0] == 0);
  const auto amounts = dataset<Row<3>, Real>(3, reference::glm_x, vector(reference::glm_amounts), weight);
  const auto gamma = GLM{.family = Family::gamma, .lambda = 0.125f, .tolerance = sharp}.fit(amounts, Context{});
  check_close(gamma.coefficients, reference::glm_gamma_coefficients);
  check_close(gamma.intercept, reference::glm_gamma_intercept);
  const GLM between{.family = Family::tweedie, .power = 1.5f, .lambda = 0.25f, .tolerance = sharp};
  const auto tweedie = between.fit(counts(weight), Context{});
  check_close(tweedie.coefficients, reference::glm_tweedie_coefficients);
  check_close(tweedie.intercept, reference::glm_tweedie_intercept);
}

TEST_CASE("before they are rounded to floats the coefficients agree to nine digits") {
  const auto agrees = [](const GLM& spec, double power, const auto& y, const auto& expected, double intercept, bool weighted) {
    const auto data = dataset<Row<3>, Real>(3, reference::glm_x, vector(y), weighted ? vector(reference::glm_w) : std::vector<float>{});
    const auto x = row_source(data);
    const auto targets = detail::finite_targets(data, "", "GLM");
    Buffer<double> W, c = detail::mean_targets(x, targets, 1, power, "");
    for (double& v : c) v = spec.intercept ? std::log(v) : 0;
    const DesignRows design(x, moments(x).mean, spec.intercept);
    detail::fit_glm(spec, design, targets, power, Context{}, W, c);
    check_close(W, expected, 1e-9);
    for (std::size_t j = 0; j < 3; ++j) c[0] -= design.shift[j] * W[j];
    CHECK(c[0] == doctest::Approx(intercept).epsilon(1e-9));
  };
  agrees({.lambda = 0.125f, .tolerance = 1e-9f}, 1, reference::glm_counts, reference::glm_poisson_coefficients,
         reference::glm_poisson_intercept[0], false);
  agrees({.lambda = 0, .tolerance = 1e-9f}, 1, reference::glm_counts, reference::glm_poisson_weighted_coefficients,
         reference::glm_poisson_weighted_intercept[0], true);
  agrees({.lambda = 1, .intercept = false, .tolerance = 1e-9f}, 1, reference::glm_counts,
         reference::glm_poisson_origin_coefficients, 0, true);
  agrees({.lambda = 0.125f, .tolerance = 1e-9f}, 2, reference::glm_amounts, reference::glm_gamma_coefficients,
         reference::glm_gamma_intercept[0], true);
  agrees({.lambda = 0.25f, .tolerance = 1e-9f}, 1.5, reference::glm_counts, reference::glm_tweedie_coefficients,
         reference::glm_tweedie_intercept[0], true);
}

TEST_CASE("the derivatives of a half deviance are those of finite differences, at both ends of the powers and between") {
  for (const double power : {1.0, 1.25, 1.5, 2.0})
    for (const double z : {-2.0, 0.0, 1.5}) {
      const double step = 1e-5, y = 3, w = 0.5;
      const auto at = [&](double v) { return detail::half_deviance(power, y, w, v); };
      CHECK(at(z).slope == doctest::Approx((at(z + step).loss - at(z - step).loss) / (2 * step)).epsilon(1e-7));
      CHECK(at(z).curvature == doctest::Approx((at(z + step).slope - at(z - step).slope) / (2 * step)).epsilon(1e-7));
    }
  CHECK(detail::half_deviance(1.0, 3, 1, std::log(3.0)).slope == doctest::Approx(0));
}

TEST_CASE("an exposure is a weight on the rate: the optimum is that of an offset") {
  const auto x = noise("x", 200), e = noise("exposure", 200), y = noise("y", 200);
  std::vector<float> rate, weight;
  for (std::size_t i = 0; i < 200; ++i) {
    weight.push_back(std::exp(e[i] / 2));
    rate.push_back(std::floor(std::exp(x[i] / 2 + 1 + y[i] / 4) * weight[i]) / weight[i]);
  }
  const auto model = GLM{.lambda = 0, .tolerance = sharp}.fit(dataset<Row<1>, Real>(1, x, rate, weight), Context{});
  double slope = 0, shift = 0;  // of the log-likelihood with offset log e, by w and b
  for (std::size_t i = 0; i < 200; ++i) {
    const auto mu = static_cast<double>(weight[i]) * std::exp(static_cast<double>(model.intercept[0] + model.coefficients[0] * x[i]));
    const double left = static_cast<double>(rate[i] * weight[i]) - mu;
    slope += left * static_cast<double>(x[i]);
    shift += left;
  }
  CHECK(std::abs(slope) < 1e-3);
  CHECK(std::abs(shift) < 1e-3);
}

TEST_CASE("predictions are the exponentials of x w + b, and each output is fitted alone") {
  std::vector<float> two;
  for (std::size_t i = 0; i < 40; ++i) two.insert(two.end(), {reference::glm_counts[i], reference::glm_amounts[i]});
  const auto data = dataset<Row<3>, Reals<2>>(3, reference::glm_x, two, {}, 2);
  const auto both = GLM{}.fit(data, Context{});
  const auto one = GLM{}.fit(counts(), Context{});
  const auto p = predicted(both, data), q = predicted(one, counts());
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(p[2 * i] == doctest::Approx(q[i]).epsilon(1e-6));
    double z = static_cast<double>(one.intercept[0]);
    for (std::size_t j = 0; j < 3; ++j) z += static_cast<double>(one.coefficients[j] * reference::glm_x[3 * i + j]);
    CHECK(q[i] == doctest::Approx(std::exp(z)).epsilon(1e-5));
  }
}

TEST_CASE("rows that are mostly zeros are gathered and fitted to the same optimum as dense ones") {
  constexpr std::size_t rows = 300, width = 12;
  std::vector<float> x(rows * width, 0.0f), y;
  const auto size = noise("size", rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t j = i % width;
    x[i * width + j] = 1;
    x[i * width + (j + 5) % width] = size[i];
    y.push_back(std::floor(std::exp(static_cast<float>(j) / 8 + size[i] / 4)));
  }
  for (const bool intercept : {true, false}) {
    const auto data = dataset<Row<Dynamic>, Real>(12, x, y);
    const auto source = row_source(data);
    const DesignRows sparse(source, moments(source).mean, intercept);
    CHECK(sparse.is_gathered());
    auto mixed = x;
    for (std::size_t i = 0; i < rows; ++i)  // a turned basis: the same fit without a penalty, and nothing to leave out
      for (std::size_t j = 1; j < width; ++j) mixed[i * width + j] += 0.5f * mixed[i * width + j - 1];
    const auto turned = dataset<Row<Dynamic>, Real>(12, mixed, y);
    const auto turned_source = row_source(turned);
    CHECK_FALSE(DesignRows(turned_source, moments(turned_source).mean, intercept).is_gathered());
    const GLM spec{.lambda = 0, .intercept = intercept, .tolerance = sharp};
    check_close(predicted(spec.fit(data, Context{}), data), predicted(spec.fit(turned, Context{}), turned), 1e-4);
  }
}

TEST_CASE("a constant column gets 0; without a column that matters the prediction is the mean") {
  const float x[] = {7, 7, 7, 7};
  const auto data = dataset<Row<1>, Real>(1, x, {0, 1, 2, 5});
  for (const float lambda : {0.0f, 1.0f}) {
    const auto model = GLM{.lambda = lambda}.fit(data, Context{});
    CHECK(model.coefficients[0] == 0);
    CHECK(predicted(model, data)[0] == doctest::Approx(2));
  }
}

TEST_CASE("GLM says what it cannot be fitted to, and that it has not converged") {
  const auto message = [](const GLM& spec, const auto& data) -> std::string {
    try {
      spec.fit(data, Context{});
    } catch (const FitError& e) { return e.what(); }
    return "fitted";
  };
  const float x[] = {1, 2, 3, 6, 5, 10, 7, 14};
  const auto data = dataset<Row<2>, Real>(2, x, {1, 2, 3, 4});
  CHECK(message({.lambda = -1}, data) == "GLM: expected a finite lambda >= 0, got -1");
  CHECK(message({.family = Family::tweedie, .power = 3}, data) == "GLM: expected a power in [1, 2], got 3");
  CHECK(message({.tolerance = -1}, data) == "GLM: expected a tolerance >= 0, got -1");
  CHECK(message({.iterations = -2}, data) == "GLM: expected iterations >= 0, got -2");
  CHECK(message({.lambda = 0}, data) == "GLM: expected lambda > 0, got 0: columns depend on each other");
  CHECK(message({}, dataset<Row<2>, Real>(2, x, {1, -2, 3, 4})) == "GLM: expected targets >= 0, got -2 in row 1");
  CHECK(message({.family = Family::gamma}, dataset<Row<2>, Real>(2, x, {1, 2, 0, 4})) == "GLM: expected targets > 0, got 0 in row 2");
  CHECK(message({}, dataset<Row<2>, Real>(2, x, {0, 0, 0, 0})) == "GLM: expected a target > 0, got only 0");
  CHECK(message({}, dataset<Row<2>, Real>(2, x, {1, INFINITY, 3, 4})) == "GLM: expected finite targets, got inf in row 1");
  CHECK(message({}, data.first(0)) == "GLM: expected at least one row with a positive weight, got 0 rows without");
  struct Listener : Observer {
    std::vector<std::string> lines;
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view path, std::string_view text) override {
      lines.push_back(std::string(path) + ": " + std::string(text));
    }
  };
  const auto listener = std::make_shared<Listener>();
  FitOptions options;
  options.progress = Progress(listener);
  GLM{.iterations = 1, .tolerance = sharp}.fit(counts(), Context(options, "GLM"));
  CHECK(listener->lines == std::vector<std::string>{"GLM: not converged after 1 iterations"});
}

TEST_CASE("GLM is fitted with the same bits on 1, 2 and 7 threads, and saved and loaded with the same bits") {
  constexpr std::size_t rows = 3000;
  std::vector<float> y;
  const auto x = noise("x", rows * 9);
  for (std::size_t i = 0; i < rows; ++i) y.push_back(std::floor(std::exp(x[i * 9] / 2 + 1)));
  auto few = x;
  for (std::size_t i = 0; i < few.size(); ++i) few[i] = i % 9 == i / 9 % 9 ? few[i] : 0.0f;
  for (const auto& inputs : {x, few}) {
    const auto data = dataset<Row<9>, Real>(9, inputs, y, std::vector<float>(rows, 0.7f));
    const auto fit = [&](int threads) {
      return parallel::with_threads(threads, [&] { return GLM{}.fit(data, Context{}); });
    };
    const auto one = fit(1);
    for (const int threads : {2, 7}) {
      CHECK(fit(threads).coefficients == one.coefficients);
      CHECK(fit(threads).intercept == one.intercept);
    }
    Writer out;
    out("model", one);
    GLM::Model<Row<9>, Real> again;
    Reader(out.bytes())("model", again);
    CHECK(predicted(again, data) == predicted(one, data));
  }
}
