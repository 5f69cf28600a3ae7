// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/fine_tune.hpp>
#include <tutti/model/network_fit.hpp>

#include <algorithm>

namespace tutti::detail {

/// Weights and running statistics of the first layers of a chain, and the scaling of its images.
/// Errors   ShapeError where a layer has other extents.
template <class To, class From>
void take_over(To& to, const From& from, int layers) {
  auto theirs = *from.node;  // views are counted, not followed
  const Buffer<LayerPlace> ours = layer_places(*to.node), places = layer_places(theirs);
  for (std::size_t i = 0; i < static_cast<std::size_t>(layers); ++i) {
    const LayerPlace &a = ours[i], &b = places[i];
    check<ShapeError>(a.weights_end == b.weights_end && a.buffers_end == b.buffers_end,
                      {"layer ", i, " is taken over from a fitted net: expected ", b.weights_end - b.weights, " weights"},
                      a.weights_end - a.weights);
    std::copy(from.weights.begin() + b.weights, from.weights.begin() + b.weights_end, to.weights.begin() + a.weights);
    std::copy(from.buffers.begin() + b.buffers, from.buffers.begin() + b.buffers_end, to.buffers.begin() + a.buffers);
  }
  to.pixels = from.pixels;
}

template <class Net, class Pretrained, class X, class Y>
ModelOf<Net, X, Y> fit_tuned(const FineTune<Net, Pretrained>& spec, const Dataset<X, Y>& data, const Context& context) {
  return fit_network_from(Network(spec.net), data, context,
                          [&](auto& state) { take_over(state, spec.pretrained.model().state(), spec.common); });
}

template <class Net, class Pretrained, class X, class Y>
Buffer<ModelOf<Net, X, Y>> fit_tuned_cycles(const FineTune<Net, Pretrained>& spec, const Dataset<X, Y>& data,
                                            const Context& context, int cycles) {
  return fit_cycles_from(Network(spec.net), data, context, cycles,
                         [&](auto& state) { take_over(state, spec.pretrained.model().state(), spec.common); });
}

}  // namespace tutti::detail
