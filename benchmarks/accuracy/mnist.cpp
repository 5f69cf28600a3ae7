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
/// Clothes may be mirrored, and lie a little elsewhere.
template <class Net>
auto of_clothes(int epochs) {
  return Network{Cascade{RandomCrop<1>{}, RandomFlip{}, Net{}}, {.epochs = epochs, .batch = 64, .optimizer = AdamW{.learning_rate = 3e-3f}}};
}
}  // namespace

void accuracy::mnist() {
  const auto [train, test] = parts("/mnist");
  three_seeds("MNIST, two convolutions", Network{nets::TwoConvNorm{}, {.epochs = 8, .batch = 64, .optimizer = AdamW{.learning_rate = 3e-3f}}}, train, test, 0.992);
}
void accuracy::fashion_two_conv() {
  const auto [train, test] = parts("/fashion-mnist");
  three_seeds("Fashion-MNIST, two convolutions", of_clothes<nets::TwoConvNorm>(25), train, test, 0.925);
}
void accuracy::fashion_lenet() {
  const auto [train, test] = parts("/fashion-mnist");
  three_seeds("Fashion-MNIST, LeNet", of_clothes<nets::LeNet>(25), train, test, 0.905);
}
