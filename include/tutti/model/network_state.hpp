// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/target.hpp>
#include <tutti/kernel/activation.hpp>
#include <tutti/kernel/logistic.hpp>
#include <tutti/layer/chain.hpp>
#include <tutti/layer/fields.hpp>
#include <tutti/layer/fuse.hpp>
#include <tutti/layer/on.hpp>
#include <tutti/layer/residual.hpp>
#include <tutti/layer/sum.hpp>
#include <tutti/model/pixel_scaling.hpp>

#include <memory>
#include <optional>

namespace tutti {

/// Everything that a trained net consists of: its layers for these extents, bound to one flat buffer of
/// weights.
template <class Chain, class X, class Y>
struct NetworkState {
  using In = ExtentsOf<X, Y::outputs>;
  using Node = NodeOf<Chain, In, float>;

  Chain chain{};
  Buffer<int> widths{};  // numbers in a row; for a record those of each field
  int outputs = 0;
  bool predicts_in_bf16 = false;  // dense layers then read weights packed as bf16, see NetworkOptions
  Buffer<float> weights{}, buffers{};  // buffers: running statistics of layers
  Buffer<float> packed{};              // weights once more, as layers read them fastest
  PixelScaling pixels{};
  Buffer<float> target_mean{}, target_scale{};  // of numbers; empty where probabilities are learnt
  std::optional<Node> node{};                        // views of `weights`: a state is never copied

  NetworkState() = default;
  NetworkState(const NetworkState&) = delete;
  NetworkState& operator=(const NetworkState&) = delete;

  /// The layers for the extents that the fields say, not bound yet; how many weights and buffers they need.
  /// Errors   ShapeError that names the layer whose requirement is broken.
  std::pair<std::ptrdiff_t, std::ptrdiff_t> build() {
    const In in = extents();
    if constexpr (!In::is_static) {
      LayerBehaviour<Chain>::explain(in.input_shape(), 0);
      const Shape out = tutti::trace<Chain>(in.input_shape()).out;
      check<ShapeError>(out.size() == outputs, {"the last layer: expected ", outputs, " outputs"},
                        out.size());
    }
    node.emplace(chain, in);
    pixels.planes = detail::planes_of<X>(in);
    auto needed = ParameterVisitor<float>::counting(), kept = needed;
    node->parameters(needed);
    node->buffers(kept);
    return {needed.count(), kept.count()};
  }
  /// Points the layers to their numbers: to train with the weights as they are, or to predict, maybe with them as bf16.
  void bind(bool bf16 = false) {
    auto counted = ParameterVisitor<float>::counting(bf16);
    node->parameters(counted);
    packed.resize(static_cast<std::size_t>(counted.packed_count()));
    auto to_weights = ParameterVisitor<float>::binding(weights.data(), packed.empty() ? nullptr : packed.data(), bf16),
         to_buffers = ParameterVisitor<float>::binding(buffers.data());
    node->parameters(to_weights);
    node->buffers(to_buffers);
    pack();
  }
  /// From what the last layer says to probabilities, or numbers in their own units.
  void finish(Rows<float> y) const noexcept {
    if constexpr (is_flags<Y>) kernel::logistic(y.size(), y.data(), y.data());
    else if (Y::is_label || target_scale.empty()) kernel::softmax_rows<float>(y.rows(), y.width(), y.data(), y.data());
    else
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r)
        for (std::size_t k = 0; k < target_scale.size(); ++k) {
          float& value = y(r, static_cast<std::ptrdiff_t>(k));
          value = value * target_scale[k] + target_mean[k];
        }
  }
  /// Due whenever weights have changed.
  void pack() {
    auto packing = ParameterVisitor<float>::packing();
    node->parameters(packing);
  }
  In extents() const {
    if constexpr (In::is_static) return {};
    else return extents_of_widths<In, X>(widths, outputs);
  }

  /// The same net with weights of its own, to be trained.
  std::shared_ptr<NetworkState> copy() const {
    auto net = std::make_shared<NetworkState>();
    net->chain = chain;
    net->widths = widths;
    net->outputs = outputs;
    net->predicts_in_bf16 = predicts_in_bf16;
    net->build();
    net->weights = weights;
    net->buffers = buffers;
    net->pixels = pixels;
    net->target_mean = target_mean;
    net->target_scale = target_scale;
    net->bind();
    return net;
  }

  [[gnu::cold]] static void visit(auto& self, auto& archive) {
    tutti::visit_fields(self.chain, archive, "layer", std::type_identity<Chain>{});
    archive("widths", self.widths)("outputs", self.outputs)("predicts_in_bf16", self.predicts_in_bf16);
    archive("weights", self.weights)("buffers", self.buffers);
    archive("pixels", self.pixels)("target_mean", self.target_mean)("target_scale", self.target_scale);
  }
  void loaded() {
    constexpr int widest = 1 << 24;  // so that no product of extents overflows
    check<FileError>(outputs > 0 && outputs < widest && (Y::outputs < 0 || outputs == Y::outputs),
                     "expected the number of outputs", outputs);
    check<FileError>(widths.size() == detail::parts_of<X>,
                     {"expected the widths of ", detail::parts_of<X>, " parts"}, widths.size());
    for (const int w : widths) check<FileError>(w > 0 && w < widest, "expected the width of a row", w);
    try {
      const auto [needed, kept] = build();
      check<FileError>(std::ssize(weights) == needed, {"expected ", needed, " weights"}, weights.size());
      check<FileError>(std::ssize(buffers) == kept, {"expected ", kept, " running statistics"},
                       buffers.size());
    } catch (const ShapeError& e) {
      throw FileError(e.what());
    }
    const std::size_t planes = pixels.mean.empty() ? 0 : pixels.planes.size(),
                      numbers = has_probabilities<Y> ? 0 : static_cast<std::size_t>(outputs);
    check<FileError>(pixels.mean.size() == planes && pixels.scale.size() == planes,
                     {"expected ", planes, " scaled channels"}, pixels.scale.size());
    if (planes == 0) pixels.planes.clear();
    check<FileError>((target_mean.empty() || target_mean.size() == numbers) && target_scale.size() == target_mean.size(),
                     {"expected the scale of ", numbers, " targets"}, target_scale.size());
    bind(predicts_in_bf16);
  }
};

}  // namespace tutti
