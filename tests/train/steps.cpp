// SPDX-License-Identifier: Apache-2.0
#include <tutti/train/sgd.hpp>
#include <tutti/train/steps.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

namespace {

/// Two layers of two weights and one statistic each; every gradient is 1.
struct Puppet {
  struct Loss {
    double mean, weight;
  };
  std::vector<float> w = std::vector<float>(4, 0.0f), b = std::vector<float>(2, 0.0f), g = std::vector<float>(4, 1.0f);

  std::span<float> weights() { return w; }
  std::span<float> buffers() { return b; }
  std::span<const float> gradients() const { return g; }
  Loss learn(std::span<const std::uint32_t>, Random) {
    for (float& v : b) ++v;
    return {0, 1};
  }
};

}  // namespace

TEST_CASE("layers learn at rates of their own, frozen ones keep weights and statistics") {
  Puppet net;
  const LayerPlace layers[] = {{0, 2, 0, 1, 0}, {2, 4, 1, 2, 0.5}};
  const AnyOptimizer sgd = SGD{};
  Buffer<float> moments(4);
  detail::Steps<Puppet> steps(net, sgd, {}, layers, moments);
  for (int step = 1; step <= 2; ++step) {
    steps.learn({}, Random());
    steps.take(0.5, step);
  }
  CHECK(net.w == std::vector<float>{0, 0, -0.5f, -0.5f});
  CHECK(net.b == std::vector<float>{0, 2});
}

TEST_CASE("batches that are accumulated make one step") {
  Puppet net;
  const AnyOptimizer sgd = SGD{};
  Buffer<float> moments(4);
  detail::Steps<Puppet> steps(net, sgd, {.accumulate = 2}, {}, moments);
  steps.learn({}, Random());
  net.g.assign(4, 3.0f);
  steps.learn({}, Random());
  steps.take(1, 1);
  CHECK(net.w == std::vector<float>(4, -2.0f));
}
