// SPDX-License-Identifier: Apache-2.0
// What the compile-cost gate compiles: a program that trains ResNet-20 on the files of CIFAR-10.
#include "../../examples/nets/resnet.hpp"

#include <tutti/net.hpp>
#include <iostream>
using namespace tutti;

int main(int, char** argv) {
  const auto train = read_cifar(argv[1]), test = read_cifar(argv[2]);
  const auto model = fit(nets::ResNet20{}, train);
  std::cout << evaluate(model, test) << '\n';
  save(model, "resnet20.tutti");
}
