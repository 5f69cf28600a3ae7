// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/model/network.hpp>
#include <tutti/model/network_trainer.hpp>
#include <tutti/train/loop.hpp>
#include <tutti/train/schedules.hpp>

#include <algorithm>
#include <limits>

namespace tutti::detail {

/// True where a slice of the rows is kept to look at.
template <class = void>
bool holds_out(const NetworkOptions& o) {
  return o.early_stop > 0 || o.validate_every > 0 || o.schedule.needs_validation();
}

template <class = void>
void check_options(const NetworkOptions& o) {
  check(o.epochs >= 0, "epochs: expected 0 or more", o.epochs);
  check(o.batch >= 1, "batch: expected at least 1 row", o.batch);
  check(o.optimizer.learning_rate() > 0 && std::isfinite(o.optimizer.learning_rate()),
        "learning_rate: expected a positive number", o.optimizer.learning_rate());
  check(o.accumulate >= 1, "accumulate: expected at least 1 batch", o.accumulate);
  check(o.clip_norm >= 0, "clip_norm: expected 0 or more", o.clip_norm);
  check(o.clip_value >= 0, "clip_value: expected 0 or more", o.clip_value);
  check(o.average_decay >= 0 && o.average_decay < 1, "average_decay: expected 0 or more, below 1", o.average_decay);
  check(o.validate_every >= 0, "validate_every: expected a number of epochs, or 0", o.validate_every);
  check(o.early_stop >= 0, "early_stop: expected a number of epochs, or 0", o.early_stop);
  check(!o.monitor || holds_out(o), "monitor: expected early_stop or validate_every above 0, so that there are rows for it",
        o.monitor.name());
  check(!holds_out(o) || (o.validation > 0 && o.validation < 1),
        "validation: expected a share between 0 and 1", o.validation);
}

/// Weighted means of images, channel by channel, and what scales them to standard deviation 1 (0 stays 0
/// where a channel is constant).
template <class X, class Y>
void measure_pixels(const Dataset<X, Y>& data, std::ptrdiff_t width, PixelScaling& pixels) {
  const std::size_t planes = pixels.planes.size();
  Buffer<double> sum(planes), squares(planes), total(planes);
  Buffer<float> row(static_cast<std::size_t>(width));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const double w = static_cast<double>(data.weight(i));
    data.x(i).copy_to(row.data());
    for (std::size_t p = 0; p < planes; ++p) {
      const float* x = row.data() + pixels.planes[p].begin;
      double s = 0, q = 0;  // 8-bit pixels: both sums are exact
      for (std::ptrdiff_t j = 0; j < pixels.planes[p].size; ++j) {
        const double v = static_cast<double>(x[j]);
        s += v;
        q += v * v;
      }
      sum[p] += w * s;
      squares[p] += w * q;
      total[p] += w * static_cast<double>(pixels.planes[p].size);
    }
  }
  for (std::size_t p = 0; p < planes; ++p) {
    const double mean = total[p] > 0 ? sum[p] / total[p] : 0,
                 variance = total[p] > 0 ? squares[p] / total[p] - mean * mean : 0;
    pixels.mean.push_back(static_cast<float>(mean));
    pixels.scale.push_back(variance > 0 ? static_cast<float>(1 / std::sqrt(variance)) : 1.0f);
  }
}

/// Weighted mean and standard deviation of each target.
template <class X, class Y>
void measure_targets(const Dataset<X, Y>& data, Buffer<float>& mean, Buffer<float>& scale) {
  for (std::size_t k = 0; k < static_cast<std::size_t>(data.outputs()); ++k) {
    double total = 0, m = 0, squares = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const double w = static_cast<double>(data.weight(i)), v = static_cast<double>(data.target(i)[k]);
      if (w == 0) continue;
      total += w;
      const double step = (v - m) * w / total;  // Welford: no cancellation where the mean is large
      squares += w * (v - m) * (v - m - step);
      m += step;
    }
    const double variance = total > 0 ? squares / total : 0;
    mean.push_back(static_cast<float>(m));
    scale.push_back(variance > 0 ? static_cast<float>(std::sqrt(variance)) : 1.0f);
  }
}

/// The layers with their rates; empty where all learn alike.
template <class Node>
Buffer<LayerPlace> rated_layers(const LayerRates& rates, Node& node) {
  if (!rates) return {};
  Buffer<LayerPlace> layers = layer_places(node);
  rates.check(static_cast<int>(layers.size()));
  for (std::size_t i = 0; i < layers.size(); ++i) layers[i].times = rates[static_cast<std::ptrdiff_t>(i)];
  return layers;
}

/// The net before its first step: layers bound, weights drawn, inputs and targets measured.
template <class Chain, class X, class Y>
std::shared_ptr<NetworkState<Chain, X, Y>> start_network(const Network<Chain>& spec, const Dataset<X, Y>& learnt,
                                                         const AnyLoss& loss, const Context& context) {
  auto state = std::make_shared<NetworkState<Chain, X, Y>>();
  state->chain = spec.chain;
  state->widths = widths_of<X>(*learnt.storage());
  state->outputs = learnt.outputs();
  state->predicts_in_bf16 = spec.options.predict_in_bf16;
  const auto [weights, buffers] = state->build();
  state->weights.resize(static_cast<std::size_t>(weights));
  state->buffers.resize(static_cast<std::size_t>(buffers));
  auto fill_weights = ParameterVisitor<float>::filling(context.random("weights")),
       fill_buffers = ParameterVisitor<float>::filling(context.random("buffers"));
  state->bind();
  state->node->parameters(fill_weights);
  state->node->buffers(fill_buffers);
  if (spec.options.standardize) measure_pixels(learnt, state->node->in().size(), state->pixels);
  else state->pixels.planes.clear();
  if constexpr (!has_probabilities<Y>) {
    if (loss.raw()) {
      state->target_mean.assign(static_cast<std::size_t>(state->outputs), 0.0f);
      state->target_scale.assign(static_cast<std::size_t>(state->outputs), 1.0f);
    } else if (!loss.distribution()) {
      measure_targets(learnt, state->target_mean, state->target_scale);
    }
  }
  return state;
}

/// What the loop is told.
template <class Node>
LoopOptions loop_options(const NetworkOptions& o, std::ptrdiff_t rows, Node& node) {
  LoopOptions loop{o.epochs > 0 ? o.epochs : epochs_for(rows), o.batch, o.optimizer, o.schedule, o.early_stop,
                   o.validate_every};
  loop.step = {o.accumulate, o.clip_norm, o.clip_value, o.average_decay};
  loop.layers = rated_layers(o.rates, node);
  loop.monitor = o.monitor;
  return loop;
}

/// Trains a net; `adopt(state)` may change its weights before the first step.
template <class Chain, class X, class Y, class Adopt>
NetworkModel<Chain, X, Y> fit_network_from(const Network<Chain>& spec, const Dataset<X, Y>& data,
                                           const Context& context, const Adopt& adopt, Snapshots* snapshots = nullptr) {
  const NetworkOptions& options = spec.options;
  check_options(options);
  const AnyLoss loss = options.loss.for_targets<Y>();
  loss.check(data.outputs());
  options.monitor.check_targets(Y::is_label, is_flags<Y>);
  Dataset<X, Y> learnt = data, held_out;
  if (holds_out(options)) {
    const auto [train, judge] = hold_out(data, static_cast<double>(options.validation), true,
                                         data.has_times(), context.random("validation"));
    learnt = data.subset(train);
    held_out = data.subset(judge);
  }
  auto state = start_network(spec, learnt, loss, context);
  adopt(*state);
  NetworkTrainer<Chain, X, Y> trainer(*state, learnt, held_out, loss, options.batch);
  trainer.mix(options.mix);
  trainer.watch(options.monitor);
  LoopOptions loop = loop_options(options, learnt.rows(), *state->node);
  loop.snapshots = snapshots;
  train(trainer, loop, context);
  return NetworkModel<Chain, X, Y>(std::move(state));
}

template <class Chain, class X, class Y>
NetworkModel<Chain, X, Y> fit_network(const Network<Chain>& spec, const Dataset<X, Y>& data,
                                      const Context& context) {
  return fit_network_from(spec, data, context, [](auto&) {});
}

/// The same net trained in cycles of as many epochs, in each of which the learning rate falls along half a cosine.
/// Errors   DataError for options that contradict cycles.
template <class = void>
[[gnu::cold]] NetworkOptions cyclic(NetworkOptions o, std::ptrdiff_t rows, int cycles) {
  check_options(o);
  check(cycles >= 1, "cycles: expected at least 1", cycles);
  check(o.early_stop == 0, "early_stop: expected 0, for the ends of all cycles are members", o.early_stop);
  check(o.schedule == NetworkOptions{}.schedule, "schedule: expected none, for every cycle is a cosine", "one of the net's own");
  check(!o.optimizer.whole(), "optimizer: expected one that steps at a learning rate", "one that does not");
  const int epochs = o.epochs > 0 ? o.epochs : epochs_for(rows), period = (epochs - 1) / cycles + 1;
  check(period <= std::numeric_limits<int>::max() / cycles, "cycles: expected fewer", cycles);
  o.epochs = period * cycles;
  o.schedule = Cosine{.period = period};
  return o;
}

/// The nets at the ends of the cycles of one training, in their order; those that were reached where a stop was asked for.
template <class Chain, class X, class Y, class Adopt>
Buffer<NetworkModel<Chain, X, Y>> fit_cycles_from(const Network<Chain>& spec, const Dataset<X, Y>& data,
                                                  const Context& context, int cycles, const Adopt& adopt) {
  const Network<Chain> in_cycles(spec.chain, cyclic(spec.options, data.rows(), cycles));
  Snapshots taken{in_cycles.options.epochs / cycles};
  const auto last = fit_network_from(in_cycles, data, context, adopt, &taken);
  const std::size_t weights = last.state().weights.size(), size = weights + last.state().buffers.size();
  Buffer<NetworkModel<Chain, X, Y>> nets;
  for (std::size_t first = 0; first + size <= taken.numbers.size() && size > 0; first += size) {
    auto net = last.state().copy();
    std::copy_n(taken.numbers.data() + first, weights, net->weights.data());
    std::copy_n(taken.numbers.data() + first + weights, size - weights, net->buffers.data());
    nets.push_back(NetworkModel<Chain, X, Y>(std::move(net)));
  }
  if (nets.empty()) nets.push_back(last);  // no cycle came to its end
  return nets;
}

template <class Chain, class X, class Y>
Buffer<NetworkModel<Chain, X, Y>> fit_network_cycles(const Network<Chain>& spec, const Dataset<X, Y>& data,
                                                     const Context& context, int cycles) {
  return fit_cycles_from(spec, data, context, cycles, [](auto&) {});
}

}  // namespace tutti::detail
