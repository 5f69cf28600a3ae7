// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/train/layer_rates.hpp>
#include <tutti/train/optimizer.hpp>
#include <tutti/train/step_gradient.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace tutti::detail {

/// The steps of an optimiser on the weights of a net, layer by layer where they have rates of their own. What a
/// frozen layer keeps beside its weights (running statistics) stays as it is.
/// Shapes   moments (states of the optimiser, weights), all 0 before the first step.
template <class Net>
class Steps {
 public:
  Steps(Net& net, const AnyOptimizer& optimizer, const StepOptions& options, std::span<const LayerPlace> layers,
        Buffer<float>& moments)
      : net_(net), optimizer_(optimizer), layers_(layers), moments_(moments), size_(std::ssize(net.weights())),
        gradient_(options, size_) {
    if (!layers.empty()) statistics_.assign(net.buffers());
  }

  /// A batch whose gradient counts in the next step.
  auto learn(std::span<const std::uint32_t> batch, Random random) {
    const auto loss = net_.learn(batch, random);
    for (const LayerPlace& layer : layers_)
      if (layer.times == 0)
        std::copy(statistics_.begin() + layer.buffers, statistics_.begin() + layer.buffers_end,
                  net_.buffers().begin() + layer.buffers);
    gradient_.add(net_.gradients(), loss.weight);
    return loss;
  }
  /// Step number `step`, from 1.
  void take(double rate, std::int64_t step) {
    const Update<float> update{net_.weights().data(), gradient_.finish(layers_), moments_.data(), size_, size_, rate, step};
    parallel::for_each(size_, weights_grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      if (layers_.empty()) optimizer_.update(update.piece(begin, end - begin));
      for (const LayerPlace& layer : layers_) {
        const std::ptrdiff_t first = std::max(begin, layer.weights), last = std::min(end, layer.weights_end);
        if (first >= last || layer.times == 0) continue;
        Update<float> piece = update.piece(first, last - first);
        piece.rate *= layer.times;
        optimizer_.update(piece);
      }
    });
  }

 private:
  Net& net_;
  const AnyOptimizer& optimizer_;
  std::span<const LayerPlace> layers_;
  Buffer<float>& moments_;
  std::ptrdiff_t size_;
  StepGradient<float> gradient_;
  Buffer<float> statistics_{};
};

}  // namespace tutti::detail
