// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/train/minimize.hpp>
#include <tutti/train/optimizer.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace tutti {

/// L-BFGS over all rows, for small nets on few rows: every epoch is one step with a line search that satisfies the strong
/// Wolfe conditions, towards the minimum of the mean loss + weight_decay / 2 |w|^2. There is no learning rate, and the
/// schedule has no say; layers that draw random numbers draw the same ones every time. Ends early where the gradient is
/// within the tolerance, or no step descends any more (sums in float end there at about 1e-4).
/// Needs    no accumulation, clipping, averaging, rates by layer or checkpoints.
/// Cost     one to three passes over all rows for each epoch; 2 history + 8 vectors of weights in double.
/// Errors   FitError for an option that it cannot honour, or a loss that is not finite at the first weights.
/// Source   Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 7.5.
struct LBFGS {
  int history = 10;  // steps that the curvature is learnt from
  float tolerance = 1e-5f;
  float weight_decay = 0;

  template <class Training>
  void run(Training& training) const {
    auto& net = training.net();
    const auto& options = training.options();
    const auto& context = training.context();
    const auto& step = options.step;
    if (step.accumulate > 1 || step.clip_norm > 0 || step.clip_value > 0 || step.average_decay > 0 || !options.layers.empty() ||
        context.keeper() != nullptr)
      throw FitError(context.path(), "L-BFGS steps by the gradient of all rows: it does not accumulate, clip, average, "
                                     "set rates by layer or keep checkpoints");
    const auto size = static_cast<std::ptrdiff_t>(net.weights().size());
    Buffer<double> x(net.weights().size());
    std::copy(net.weights().begin(), net.weights().end(), x.begin());
    const auto evaluate = [&](const Buffer<double>& at, Buffer<double>& gradient) {
      set_weights(at, net);
      double loss = 0, weight = 0;
      std::uint64_t b = 0;
      std::fill(gradient.begin(), gradient.end(), 0.0);
      training.each_batch([&](auto batch) {
        const auto part = net.learn(batch, context.random("step").stream(b++));
        const auto g = net.gradients();
        for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += part.weight * static_cast<double>(g[i]);
        loss += part.mean * part.weight;
        weight += part.weight;
      });
      if (weight > 0) kernel::scale(size, 1 / weight, gradient.data());
      kernel::axpy(size, static_cast<double>(weight_decay), at.data(), gradient.data());
      return (weight > 0 ? loss / weight : 0) + static_cast<double>(weight_decay) / 2 * kernel::sum_of_squares(size, at.data());
    };
    const auto goes_on = [&](const Buffer<double>& at, double loss) {
      set_weights(at, net);
      training.finish_epoch(loss);
      return !training.over();
    };
    const Minimum found = minimize(x, evaluate, {options.epochs, static_cast<double>(tolerance), history}, goes_on);
    if (!std::isfinite(found.value)) throw FitError(context.path(), "the loss is " + std::to_string(found.value) + " at the first weights");
    set_weights(x, net);
    training.restore_best();
  }

 private:
  static void set_weights(const Buffer<double>& x, auto& net) {
    std::transform(x.begin(), x.end(), net.weights().begin(), [](double w) { return static_cast<float>(w); });
  }
};

}  // namespace tutti
