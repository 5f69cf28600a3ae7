// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/boost_loss.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

using namespace tutti;

namespace {

/// First and second derivative of weight * loss by every score, by differences.
template <class Y>
void check_derivatives(const BoostLoss<Y>& loss, typename Y::Element y, std::vector<float> score,
                       double factor) {
  const double step = 1.0 / 64;
  const auto n = static_cast<std::ptrdiff_t>(score.size());
  std::vector<float> p(static_cast<std::size_t>(loss.outputs));
  std::vector<kernel::GradientPair> pair(2 * score.size());
  loss.gradients(y, 3, score.data(), p.data(), pair.data(), 2);
  for (std::ptrdiff_t k = 0; k < n; ++k) {
    float& s = score[static_cast<std::size_t>(k)];
    const float at = s;
    const double here = loss.loss(y, score.data());
    s = at + static_cast<float>(step);
    const double above = loss.loss(y, score.data());
    s = at - static_cast<float>(step);
    const double below = loss.loss(y, score.data());
    s = at;
    const auto& g = pair[static_cast<std::size_t>(2 * k)];
    CHECK(static_cast<double>(g.gradient) ==
          doctest::Approx(factor * 3 * (above - below) / (2 * step)).epsilon(1e-3));
    const double free = score.size() > 1 ? static_cast<double>(n) / static_cast<double>(n - 1) : 1;
    CHECK(static_cast<double>(g.hessian) ==
          doctest::Approx(factor * 3 * free * (above - 2 * here + below) / (step * step)).epsilon(1e-3));
  }
}

}  // namespace

TEST_CASE("gradients are the derivatives of the loss") {
  for (const int y : {0, 1}) check_derivatives(BoostLoss<Label<2>>{2}, y, {0.7f}, 1);
  for (const int y : {0, 1, 2, 3}) check_derivatives(BoostLoss<Label<4>>{4}, y, {0.5f, -1.25f, 2, 0}, 1);
  check_derivatives(BoostLoss<Real>{1}, 2.5f, {4}, 0.5);  // of half the squared error, as is the custom
}

TEST_CASE("scores begin at the mean or at the log prior, by weight") {
  const std::vector<std::int32_t> label{0, 1, 1, 2};
  const std::vector<float> weight{2, 1, 1, 4}, number{1, 2, 4, 9};
  const std::vector<std::uint32_t> all{0, 1, 2, 3}, three{0, 1, 2};
  CHECK(BoostLoss<Real>{1}.base(number, weight, all).front() == doctest::Approx((2 + 2 + 4 + 36) / 8.0));
  const auto prior = BoostLoss<Label<3>>{3}.base(label, weight, all);
  CHECK(std::exp(prior[2]) == doctest::Approx(0.5));
  CHECK(BoostLoss<Label<2>>{2}.base(label, weight, three) == std::vector<float>{0});
  const auto absent = BoostLoss<Label<3>>{3}.base(label, weight, three);
  CHECK(std::exp(absent[2]) < 1e-6);
}

TEST_CASE("scores become probabilities that sum to 1, however large they are") {
  std::array<float, 2> two{};
  for (const float z : {-1000.0f, -3.0f, 0.0f, 3.0f, 1000.0f}) {
    two[0] = z;
    BoostLoss<Label<2>>{2}.finish(two.data(), two.data());
    CHECK(two[0] + two[1] == doctest::Approx(1));
    CHECK(two[1] == doctest::Approx(1 / (1 + std::exp(-static_cast<double>(z)))));
  }
  std::array<float, 3> three{1000, 999, -1000};
  BoostLoss<Label<3>>{3}.finish(three.data(), three.data());
  CHECK(three[0] == doctest::Approx(1 / (1 + std::exp(-1.0))));
  CHECK(std::accumulate(three.begin(), three.end(), 0.0f) == doctest::Approx(1));
  const std::array<float, 1> large{800};
  CHECK(BoostLoss<Label<2>>{2}.loss(1, large.data()) == doctest::Approx(0));
  CHECK(BoostLoss<Label<2>>{2}.loss(0, large.data()) == doctest::Approx(800));
}
