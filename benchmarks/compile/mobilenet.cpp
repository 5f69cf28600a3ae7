// SPDX-License-Identifier: Apache-2.0
// What the compile-cost gate compiles: a program that trains a MobileNet on the files of CIFAR-10.
#include "../../examples/nets/mobilenet.hpp"

#include <tutti/net.hpp>
#include <iostream>
using namespace tutti;

int main(int, char** argv) {
  const auto train = read_cifar(argv[1]), test = read_cifar(argv[2]);
  const auto model = fit(nets::MobileNet{}, train);
  std::cout << evaluate(model, test) << '\n';
  save(model, "mobilenet.tutti");
}
