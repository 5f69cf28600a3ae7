// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/layer/parameters.hpp>
#include <tutti/train/layer_rates.hpp>

namespace tutti::detail {

/// Where the weights and the running statistics of each layer of a chain lie; anything else is one layer.
template <class Node>
[[gnu::cold]] Buffer<LayerPlace> layer_places(Node& node) {
  Buffer<LayerPlace> places;
  auto weights = ParameterVisitor<float>::counting(), buffers = weights;
  const auto add = [&](auto& layer) {
    LayerPlace place{.weights = weights.count(), .buffers = buffers.count()};
    layer.parameters(weights);
    layer.buffers(buffers);
    place.weights_end = weights.count();
    place.buffers_end = buffers.count();
    places.push_back(place);
  };
  if constexpr (requires { node.each_layer([](auto, auto&) {}); }) node.each_layer([&](auto, auto& layer) { add(layer); });
  else add(node);
  return places;
}

}  // namespace tutti::detail
