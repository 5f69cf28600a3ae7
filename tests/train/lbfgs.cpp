// SPDX-License-Identifier: Apache-2.0
#include <tutti/layer.hpp>
#include <tutti/model/find_learning_rate.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include "../thrown_by.hpp"

#include <cmath>
#include <vector>

using namespace tutti;

namespace {

/// A smooth curve of one number, with noise.
Dataset<Row<1>, Real> curve(int n, std::uint64_t seed) {
  Random random(seed);
  Buffer<float> x, y;
  for (int i = 0; i < n; ++i) {
    const double at = 6 * random.uniform53() - 3;
    x.push_back(static_cast<float>(at));
    y.push_back(static_cast<float>(std::sin(2 * at) + 0.02 * random.normal()));
  }
  return {DenseStorage<float>(1, std::move(x)), std::move(y)};
}
template <class Model>
double mean_squared_error(const Model& model, const Dataset<Row<1>, Real>& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const double e = static_cast<double>(model.predict(data.x(i)) - data.y(i));
    sum += e * e;
  }
  return sum / static_cast<double>(data.rows());
}

using Line = Cascade<Dense<>>;
using Curve = Cascade<Dense<16>, Tanh, Dense<>>;

}  // namespace

TEST_CASE("L-BFGS finds the linear fit that Ridge computes") {
  Random random(4);
  Buffer<float> x, y;
  for (int i = 0; i < 60; ++i) {
    const double a = random.normal(), b = random.normal();
    x.push_back(static_cast<float>(a));
    x.push_back(static_cast<float>(b));
    y.push_back(static_cast<float>(3 * a - 2 * b + 1 + 0.5 * random.normal()));
  }
  const Dataset<Row<2>, Real> data(DenseStorage<float>(2, std::move(x)), std::move(y));
  const auto net = fit(Network{Line{}, {.epochs = 50, .optimizer = LBFGS{}}}, data);
  const auto ridge = fit(Ridge{.lambda = 0}, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    CHECK(net.predict(data.x(i)) == doctest::Approx(ridge.predict(data.x(i))).epsilon(1e-4));
}

TEST_CASE("a small net on few rows learns more in fifty steps of L-BFGS than in fifty epochs of AdamW") {
  const auto train = curve(120, 1), test = curve(400, 2);
  const double whole = mean_squared_error(fit(Network{Curve{}, {.epochs = 50, .optimizer = LBFGS{}}}, train), test);
  const double batches = mean_squared_error(fit(Network{Curve{}, {.epochs = 50}}, train), test);
  const double longer = mean_squared_error(fit(Network{Curve{}, {.epochs = 300, .optimizer = LBFGS{}}}, train), test);
  CHECK(longer < 0.001);  // the noise is 0.0004
  CHECK(whole < batches);
}

TEST_CASE("L-BFGS gives the same bits on any number of threads, and stops early") {
  const auto data = curve(200, 3);
  const Network net{Curve{}, {.epochs = 30, .batch = 64, .optimizer = LBFGS{.weight_decay = 1e-3f}, .early_stop = 5, .validation = 0.2f}};
  const auto one = fit(net, data, {.threads = 1}), many = fit(net, data, {.threads = 5});
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(one.predict(data.x(i)) == many.predict(data.x(i)));
}

TEST_CASE("weight decay of L-BFGS makes weights smaller") {
  const auto data = curve(100, 5);
  const auto slope = [&](float decay) {
    const auto line = fit(Network{Line{}, {.epochs = 30, .optimizer = LBFGS{.weight_decay = decay}}}, data);
    return std::abs(line.predict(Row<1>::View(std::vector<float>{1})) - line.predict(Row<1>::View(std::vector<float>{0})));
  };
  CHECK(slope(100) < 0.1f * slope(0));  // variance 3 of x against 100 / 2 of the decay: about 0.06
}

TEST_CASE("what L-BFGS cannot honour is refused by name") {
  const auto data = curve(40, 1);
  const std::string refusal = thrown_by<FitError>([&] { fit(Network{Line{}, {.optimizer = LBFGS{}, .clip_norm = 1}}, data); });
  CHECK(refusal.find("L-BFGS steps by the gradient of all rows") != std::string::npos);
  const auto model = fit(Network{Line{}, {.epochs = 2}}, data);
  auto state = learning_state(model, 1);
  state.optimizer = LBFGS{};
  const std::string step = thrown_by<DataError>([&] { update(model, data, state); });
  CHECK(step.find("needs all rows for every step") != std::string::npos);
}
