// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/deviance.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/model/boost_loss.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace tutti;

namespace {

/// First and second derivative of weight * loss by every score, by differences.
template <class Y>
void check_derivatives(const BoostLoss<Y>& loss, typename Y::Element y, std::vector<float> score,
                       double factor) {
  const double step = 1.0 / 64;
  const auto n = static_cast<std::ptrdiff_t>(score.size());
  const float weight = 3;
  const std::uint32_t row = 0;
  const detail::BoostRows<typename Y::Element> rows{{&row, 1}, &y, &weight, score.data(), static_cast<int>(n)};
  std::vector<kernel::GradientPair> pair(2 * score.size());
  loss.gradients(rows, pair.data(), 2);
  for (std::ptrdiff_t k = 0; k < n; ++k) {
    float& s = score[static_cast<std::size_t>(k)];
    const float at = s;
    const double here = loss.loss(rows);
    s = at + static_cast<float>(step);
    const double above = loss.loss(rows);
    s = at - static_cast<float>(step);
    const double below = loss.loss(rows);
    s = at;
    const auto& g = pair[static_cast<std::size_t>(2 * k)];
    CHECK(static_cast<double>(g.gradient) == doctest::Approx(factor * (above - below) / (2 * step)).epsilon(1e-3));
    const double free = score.size() > 1 ? static_cast<double>(n) / static_cast<double>(n - 1) : 1;
    CHECK(static_cast<double>(g.hessian) ==
          doctest::Approx(factor * free * (above - 2 * here + below) / (step * step)).epsilon(1e-3));
  }
}
const std::vector<float> unit(8, 1.0f);
const std::vector<std::uint32_t> all{0, 1, 2, 3}, three{0, 1, 2};

}  // namespace

TEST_CASE("gradients are the derivatives of the loss") {
  for (const int y : {0, 1}) check_derivatives(BoostLoss<Label<2>>{2}, y, {0.7f}, 1);
  for (const int y : {0, 1, 2, 3}) check_derivatives(BoostLoss<Label<4>>{4}, y, {0.5f, -1.25f, 2, 0}, 1);
  check_derivatives(BoostLoss<Real>{1}, 2.5f, {4}, 0.5);  // of half the squared error, as is the custom
  check_derivatives(BoostLoss<Real>(1, Huber{4}), 2.5f, {4}, 1);
  check_derivatives(BoostLoss<Real>(1, PoissonDeviance{}), 2.5f, {0.5f}, 0.5);
}

TEST_CASE("scores begin at the mean or at the log prior, by weight") {
  const std::vector<std::int32_t> label{0, 1, 1, 2};
  const std::vector<float> weight{2, 1, 1, 4}, number{1, 2, 4, 9};
  CHECK(BoostLoss<Real>{1}.begin(number, weight, all).front() == doctest::Approx((2 + 2 + 4 + 36) / 8.0));
  const auto prior = BoostLoss<Label<3>>{3}.begin(label, weight, all);
  CHECK(std::exp(prior[2]) == doctest::Approx(0.5));
  CHECK(BoostLoss<Label<2>>{2}.begin(label, weight, three) == std::vector<float>{0});
  const auto absent = BoostLoss<Label<3>>{3}.begin(label, weight, three);
  CHECK(std::exp(absent[2]) < 1e-6);
}

TEST_CASE("each objective begins at the constant that it likes best") {
  const std::vector<float> y{1, 2, 4, 9}, weight{3, 1, 1, 1};
  const auto begin = [&](const AnyObjective& o, const std::vector<float>& w) {
    return static_cast<double>(BoostLoss<Real>(1, o).begin(y, w, all).front());
  };
  CHECK(begin(MAE{}, unit) == 3);
  CHECK(begin(MAE{}, weight) == 1.5);  // 1 1 1 2 4 9
  CHECK(begin(Huber{}, unit) == 3);
  CHECK(begin(Quantile{0.9}, unit) == 9);
  CHECK(begin(Quantile{0.25}, unit) == 1.5);
  CHECK(begin(PoissonDeviance{}, unit) == doctest::Approx(std::log(4.0)));
  CHECK(begin(GammaDeviance{}, weight) == doctest::Approx(std::log(3.0)));
  CHECK(begin([](double s, double t) { return Derivatives{s - t, 1}; }, unit) == 4);
}

TEST_CASE("a step up on the scale of logarithms is the one to the mean; no objective overshoots it") {
  const BoostLoss<Real> poisson(1, PoissonDeviance{}), squared(1);
  CHECK(poisson.bounded(9) == doctest::Approx(std::log(10.0)));
  CHECK(poisson.bounded(-0.5) == -0.5);
  CHECK(squared.bounded(9) == 9);
}

TEST_CASE("a step by the derivatives never raises the loss of a leaf") {
  Random random(3);
  const std::vector<AnyObjective> objectives{MSE{}, Huber{0.3}, Huber{3}, PoissonDeviance{}, GammaDeviance{}};
  std::vector<std::uint32_t> rows(8);
  for (std::uint32_t r = 0; r < 8; ++r) rows[r] = r;
  for (int trial = 0; trial < 300; ++trial)
    for (const AnyObjective& objective : objectives) {
      const BoostLoss<Real> loss(1, objective);
      std::vector<float> y(8), score(8), weight(8);
      for (std::size_t i = 0; i < 8; ++i) {
        y[i] = std::exp(8 * random.uniform() - 4);
        score[i] = 6 * random.uniform() - 3;
        weight[i] = random.uniform();
      }
      std::vector<kernel::GradientPair> pair(8);
      const detail::BoostRows<float> leaf{rows, y.data(), weight.data(), score.data(), 1};
      loss.gradients(leaf, pair.data(), 8);
      double g = 0, h = 0;
      for (const auto& p : pair) {
        g += static_cast<double>(p.gradient);
        h += static_cast<double>(p.hessian);
      }
      const double before = loss.loss(leaf);
      for (float& s : score) s += static_cast<float>(loss.bounded(-g / h));
      CHECK(loss.loss(leaf) <= before * (1 + 1e-6));
    }
}

TEST_CASE("an objective for other targets, or with options that make no sense, is refused by name") {
  const auto message = [](auto&& make) {
    try {
      make();
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message([] { BoostLoss<Label<2>>(2, Huber{}); }) == "the objective Huber is for numbers, the targets are labels");
  CHECK(message([] { BoostLoss<Real>(1, CrossEntropy{}); }) ==
        "the objective cross-entropy is for labels, the targets are numbers");
  CHECK(message([] { BoostLoss<Real>(1, Quantile{1}); }) == "level: expected a number between 0 and 1, got 1");
  CHECK(message([] { BoostLoss<Real>(1, Huber{0}); }) == "delta: expected a positive number, got 0");
  CHECK(message([] { BoostLoss<Label<3>>(3, CrossEntropy{.class_weights = {1, 2}}); }) ==
        "class_weights: expected 3 of them, got 2");
  CHECK(message([] { AnyObjective(CrossEntropy{.label_smoothing = 0.1}); }) ==
        "label_smoothing: trees are boosted with 0 only, got 0.1");
}
