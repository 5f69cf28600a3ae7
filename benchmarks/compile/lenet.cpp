// SPDX-License-Identifier: Apache-2.0
// What the compile-cost gate compiles: a program that trains LeNet on IDX data.
#include <tutti/net.hpp>
#include <iostream>
using namespace tutti;

using LeNet = Cascade<Conv<6, 5>, ReLU, MaxPool<2>, Conv<16, 5>, ReLU, MaxPool<2>, Dense<120>, ReLU, Dense<84>, ReLU, Dense<10>>;

int main(int, char** argv) {
  const auto [train, test] = read_mnist<Image<1, 28, 28>, Label<10>>(argv[1]);
  const auto model         = fit(LeNet{}, train);
  std::cout << evaluate(model, test) << '\n';
  save(model, "lenet.tutti");
}
