// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train/fit.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iosfwd>
#include <string>

namespace tutti {

struct LearningRateSearch {
  float lowest = 1e-6f;
  float highest = 1;
  int steps = 100;   // batches, each at a higher rate than the one before
  float stop = 4;    // times the lowest loss so far: enough is seen
  std::uint64_t seed = 0;
  int threads = 0;   // 0: all cores
};

/// The loss of a batch before the step at each rate; `suggestion` is the rate where it falls fastest.
struct LearningRateCurve {
  Buffer<double> rates{}, losses{};
  double suggestion = 0;
};

/// A line for about 25 of the rates, the loss as a bar, the suggestion at the end.
template <class = void>
std::string to_string(const LearningRateCurve& curve) {
  std::string out = "learning rate         loss\n";
  double most = 0;
  for (const double l : curve.losses) most = std::max(most, l);
  char line[96];
  for (std::size_t i = 0; i < curve.rates.size(); i += std::max<std::size_t>(curve.rates.size() / 25, 1)) {
    const int cells = most > 0 ? static_cast<int>(40 * std::max(curve.losses[i], 0.0) / most) : 0;
    std::snprintf(line, sizeof line, "%13.3g %12.5g  %.*s\n", curve.rates[i], curve.losses[i], cells,
                  "########################################");
    out += line;
  }
  std::snprintf(line, sizeof line, "suggestion: %.3g, where the loss falls fastest\n", curve.suggestion);
  return out + line;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const LearningRateCurve& curve) {
  return out << to_string(curve);
}

namespace detail {

/// The rate before the lowest loss at which the loss, smoothed over a twentieth of the curve to either side, falls fastest.
template <class = void>
double steepest(const LearningRateCurve& curve) {
  const std::ptrdiff_t n = std::ssize(curve.losses), half = std::max<std::ptrdiff_t>(n / 20, 1);
  Buffer<double> smooth(static_cast<std::size_t>(n));
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const std::ptrdiff_t reach = std::min({half, i, n - 1 - i});  // symmetric: a moving average would lag behind
    double& mean = smooth[static_cast<std::size_t>(i)];
    for (std::ptrdiff_t j = i - reach; j <= i + reach; ++j) mean += curve.losses[static_cast<std::size_t>(j)] / static_cast<double>(2 * reach + 1);
  }
  const std::ptrdiff_t lowest = std::min_element(smooth.begin(), smooth.end()) - smooth.begin();
  std::ptrdiff_t best = 0;
  double slope = 0;
  for (std::ptrdiff_t i = 1; i < std::min(lowest + 1, n - 1); ++i) {
    const double s = smooth[static_cast<std::size_t>(i + 1)] - smooth[static_cast<std::size_t>(i - 1)];
    if (s < slope) {
      slope = s;
      best = i;
    }
  }
  return n > 0 ? curve.rates[static_cast<std::size_t>(best)] : 0;
}

template <class Net>
LearningRateCurve range_test(Net& net, const LoopOptions& loop, const LearningRateSearch& search, const Context& context) {
  const std::ptrdiff_t batch = std::min<std::ptrdiff_t>(loop.batch, net.rows());
  if (batch < net.smallest_batch()) throw FitError(context.path(), detail::batch_too_small);
  Buffer<float> moments(static_cast<std::size_t>(loop.optimizer.states()) * net.weights().size());
  Steps<Net> steps(net, loop.optimizer, {1, loop.step.clip_norm, loop.step.clip_value, 0},
                   std::span<const LayerPlace>(loop.layers.data(), loop.layers.size()), moments);
  Buffer<RowIndex> order(static_cast<std::size_t>(net.rows()));
  std::iota(order.begin(), order.end(), RowIndex{0});
  LearningRateCurve curve;
  double best = std::numeric_limits<double>::infinity();
  std::ptrdiff_t at = net.rows();
  std::uint64_t epoch = 0;
  for (int k = 0; k < search.steps; ++k, at += batch) {
    if (at + batch > net.rows()) {
      shuffle(std::span<RowIndex>(order), context.random("order").stream(epoch++));
      at = 0;
    }
    const std::span<const RowIndex> rows(order.data() + at, static_cast<std::size_t>(batch));
    const double loss = steps.learn(rows, context.random("step").stream(static_cast<std::uint64_t>(k))).mean;
    if (!std::isfinite(loss) || loss > best * static_cast<double>(search.stop)) break;
    const double share = static_cast<double>(k) / static_cast<double>(search.steps - 1),
                 rate = static_cast<double>(search.lowest) * std::pow(static_cast<double>(search.highest) / static_cast<double>(search.lowest), share);
    curve.rates.push_back(rate);
    curve.losses.push_back(loss);
    best = std::min(best, loss);
    steps.take(rate, k + 1);
  }
  curve.suggestion = steepest(curve);
  return curve;
}

template <class Chain, class X, class Y>
LearningRateCurve find_rate_of(const Network<Chain>& spec, const Dataset<X, Y>& data, const LearningRateSearch& search,
                               const Context& context) {
  check(search.lowest > 0 && search.lowest < search.highest && std::isfinite(search.highest),
        "expected 0 < lowest < highest; lowest", search.lowest);
  check(search.steps >= 3, "steps: expected at least 3 steps", search.steps);
  check(search.stop > 1, "stop: expected more than 1", search.stop);
  refuse_what_it_cannot_take<Network<Chain>>(data, context);
  check_options(spec.options);
  const AnyLoss loss = spec.options.loss.template for_targets<Y>();
  loss.check(data.outputs());
  auto state = start_network(spec, data, loss, context);
  const Dataset<X, Y> nobody;
  NetworkTrainer<Chain, X, Y> trainer(*state, data, nobody, loss, spec.options.batch);
  trainer.mix(spec.options.mix);
  return range_test<Trainable>(trainer, loop_options(spec.options, data.rows(), *state->node), search, context);
}

}  // namespace detail

/// Which learning rate suits a net: trains it for some batches, each at a higher rate (lowest to highest, exponentially),
/// and looks where the loss falls fastest. What the net has learnt by then is thrown away.
///
///     const auto curve = find_learning_rate(Network{Cnn{}, {.batch = 64}}, digits);
///     std::cout << curve;
///
/// Cost     `steps` batches, about as much as as many steps of a fit.
/// Errors   as fit; DataError for a range of rates that is none.
/// Source   Smith, Cyclical learning rates for training neural networks (WACV 2017), §3.3.
template <class Spec, Input X, Target Y>
LearningRateCurve find_learning_rate(const Spec& spec, const Dataset<X, Y>& data, const LearningRateSearch& search = {}) {
  const Network net(spec);
  using Net = std::remove_const_t<decltype(net)>;
  if constexpr (!error::composition_fits<DiagnosisOf<Net, X, Y>>) {
    static_assert(sizeof(Fitted<Net, X, Y>) > 0);  // says what does not fit
    return {};
  } else {
    const Dataset<X, Y> rows = data.session();
    const Context context = detail::root_context<Net>(rows, {.seed = search.seed});
    return parallel::with_threads(search.threads, [&] {
      return detail::named(context, [&] { return detail::find_rate_of(net, rows, search, context); });
    });
  }
}

}  // namespace tutti
