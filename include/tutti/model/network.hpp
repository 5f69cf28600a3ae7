// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/monitor.hpp>
#include <tutti/measure/any_loss.hpp>
#include <tutti/model/network_model.hpp>
#include <tutti/train/adamw.hpp>
#include <tutti/train/layer_rates.hpp>
#include <tutti/train/mixing.hpp>
#include <tutti/train/schedule.hpp>

#include <algorithm>

namespace tutti {

/// How a net is trained. The defaults suit small nets; epochs and learning rate are what to look at first.
struct NetworkOptions {
  int epochs = 0;  // passes over the rows; 0: see epochs_for
  int batch = 32;  // rows for each step of the optimiser
  AnyLoss loss{};  // empty: cross-entropy for labels, binary for flags, MSE for numbers
  AnyOptimizer optimizer = AdamW{.learning_rate = 5e-3f};
  AnySchedule schedule = OneCycle{};
  AnyMixing mix{};           // Mixup or CutMix: rows and losses mixed within a batch, before the first layer
  int accumulate = 1;        // batches that make one step, as if they were one
  float clip_norm = 0;       // longer gradients are scaled to this length; 0: never
  float clip_value = 0;      // each number of a gradient to [-clip_value, clip_value]; 0: never
  LayerRates rates{};        // learning rates layer by layer: {0, 0.1f} freezes the first, slows the second
  float average_decay = 0;   // of a moving average of the weights, which is what is kept; 0: the last weights
  int early_stop = 0;        // epochs without gain on the slice; 0: never stop early
  Monitor monitor{};         // what a gain is, and which weights are best: a metric such as AUC{}; empty: the loss
  int validate_every = 0;    // epochs between looks at the slice; 0: each, where something depends on it
  float validation = 0.1f;  // the slice, as a share of the rows
  bool standardize = true;  // images to mean 0, deviation 1, channel by channel
  bool predict_in_bf16 = false;  // large dense layers read weights and inputs as bf16: half the bytes, less exact
};

/// How many epochs 0 means: so many that 80 000 rows are seen, but no fewer than 10 and no more than 200.
constexpr int epochs_for(std::ptrdiff_t rows) {
  return static_cast<int>(std::clamp<std::ptrdiff_t>(80'000 / std::max<std::ptrdiff_t>(rows, 1), 10, 200));
}

/// A chain of layers with its training, by mini-batches and backpropagation. A bare chain of layers where an
/// estimator is due means Network{chain}. The net ends in logits, the loss owns the softmax; numbers are
/// predicted in units of their standard deviation inside, so that one learning rate suits all targets. Rows
/// may have weights. With early_stop the weights that were best on a slice of the rows are kept, by the loss or by the
/// metric that `monitor` names (schedules look at the loss); no group, id or repeated row is on both sides of it. Layers
/// frozen by `rates` keep weights and running statistics; batch norm among them still scales by the batch in training.
/// Rows are read, scaled and augmented by the tasks that compute with them, chunk by chunk of a batch: some load while
/// others compute (batch norm waits until the batch is read).
/// With predict_in_bf16 the fitted net rounds weights and inputs of its dense layers to bf16, those of 4096 weights or more and more
/// than 16 outputs: each by 2^-8 of itself at most, sums are of floats. Training, and the slice looked at, know floats alone.
/// The floats stay: update goes on with them and files keep them, so that neither files nor memory become smaller.
/// Shapes   x rows of X -> y (K), K as many as the data have classes or targets.
/// Needs    a last layer of K outputs: Dense<Classes>, which is Dense<>.
/// Cost     epochs * rows * three times the flops of its layers; 16 sets of gradients at most.
/// Errors   at compile time the first layer whose requirement is broken; with Dynamic extents a ShapeError
///          that names it.
///          FitError that names epoch and batch when the loss is no longer finite.
template <class Chain>
struct Network {
  Chain chain{};
  NetworkOptions options{};

  constexpr Network() = default;
  constexpr explicit Network(Chain c, NetworkOptions o = {}) : chain(std::move(c)), options(std::move(o)) {}
};
template <class Chain> Network(Chain) -> Network<Chain>;
template <class Chain> Network(Chain, NetworkOptions) -> Network<Chain>;

namespace detail {
template <class Chain, class X, class Y>
NetworkModel<Chain, X, Y> fit_network(const Network<Chain>& spec, const Dataset<X, Y>& data,
                                      const Context& context);  // network_fit.hpp
template <class Chain, class X, class Y>
Buffer<NetworkModel<Chain, X, Y>> fit_network_cycles(const Network<Chain>& spec, const Dataset<X, Y>& data,
                                                     const Context& context, int cycles);  // network_fit.hpp

/// Where the outputs of a net come from, as an error names it.
template <class Chain>
struct LastLayer {
  using type = error::Layer<0, Chain>;
};
template <class... L>
struct LastLayer<Cascade<L...>> {
  using type = error::Layer<static_cast<int>(sizeof...(L)) - 1, meta::at<sizeof...(L) - 1, L...>>;
};

/// What is wrong with these layers between rows of X and a target of Y.
template <class Chain, class X, class Y>
constexpr auto diagnose_layers() {
  if constexpr (std::is_same_v<Chain, Cascade<>>) {
    return std::type_identity<
        error::Mismatch<Network<Chain>, error::Member<0, Chain>, error::at_least_one_layer>>{};
  } else if constexpr (Y::outputs == 0) {
    return std::type_identity<error::Mismatch<Network<Chain>, error::GetsType<Y>,
                                              error::a_fit_member_for_these_inputs_and_targets>>{};
  } else {
    using In = ExtentsOf<X, Y::outputs>;
    constexpr Traced t = tutti::trace<Chain>(traced_input<In>());
    if constexpr (!t.fits) {
      return LayerBehaviour<Chain>::template diagnose<0, In>();
    } else if constexpr (t.out.size() != Dynamic && Y::outputs != Dynamic && t.out.size() != Y::outputs) {
      return std::type_identity<
          error::Mismatch<typename LastLayer<Chain>::type, typename WordOf<error::Makes, t.out>::type,
                          error::Outputs<Y::outputs>>>{};
    } else {
      return std::type_identity<error::none>{};
    }
  }
}
}  // namespace detail

template <class Chain>
struct Behaviour<Network<Chain>> {
  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .probabilities = true, .incremental = true};

  template <class X, class Y>
  using Model = NetworkModel<Chain, X, Y>;
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_layers<Chain, X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Network<Chain>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_network(spec, data, context);
  }
  /// The nets at the ends of the cycles of one training: what Snapshot asks for.
  template <class X, class Y>
  static Buffer<Model<X, Y>> fit_cycles(const Network<Chain>& spec, const Dataset<X, Y>& data, const Context& context, int cycles) {
    return detail::fit_network_cycles(spec, data, context, cycles);
  }
};

/// Layers where an estimator is due: a net with the default training.
template <class L>
  requires is_layer<L>
struct Behaviour<L> : Behaviour<Network<L>> {
  template <class X, class Y>
  static NetworkModel<L, X, Y> fit(const L& layers, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_network(Network<L>(layers), data, context);
  }
  template <class X, class Y>
  static Buffer<NetworkModel<L, X, Y>> fit_cycles(const L& layers, const Dataset<X, Y>& data, const Context& context, int cycles) {
    return detail::fit_network_cycles(Network<L>(layers), data, context, cycles);
  }
};

}  // namespace tutti
