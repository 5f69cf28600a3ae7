// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The nets that all programs of this folder measure, what each row is called and how much work it is:
///   CNN        3 x 32 x 32: conv 3 x 3 32, ReLU, max-pool 2, conv 3 x 3 64, ReLU, max-pool 2, dense 128, ReLU, dense 10
///   MLP        784: dense 256, ReLU, dense 128, ReLU, dense 10
///   ResNet-20  for 3 x 32 x 32, with projections where the shape changes
///   MobileNet  for 3 x 32 x 32, see examples/nets/mobilenet.hpp
///   wide MLP   3072: dense 4096, ReLU, dense 4096, ReLU, dense 10; ours alone, whose weights no cache holds
/// Prediction is logits or probabilities of a batch that lies in memory as floats; training is forward, cross-entropy,
/// backward and a step of Adam. Weights are random: no number depends on them.
#include "../rows.hpp"

#include <string>

namespace work {

enum Net { cnn, mlp, resnet20, mobilenet, wide_mlp };
inline constexpr Net nets[] = {cnn, mlp, resnet20, mobilenet};  // of all programs

constexpr const char* name(Net net) {
  constexpr const char* names[] = {"CNN", "MLP", "ResNet-20", "MobileNet", "Wide MLP"};
  return names[net];
}
constexpr int width(Net net) { return net == mlp ? 784 : 3 * 32 * 32; }

/// Flops of one row forwards, convolutions and dense layers alone.
constexpr double flops(Net net) {
  const auto conv = [](double in, double out, double size, double kernel) { return 2 * in * out * size * size * kernel * kernel; };
  const auto dense = [](double in, double out) { return 2 * in * out; };
  const auto stage = [&](double in, double out, double size, bool projects) {       // three blocks of two
    return conv(in, out, size, 3) + 5 * conv(out, out, size, 3) + (projects ? conv(in, out, size, 1) : 0);
  };
  const auto separable = [&](double in, double out, double size) { return conv(1, in, size, 3) + conv(in, out, size, 1); };
  switch (net) {
    case cnn: return conv(3, 32, 32, 3) + conv(32, 64, 16, 3) + dense(4096, 128) + dense(128, 10);
    case mlp: return dense(784, 256) + dense(256, 128) + dense(128, 10);
    case resnet20: return conv(3, 16, 32, 3) + stage(16, 16, 32, false) + stage(16, 32, 16, true) + stage(32, 64, 8, true) + dense(64, 10);
    case mobilenet:
      return conv(3, 32, 32, 3) + separable(32, 64, 32) + separable(64, 128, 16) + separable(128, 128, 16) + separable(128, 256, 8) +
             separable(256, 256, 8) + dense(256, 10);
    case wide_mlp: return dense(3072, 4096) + dense(4096, 4096) + dense(4096, 10);
  }
  return 0;
}

/// predict(rows) and train(batch), each a function that prepares the call to be timed; what is called trains on `rows_learnt`
/// rows. The share of the peak counts a training step as three forward passes.
constexpr int rows_learnt(Net net, int batch) { return net == mlp ? 16 * batch : 4 * batch; }

/// Nets that predict in bf16 are rows of their own: they are less exact than the others.
inline void add_prediction(Net net, const std::string& who, const auto& predict, bool bf16 = false) {
  for (const int batch : {1, 32, 128}) {
    if (batch == 128 && net != cnn && net != mlp) continue;
    const double all = flops(net) * batch;
    rows::Work work = batch == 1 ? rows::time(all) : rows::items(batch, all);
    if (bf16) work.peak = &rows::bf16_peak;
    rows::add(std::string(name(net)) + " prediction, batch " + std::to_string(batch) + (bf16 ? ", bf16" : ""), who, work,
              [=] { return predict(batch); });
  }
}
inline void add_training(Net net, const std::string& who, const auto& train) {
  for (const int batch : {64, 128}) {
    if (batch == 128 && net != cnn && net != mlp) continue;
    const int n = rows_learnt(net, batch);
    rows::add(std::string(name(net)) + " training, batch " + std::to_string(batch), who, rows::items(n, 3 * n * flops(net)),
              [=] { return train(batch, n); });
  }
}

/// Numbers that look like pixels, and labels: the same in every run.
inline std::vector<float> pixels(std::size_t count) {
  std::vector<float> x(count);
  std::uint32_t state = 1;
  for (float& v : x) v = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-24f;
  return x;
}
template <class Label>
std::vector<Label> labels(int count) {
  std::vector<Label> y(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<Label>(i * 7 % 10);
  return y;
}

}  // namespace work
