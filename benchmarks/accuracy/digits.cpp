// SPDX-License-Identifier: Apache-2.0
// The stack of examples/digits over ten seeds: split and fit by the same seed, a quarter held out.
// A row each for accuracy and log-loss; the rival is the stack's own best member.
#include "accuracy.hpp"

#include <tutti/tutti.hpp>
#include <string>
#include <vector>
using namespace tutti;

using Cnn = Cascade<Conv<16, 3>, ReLU, MaxPool<2>, Conv<32, 3>, ReLU, Dense<64>, ReLU, Dropout, Dense<10>>;

void accuracy::digits() {
  const auto data = read_csv<Image<1, 8, 8>, Label<10>>(TUTTI_EXAMPLE_DATA "/digits.csv.gz", {.target = "target"});
  const auto spec   = Stack{Average{Cnn{}, Forest{.trees = 200}, Boost{Tree{.leaves = 15}}}, Ridge{.lambda = 1}};

  std::vector<std::string> names;
  std::vector<std::vector<double>> accuracy, log_loss;  // by line of the evaluation, then by seed
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto parts  = split(data, Holdout{.test = 0.25f, .seed = seed});
    const auto result = evaluate(fit(spec, parts.first, {.seed = seed}), parts.second);
    accuracy.resize(result.lines.size());
    log_loss.resize(result.lines.size());
    names.clear();
    for (std::size_t line = 0; line < result.lines.size(); ++line) {
      names.push_back(result.lines[line].name);
      accuracy[line].push_back(result.score("accuracy", line));
      log_loss[line].push_back(result.score("log-loss", line));
    }
    std::printf("seed %2d  accuracy", static_cast<int>(seed));
    for (const auto& a : accuracy) std::printf(" %.4f", a.back());
    std::printf("   log-loss");
    for (const auto& l : log_loss) std::printf(" %.4f", l.back());
    std::printf("\n");
    std::fflush(stdout);
  }
  std::size_t most_accurate = 1, likeliest = 1;
  for (std::size_t line = 1; line < names.size(); ++line) {
    if (mean(accuracy[line]) > mean(accuracy[most_accurate])) most_accurate = line;
    if (mean(log_loss[line]) < mean(log_loss[likeliest])) likeliest = line;
  }
  row("digits stack: mean accuracy, seeds 1-10", mean(accuracy[0]), mean(accuracy[most_accurate]), "best member: " + names[most_accurate].substr(0, 24),
      mean(accuracy[0]) / mean(accuracy[most_accurate]));
  row("digits stack: mean log-loss, seeds 1-10", mean(log_loss[0]), mean(log_loss[likeliest]), "best member: " + names[likeliest].substr(0, 24),
      mean(log_loss[likeliest]) / mean(log_loss[0]));
}
