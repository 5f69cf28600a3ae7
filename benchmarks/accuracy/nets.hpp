// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "accuracy.hpp"

#include <tutti/tutti.hpp>
#include <chrono>
#include <iostream>

namespace accuracy {

/// Fits the net with seeds 1, 2, 3 and judges it on the test part; a row with the mean accuracy beside the bar that the
/// project set itself.
template <class Net, class X, class Y>
void three_seeds(const std::string& name, const Net& net, const tutti::Dataset<X, Y>& train, const tutti::Dataset<X, Y>& test, double bar) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto start   = std::chrono::steady_clock::now();
    const auto model   = tutti::fit(net, train, {.seed = seed, .progress = tutti::bar(std::cerr)});
    const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double score = tutti::evaluate(model, test).score("accuracy");
    std::printf("%s, seed %d: accuracy %.4f after %.0f s\n", name.c_str(), static_cast<int>(seed), score, taken);
    std::fflush(stdout);
    sum += score;
  }
  row(name + ": mean accuracy, seeds 1-3", sum / 3, bar, "the bar", sum / 3 / bar);
}

}  // namespace accuracy
