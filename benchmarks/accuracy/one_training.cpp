// SPDX-License-Identifier: Apache-2.0
// Ensembles at the price of one training on UCI digits, over ten seeds: split and fit by the same seed, a quarter held out. The
// rival is the net itself, trained as long; five nets at five times the price stand beside them.
#include "accuracy.hpp"

#include <tutti/net.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/data/csv.hpp>
using namespace tutti;

namespace {
using Net = Cascade<Dense<64>, ReLU, Dropout, Dense<64>, ReLU, Dropout, Dense<>>;
Network<Net> net(const AnyOptimizer& optimizer) {
  Network spec{Net{}, {.epochs = 40, .optimizer = optimizer}};
  std::get<2>(spec.chain.steps).rate = std::get<5>(spec.chain.steps).rate = 0.2f;
  return spec;
}

struct Mean {
  double accuracy = 0, log_loss = 0;
};
template <class Spec>
Mean over_seeds(const char* name, const Spec& spec) {
  const auto data = read_csv<Image<1, 8, 8>, Label<10>>(TUTTI_EXAMPLE_DATA "/digits.csv.gz", {.target = "target"});
  Mean mean;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto parts = split(data, Holdout{.test = 0.25f, .seed = seed});
    const auto result = evaluate(fit(spec, parts.first, {.seed = seed}), parts.second);
    mean.accuracy += result.score("accuracy") / 10;
    mean.log_loss += result.score("log-loss") / 10;
  }
  std::printf("digits, %s: accuracy %.4f, log-loss %.4f\n", name, mean.accuracy, mean.log_loss);
  std::fflush(stdout);
  return mean;
}
}  // namespace

void accuracy::one_training() {
  const auto adam = net(AdamW{.learning_rate = 5e-3f}), sgd = net(SGD{.learning_rate = 0.1f, .momentum = 0.9f});
  const auto beside = [](const char* name, const Mean& ours, const Mean& alone) {
    row(std::string(name) + ": mean log-loss, seeds 1-10", ours.log_loss, alone.log_loss, "the net", alone.log_loss / ours.log_loss);
  };
  const Mean of_adam = over_seeds("a net, AdamW", adam), of_sgd = over_seeds("a net, SGD", sgd);
  beside("digits, Snapshot of 5, AdamW", over_seeds("Snapshot of 5, AdamW", Snapshot{adam, {.cycles = 5}}), of_adam);
  beside("digits, Snapshot of 5, SGD", over_seeds("Snapshot of 5, SGD", Snapshot{sgd, {.cycles = 5}}), of_sgd);
  beside("digits, MonteCarloDropout of 50", over_seeds("MonteCarloDropout of 50, AdamW", MonteCarloDropout{adam, {.passes = 50}}), of_adam);
  beside("digits, Replicate of 5", over_seeds("Replicate of 5, AdamW", Replicate<Network<Net>, 5>{adam}), of_adam);
}
