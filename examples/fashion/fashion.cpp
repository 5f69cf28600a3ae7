// LeNet on Fashion-MNIST (or any data in the MNIST format).
// Arguments: the directory with the four IDX files; how many training images to use (all, if left out).
#include <tutti/tutti.hpp>
#include <cstdlib>
#include <iostream>
using namespace tutti;

using LeNet = Cascade<Conv<6, 5>, ReLU, MaxPool<2>, Conv<16, 5>, ReLU, MaxPool<2>, Dense<120>, ReLU, Dense<84>, ReLU, Dense<10>>;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: fashion DIRECTORY [IMAGES]\n";
    return 2;
  }
  const auto [train, test] = read_mnist<Image<1, 28, 28>, Label<10>>(argv[1]);
  const auto images        = argc > 2 ? train.first(std::atol(argv[2])) : train;

  const auto model = fit(Network{LeNet{}, {.epochs = 5, .batch = 64}}, images, {.seed = 1, .progress = bar(std::cerr)});
  std::cout << describe(model) << evaluate(model, test) << '\n';
}
