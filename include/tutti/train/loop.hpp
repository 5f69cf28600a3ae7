// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/train/optimizer.hpp>
#include <tutti/train/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>

namespace tutti {

/// What the training loop drives: weights, their gradients, and rows to learn from. The loop is compiled
/// once, whatever the net is.
class Trainable {
 public:
  struct Loss {
    double mean = 0;
    double weight = 0;  // of the rows
  };
  virtual ~Trainable() = default;

  virtual std::ptrdiff_t rows() const = 0;
  virtual std::ptrdiff_t smallest_batch() const = 0;  // 2 where layers couple rows
  virtual std::span<float> weights() = 0;
  virtual std::span<float> buffers() = 0;  // learnt beside the weights: running statistics
  /// The loss of these rows; gradients() is its gradient afterwards.
  virtual Loss learn(std::span<const RowIndex> batch, Random random) = 0;
  virtual std::span<const float> gradients() const = 0;
  /// The loss on the rows that are held out.
  virtual double judge() = 0;
};

struct LoopOptions {
  int epochs;
  int batch;
  AnyOptimizer optimizer;
  AnySchedule schedule;
  int early_stop;  // epochs without gain on the rows held out; 0: never stop early
};

namespace detail {

/// "epoch 3/20  loss 0.1234  held out 0.2345".
inline void report_epoch(const Context& context, const Moment& now, double loss, const double* held_out) {
  char line[128];
  int n = std::snprintf(line, sizeof line, "epoch %d/%d  loss %.4g", now.epoch + 1, now.epochs, loss);
  if (held_out != nullptr)
    n += std::snprintf(line + n, sizeof line - static_cast<std::size_t>(n), "  held out %.4g", *held_out);
  context.progress().report(context.path(), std::string_view(line, static_cast<std::size_t>(n)));
}
[[noreturn]] inline void diverged(const Context& context, const Moment& now, std::ptrdiff_t batch,
                                  double loss) {
  char reason[192];
  std::snprintf(
      reason, sizeof reason,
      "the loss is %g in epoch %d, batch %td: a smaller learning rate may help, or inputs of a smaller scale",
      loss, now.epoch + 1, batch + 1);
  throw FitError(context.path(), reason);
}

/// The weights that were best on the rows held out.
struct BestWeights {
  double loss = std::numeric_limits<double>::infinity();
  int epoch = -1;
  Buffer<float> weights{}, buffers{};

  bool offer(double candidate, int now, Trainable& net) {
    if (!(candidate < loss)) return false;
    loss = candidate;
    epoch = now;
    weights.assign(net.weights());
    buffers.assign(net.buffers());
    return true;
  }
  void restore(Trainable& net) const {
    if (epoch < 0) return;
    std::copy(weights.begin(), weights.end(), net.weights().begin());
    std::copy(buffers.begin(), buffers.end(), net.buffers().begin());
  }
};

}  // namespace detail

/// Mini-batch training: in every epoch all rows in a new order, a step of the optimiser for each batch. A
/// last batch that is smaller than the net allows (one row, where batch norm is in it) is left out.
/// Cost     epochs * rows * (forward + backward), plus one update of all weights for each batch.
/// Errors   FitError that names epoch and batch when the loss is no longer finite.
inline void train(Trainable& net, const LoopOptions& options, const Context& context) {
  constexpr std::ptrdiff_t grain = 16384;  // weights that one task updates
  const std::ptrdiff_t rows = net.rows(), size = std::ssize(net.weights());
  const std::ptrdiff_t batch = std::min<std::ptrdiff_t>(options.batch, rows), tail = rows % batch;
  const std::ptrdiff_t batches = rows / batch + (tail >= net.smallest_batch() ? 1 : 0);
  if (batch < net.smallest_batch())
    throw FitError(context.path(), "batch norm needs batches of at least 2 rows");

  Buffer<float> state(static_cast<std::size_t>(options.optimizer.states() * size));
  Buffer<RowIndex> order(static_cast<std::size_t>(rows));
  detail::BestWeights best;
  Moment now{.step = 0, .steps = options.epochs * batches, .epoch = 0, .epochs = options.epochs};
  for (; now.epoch < options.epochs; ++now.epoch) {
    std::iota(order.begin(), order.end(), RowIndex{0});
    shuffle(std::span<RowIndex>(order),
            context.random("order").stream(static_cast<std::uint64_t>(now.epoch)));
    Trainable::Loss total;
    for (std::ptrdiff_t b = 0; b < batches; ++b) {
      const auto first = static_cast<std::size_t>(b * batch);
      const auto part = std::span<const RowIndex>(order).subspan(
          first, std::min(static_cast<std::size_t>(batch), order.size() - first));
      const Trainable::Loss loss =
          net.learn(part, context.random("step").stream(static_cast<std::uint64_t>(now.step)));
      if (!std::isfinite(loss.mean)) detail::diverged(context, now, b, loss.mean);
      total.mean += loss.mean * loss.weight;
      total.weight += loss.weight;

      const double rate =
          static_cast<double>(options.optimizer.learning_rate()) * options.schedule.factor(now);
      const Update<float> update{net.weights().data(), net.gradients().data(), state.data(), size, size, rate,
                                 now.step + 1};
      parallel::for_each(size, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        options.optimizer.update(update.piece(begin, end - begin));
      });
      ++now.step;
    }
    double held_out = 0;
    if (options.early_stop > 0) {
      held_out = net.judge();
      best.offer(held_out, now.epoch, net);
    }
    detail::report_epoch(context, now, total.weight > 0 ? total.mean / total.weight : 0,
                         options.early_stop > 0 ? &held_out : nullptr);
    if (options.early_stop > 0 && now.epoch - best.epoch >= options.early_stop) break;
  }
  best.restore(net);
}

}  // namespace tutti
