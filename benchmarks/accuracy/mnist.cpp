// SPDX-License-Identifier: Apache-2.0
// Two nets on MNIST and Fashion-MNIST, standard split.
#include "nets.hpp"

#include "../../examples/nets/lenet.hpp"
#include "../../examples/nets/two_conv.hpp"
using namespace tutti;

namespace {
auto parts(const char* folder) {
  return read_mnist<Image<1, 28, 28>, Label<10>>(accuracy::data_directory() + folder);
}
void two_conv(const char* name, const char* folder, double bar) {
  const auto [train, test] = parts(folder);
  accuracy::three_seeds(name, Network{nets::TwoConvNorm{}, {.epochs = 15, .batch = 64, .optimizer = AdamW{.learning_rate = 3e-3f}}}, train, test, bar);
}
}  // namespace

void accuracy::mnist() { two_conv("MNIST, two convolutions", "/mnist", 0.992); }
void accuracy::fashion_two_conv() { two_conv("Fashion-MNIST, two convolutions", "/fashion-mnist", 0.925); }
void accuracy::fashion_lenet() {
  const auto [train, test] = parts("/fashion-mnist");
  three_seeds("Fashion-MNIST, LeNet", Network{nets::LeNet{}, {.epochs = 15, .batch = 64, .optimizer = AdamW{.learning_rate = 3e-3f}}}, train, test, 0.905);
}
