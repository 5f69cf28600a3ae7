// SPDX-License-Identifier: Apache-2.0
// ResNet-20 on 10 000 images of CIFAR-10, with shifted and mirrored images; stops early on a slice of the training part.
#include "nets.hpp"

#include "../../examples/nets/resnet.hpp"
using namespace tutti;

void accuracy::cifar10_resnet20() {
  const std::string folder = data_directory() + "/cifar10-subset";
  const auto train         = read_cifar({folder + "/train_10k.bin.gz"});
  const auto test          = read_cifar({folder + "/test_2k.bin.gz"});
  const Network net{Cascade{RandomCrop<4>{}, RandomFlip{}, nets::ResNet20{}},
                    {.epochs = 40, .batch = 64, .optimizer = SGD{.learning_rate = 0.1f, .momentum = 0.9f, .nesterov = true, .weight_decay = 5e-4f},
                     .early_stop = 15, .validation = 0.05f}};
  three_seeds("CIFAR-10 subset, ResNet-20", net, train, test, 0.78);
}
