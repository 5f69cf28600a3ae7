// SPDX-License-Identifier: Apache-2.0
// Two nets under one loss, their outputs added with learnt weights, beside each of them alone: ten seeds of the digits,
// split and fit by the same seed, a quarter held out.
#include "accuracy.hpp"

#include <tutti/tutti.hpp>
using namespace tutti;

namespace {
using Near = Cascade<Conv<8, 3, 1, 1>, ReLU, MaxPool<2>, Dense<10>>;  // sees neighbours
using Far  = Cascade<Dense<64>, ReLU, Dense<10>>;                     // sees the whole image at once

struct Scores {
  double accuracy = 0, log_loss = 0;

  template <class Net, class Data>
  void add(const Net& net, const Data& parts, std::uint64_t seed) {
    const auto result = evaluate(fit(Network{net, {.epochs = 20}}, parts.first, {.seed = seed}), parts.second);
    accuracy += result.score("accuracy") / 10;
    log_loss += result.score("log-loss") / 10;
  }
};
}  // namespace

void accuracy::digits_sum() {
  const auto data = read_csv<Image<1, 8, 8>, Label<10>>(TUTTI_EXAMPLE_DATA "/digits.csv.gz", {.target = "target"});
  Scores near, far, both;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto parts = split(data, Holdout{.test = 0.25f, .seed = seed});
    near.add(Near{}, parts, seed);
    far.add(Far{}, parts, seed);
    both.add(Sum{LearntWeights{}, Near{}, Far{}}, parts, seed);
  }
  const auto beside = [&](const char* name, const Scores& alone) {
    row(std::string("two nets under one loss: mean accuracy, seeds 1-10, beside ") + name, both.accuracy, alone.accuracy, name, both.accuracy / alone.accuracy);
    row(std::string("two nets under one loss: mean log-loss, seeds 1-10, beside ") + name, both.log_loss, alone.log_loss, name, alone.log_loss / both.log_loss);
  };
  beside("the convolution alone", near);
  beside("the dense net alone", far);
}
