// SPDX-License-Identifier: Apache-2.0
// LibTorch, with glibc told to keep memory: as it is found it gives every large tensor back and is slower. Debian's has its
// threads from at::set_num_threads and those of OpenBLAS from OPENBLAS_NUM_THREADS.
#include "work.hpp"

#include <malloc.h>
#include <torch/torch.h>

namespace {

using namespace torch::nn;

Conv2d conv(int in, int out, int kernel, int stride = 1, int groups = 1) {
  return Conv2d(Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).groups(groups));
}

/// Two normalised convolutions and a way around them.
struct BlockImpl : Module {
  Sequential main, around{nullptr};

  BlockImpl(int in, int out, int stride) {
    main = register_module("main", Sequential(conv(in, out, 3, stride), BatchNorm2d(out), ReLU(), conv(out, out, 3), BatchNorm2d(out)));
    if (in != out) around = register_module("around", Sequential(conv(in, out, 1, stride)));
  }
  torch::Tensor forward(torch::Tensor x) { return torch::relu(main->forward(x) + (around.is_empty() ? x : around->forward(x))); }
};
TORCH_MODULE(Block);

void add_separable(Sequential& net, int in, int out, int stride = 1) {
  net->push_back(conv(in, in, 3, stride, in));
  net->push_back(BatchNorm2d(in));
  net->push_back(ReLU());
  net->push_back(conv(in, out, 1));
  net->push_back(BatchNorm2d(out));
  net->push_back(ReLU());
}

Sequential build(work::Net net) {
  switch (net) {
    case work::cnn:
      return Sequential(conv(3, 32, 3), ReLU(), MaxPool2d(2), conv(32, 64, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(4096, 128), ReLU(),
                        Linear(128, 10));
    case work::mlp: return Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10));
    case work::wide_mlp: break;
    case work::resnet20:
      return Sequential(conv(3, 16, 3), BatchNorm2d(16), ReLU(), Block(16, 16, 1), Block(16, 16, 1), Block(16, 16, 1), Block(16, 32, 2),
                        Block(32, 32, 1), Block(32, 32, 1), Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1), AdaptiveAvgPool2d(1),
                        Flatten(), Linear(64, 10));
    case work::mobilenet: {
      Sequential mobile(conv(3, 32, 3), BatchNorm2d(32), ReLU());
      add_separable(mobile, 32, 64);
      add_separable(mobile, 64, 128, 2);
      add_separable(mobile, 128, 128);
      add_separable(mobile, 128, 256, 2);
      add_separable(mobile, 256, 256);
      mobile->push_back(AdaptiveAvgPool2d(1));
      mobile->push_back(Flatten());
      mobile->push_back(Linear(256, 10));
      return mobile;
    }
  }
  return {};
}

torch::Tensor input(work::Net net, int rows) {
  const auto x = torch::rand({rows, work::width(net)});
  return net == work::mlp ? x : x.reshape({rows, 3, 32, 32});
}

}  // namespace

int main(int argc, char** argv) {
  if (mallopt(M_MMAP_MAX, 0) == 0 || mallopt(M_TRIM_THRESHOLD, 1 << 30) == 0) return 1;
  at::set_num_threads(rows::threads());
  for (const work::Net net : work::nets) {
    work::add_prediction(net, "", [net](int batch) {
      auto model = build(net);
      model->eval();
      return [model, x = input(net, batch)]() mutable {
        const torch::NoGradGuard no_gradients;
        auto y = model->forward(x);
        benchmark::DoNotOptimize(y.data_ptr());
      };
    });
    work::add_training(net, "", [net](int batch, int n) {
      auto model = build(net);
      model->train();
      auto adam = std::make_shared<torch::optim::Adam>(model->parameters(), torch::optim::AdamOptions(1e-4));
      return [=, x = input(net, batch), y = torch::randint(0, 10, {batch}, torch::kLong)]() mutable {
        for (int row = 0; row < n; row += batch) {
          adam->zero_grad();
          torch::nn::functional::cross_entropy(model->forward(x), y).backward();
          adam->step();
        }
      };
    });
  }
  return rows::run(argc, argv);
}
