// SPDX-License-Identifier: Apache-2.0
// How good models are on data that were held out. scripts/bench accuracy --filter fashion runs those with that word in
// their name; all but digits and friedman need the variable TUTTI_DATA, the directory of the data sets.
#include "accuracy.hpp"

#include <exception>
#include <regex>

int main() {
  const struct {
    const char* name;
    bool needs_data;
    void (*run)();
  } tasks[] = {{"digits stack", false, accuracy::digits},
               {"digits sum", false, accuracy::digits_sum},
               {"digits one training", false, accuracy::one_training},
               {"mnist two_conv", true, accuracy::mnist},
               {"fashion two_conv", true, accuracy::fashion_two_conv},
               {"fashion lenet", true, accuracy::fashion_lenet},
               {"fashion ten lenets", true, accuracy::fashion_ten_lenets},
               {"cifar10 resnet20", true, accuracy::cifar10_resnet20},
               {"friedman", false, accuracy::friedman},
               {"streams", false, accuracy::streams},
               {"trees", false, accuracy::trees},
               {"best", true, accuracy::best}};
  const char* filter = std::getenv("BENCHMARK_FILTER");
  const std::regex wanted(filter == nullptr ? "" : filter);
  try {
    for (const auto& task : tasks) {
      if (!std::regex_search(task.name, wanted)) continue;
      if (task.needs_data && accuracy::data_directory().empty()) std::printf("%s is left out: TUTTI_DATA is not set\n", task.name);
      else task.run();
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
