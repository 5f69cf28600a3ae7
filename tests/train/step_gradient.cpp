// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <reference/training.hpp>
#include <tutti/train/sgd.hpp>
#include <tutti/train/step_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace tutti;

namespace {

void follow(const StepOptions& options, const double* path) {
  std::vector<float> w(std::begin(reference::step_weights), std::end(reference::step_weights));
  detail::StepGradient<float> gradient(options, 7);
  for (int t = 0; t < 10; ++t) {
    gradient.add({reference::step_gradients + t * 7, 7}, 32);
    SGD{}.update(Update<float>{w.data(), gradient.finish(), nullptr, 7, 7, 0.1, t + 1});
    for (int i = 0; i < 7; ++i)
      CHECK(double(w[static_cast<std::size_t>(i)]) == doctest::Approx(path[t * 7 + i]).epsilon(1e-5));
  }
}

}  // namespace

TEST_CASE("gradients are clipped as PyTorch clips them") {
  follow({}, reference::sgd_path);
  follow({.clip_norm = 1.5f}, reference::clip_norm_path);
  follow({.clip_value = 0.5f}, reference::clip_value_path);
}

TEST_CASE("accumulated gradients are the weighted mean over their batches") {
  detail::StepGradient<double> gradient({.accumulate = 3}, 2);
  for (int again = 0; again < 2; ++again) {
    const double a[] = {1, 2}, b[] = {4, -1};
    gradient.add(a, 30);
    gradient.add(b, 10);
    const double* g = gradient.finish();
    CHECK(g[0] == doctest::Approx(1.75));
    CHECK(g[1] == doctest::Approx(1.25));
  }
}

TEST_CASE("a long gradient is clipped to its norm, however many tasks it is cut into") {
  std::vector<float> g(40000);
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = static_cast<float>(i % 7) - 3;
  detail::StepGradient<float> gradient({.clip_norm = 2}, 40000);
  gradient.add(g, 1);
  const float* clipped = gradient.finish();
  double squares = 0;
  for (std::size_t i = 0; i < g.size(); ++i) squares += static_cast<double>(clipped[i]) * static_cast<double>(clipped[i]);
  CHECK(std::sqrt(squares) == doctest::Approx(2).epsilon(1e-5));
}

TEST_CASE("the average follows the weights and changes places with them") {
  detail::AverageOfWeights<double> average(0.5f), none(0);
  std::vector<double> w{1};
  average.follow(w);
  w[0] = 3;
  average.follow(w);  // step 1: d = min(0.5, 2 / 11)
  average.swap(w);
  CHECK(w[0] == doctest::Approx(1 * 2 / 11.0 + 3 * 9 / 11.0));
  average.swap(w);
  CHECK(w[0] == 3);
  none.follow(w);
  none.swap(w);
  CHECK(w[0] == 3);
  CHECK_FALSE(none);
}
