// SPDX-License-Identifier: Apache-2.0
// The digits stack, for scripts/check_portable.py: the same bytes from any number of threads and any parallel backend,
// and a file that one compiler's program wrote is read by another's.
//   stack fit DIGITS FILE THREADS        fits and saves
//   stack predict DIGITS FILE            loads and prints the probabilities of 50 rows
#include <tutti/tutti.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
using namespace tutti;

using Cnn = Cascade<Conv<16, 3>, ReLU, MaxPool<2>, Conv<32, 3>, ReLU, Dense<64>, ReLU, Dropout, Dense<10>>;

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const auto digits = read_csv<Image<1, 8, 8>, Label<10>>(argv[2], {.target = "target"});
  const auto spec   = Stack{Average{Network{Cnn{}, {.epochs = 5}}, Forest{.trees = 60}, Boost{Tree{.leaves = 15}, {.rounds = 30}}}, Ridge{.lambda = 1}};
  using Model       = Fitted<std::remove_const_t<decltype(spec)>, Image<1, 8, 8>, Label<10>>;
  if (std::strcmp(argv[1], "fit") == 0) {
    save(fit(spec, digits, {.seed = 7, .threads = std::atoi(argv[4])}), argv[3]);
  } else {
    const auto model = load<Model>(argv[3]);
    for (int i = 0; i < 50; ++i)
      for (const float p : model.probabilities(digits.x(i))) std::printf("%.9g\n", static_cast<double>(p));
  }
}
