// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/update.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train/steps.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>

namespace tutti {

/// How a net goes on learning, and what it needs for that beside its weights. The first fields may be set at any
/// time between updates (a schedule is a new learning rate); saved with the state is what stands behind them.
///
///     auto state = learning_state(model, 7);
///     state.optimizer = SGD{.learning_rate = 0.01f};
///     model = update(model, rows, state);
///
/// An update takes the rows in the order in which they are, `batch` of them for each step: rows that come in pieces
/// of whole batches teach the same, to the bit, as all of them at once. Numbers keep their scale and images theirs.
/// Cost     a copy of the weights for each update, then as much as an epoch of a fit over these rows.
/// Errors   DataError for options, and for moments of another optimiser or net; FitError when the loss is no longer
///          finite. Model and state are then as they were.
struct NetworkLearning {
  int batch = 32;
  AnyLoss loss{};  // empty: by target
  AnyOptimizer optimizer = AdamW{.learning_rate = 1e-3f};
  float clip_norm = 0;
  float clip_value = 0;
  LayerRates rates{};

  std::int64_t steps = 0;  // taken so far
  Buffer<float> moments{};  // of the optimiser; empty before the first step
  Random random{};

  static void visit(auto& self, auto& archive) {
    std::uint64_t key = self.random.key();
    archive("steps", self.steps)("moments", self.moments)("random", key);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) self.random = Random::from_key(key);
  }
};

template <class Chain, class X, class Y>
NetworkLearning NetworkModel<Chain, X, Y>::learning_state(Random random) const {
  NetworkLearning learning;
  learning.random = random;
  return learning;
}

namespace detail {

template <class = void>
void check_learning(const NetworkLearning& l, std::size_t weights) {
  check(l.batch >= 1, "batch: expected at least 1 row", l.batch);
  check(l.optimizer.learning_rate() > 0 && std::isfinite(l.optimizer.learning_rate()),
        "learning_rate: expected a positive number", l.optimizer.learning_rate());
  check(l.clip_norm >= 0, "clip_norm: expected 0 or more", l.clip_norm);
  check(l.clip_value >= 0, "clip_value: expected 0 or more", l.clip_value);
  const std::size_t moments = static_cast<std::size_t>(l.optimizer.states()) * weights;
  check(l.moments.size() == moments || (l.steps == 0 && l.moments.empty()),
        {"the state is of another optimiser or net: expected ", moments, " moments"}, l.moments.size());
}

template <class = void>
[[noreturn, gnu::cold]] void update_diverged(std::int64_t step) {
  throw FitError("update", "the loss is no longer finite after step " + std::to_string(step) +
                               ": a smaller learning rate may help, or inputs of a smaller scale");
}

/// Steps over the rows in order. As in a fit, a last batch that is smaller than the net allows is left out.
template <class Net>
void take_steps(Net& net, std::ptrdiff_t batch, const NetworkLearning& l, std::span<const LayerPlace> layers,
                Buffer<float>& moments, std::int64_t& step) {
  if (std::min(batch, net.rows()) < net.smallest_batch())
    throw FitError("update", detail::batch_too_small);
  Steps<Net> steps(net, l.optimizer, {1, l.clip_norm, l.clip_value, 0}, layers, moments);
  Buffer<RowIndex> rows(static_cast<std::size_t>(net.rows()));
  std::iota(rows.begin(), rows.end(), RowIndex{0});
  for (std::ptrdiff_t first = 0; first < net.rows(); first += batch) {
    const std::ptrdiff_t count = std::min(batch, net.rows() - first);
    if (count < net.smallest_batch()) break;
    const std::span<const RowIndex> part(rows.data() + first, static_cast<std::size_t>(count));
    if (!std::isfinite(steps.learn(part, l.random.stream("step").stream(static_cast<std::uint64_t>(step))).mean))
      update_diverged(step);
    steps.take(static_cast<double>(l.optimizer.learning_rate()), ++step);
  }
  if (!std::isfinite(kernel::sum_of_squares(std::ssize(net.weights()), net.weights().data()))) update_diverged(step);
}

template <class Chain, class X, class Y>
NetworkModel<Chain, X, Y> update_network(const NetworkState<Chain, X, Y>& from, const Dataset<X, Y>& rows,
                                         NetworkLearning& learning) {
  check_learning(learning, from.weights.size());
  const AnyLoss loss = learning.loss.for_targets<Y>();
  loss.check(from.outputs);
  if constexpr (!has_probabilities<Y>)
    check(loss.distribution() == from.target_scale.empty(),
          "loss: expected one for targets of the kind that the net was fitted to (numbers or probabilities)", loss.name());
  auto net = from.copy();
  if (rows.rows() > 0) {
    const auto layers = rated_layers(learning.rates, *net->node);
    Buffer<float> moments = learning.moments;
    moments.resize(static_cast<std::size_t>(learning.optimizer.states()) * from.weights.size());
    std::int64_t step = learning.steps;
    const Dataset<X, Y> nobody;
    NetworkTrainer<Chain, X, Y> trainer(*net, rows, nobody, loss, learning.batch);
    take_steps<Trainable>(trainer, learning.batch, learning, std::span<const LayerPlace>(layers.data(), layers.size()), moments, step);
    learning.moments = std::move(moments);
    learning.steps = step;
  }
  return NetworkModel<Chain, X, Y>(std::move(net));
}

}  // namespace detail
}  // namespace tutti
