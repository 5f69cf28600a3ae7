// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/keeper.hpp>
#include <tutti/core/monitor.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/train/layer_rates.hpp>
#include <tutti/train/optimizer.hpp>
#include <tutti/train/schedule.hpp>
#include <tutti/train/step_gradient.hpp>
#include <tutti/train/steps.hpp>
#include <tutti/train/trainable.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <span>
#include <string_view>

namespace tutti {

/// Copies of all that a net has learnt, taken every so many epochs.
struct Snapshots {
  int every = 1;
  Buffer<float> numbers{};  // weights, then buffers, of one copy after the other

  static void visit(auto& self, auto& archive) { archive("numbers", self.numbers); }
  void offer(int epochs, Trainable& net) {
    if (epochs % every != 0) return;
    numbers.append(net.weights());
    numbers.append(net.buffers());
  }
};

struct LoopOptions {
  int epochs;
  int batch;
  AnyOptimizer optimizer;
  AnySchedule schedule;
  int early_stop;  // epochs without gain on the rows held out; 0: never stop early
  int validate_every = 0;  // epochs between looks at the rows held out; 0: each where something depends on them
  StepOptions step{};
  Buffer<LayerPlace> layers{};  // empty: all learn at the same rate
  Monitor monitor{};  // what early_stop goes by
  Snapshots* snapshots = nullptr;  // null: none are taken
};

namespace detail {

/// "epoch 3/20  loss 0.1234  held out 0.2345  AUC 0.9876".
template <class = void>
void report_epoch(const Context& context, const EpochReport& e) {
  char line[192];
  int n = std::snprintf(line, sizeof line, "epoch %d/%d  loss %.4g", e.epoch, e.epochs, e.loss);
  if (e.held_out != nullptr)
    n += std::snprintf(line + n, sizeof line - static_cast<std::size_t>(n), "  held out %.4g", *e.held_out);
  if (e.score != nullptr)
    n += std::snprintf(line + n, sizeof line - static_cast<std::size_t>(n), "  %.*s %.4g",
                       static_cast<int>(std::min<std::size_t>(e.metric.size(), 64)), e.metric.data(), *e.score);
  context.progress().report(context.path(), std::string_view(line, static_cast<std::size_t>(n)));
  context.progress().end_epoch(context.path(), e);
}
template <class = void>
[[noreturn, gnu::cold]] void diverged(const Context& context, const Moment& now, std::ptrdiff_t batch, double loss, Trainable& net) {
  char reason[192];
  std::snprintf(reason, sizeof reason,
                "the loss is %g in epoch %d, batch %td%s: a smaller learning rate may help, or inputs of a smaller scale", loss,
                now.epoch + 1, batch + 1, suspect(net).c_str());
  throw FitError(context.path(), reason);
}
template <class = void>
[[noreturn, gnu::cold]] void diverged(const Context& context, const Moment& now, std::ptrdiff_t batch, Trainable& net) {
  throw FitError(context.path(), "the weights grow beyond all bounds in epoch " + std::to_string(now.epoch + 1) +
                                     ", batch " + std::to_string(batch) + suspect(net) + ": a smaller learning rate may help");
}

/// The weights that were best on the rows held out.
struct BestWeights {
  BestScore best{};
  Buffer<float> weights{}, buffers{};

  static void visit(auto& self, auto& archive) {
    archive("score", self.best.score)("epoch", self.best.at)("weights", self.weights)("buffers", self.buffers);
  }
  void offer(const Monitor& monitor, double candidate, int now, Trainable& net) {
    if (!best.offer(monitor, candidate, now)) return;
    weights.assign(net.weights());
    buffers.assign(net.buffers());
  }
  void restore(Trainable& net) const {
    if (best.at < 0) return;
    std::copy(weights.begin(), weights.end(), net.weights().begin());
    std::copy(buffers.begin(), buffers.end(), net.buffers().begin());
  }
};

/// One training, epoch by epoch. A template, so that only programs that train compile it.
template <class Net>
class Training {
 public:
  Training(Net& net, const LoopOptions& options, const Context& context)
      : net_(net), options_(options), context_(context), size_(std::ssize(net.weights())),
        batch_(std::min<std::ptrdiff_t>(options.batch, net.rows())),
        every_(options.validate_every > 0 ? options.validate_every
               : options.early_stop > 0 || options.schedule.needs_validation() ? 1 : 0),
        moments_(static_cast<std::size_t>(options.optimizer.states() * size_)),
        order_(static_cast<std::size_t>(net.rows())),
        steps_(net, options.optimizer, options.step, std::span<const LayerPlace>(options.layers.data(), options.layers.size()), moments_),
        average_(options.step.average_decay), average_of_buffers_(options.step.average_decay) {
    if (batch_ < net.smallest_batch()) throw FitError(context.path(), detail::batch_too_small);
    batches_ = net.rows() / batch_ + (net.rows() % batch_ >= net.smallest_batch() ? 1 : 0);
    now_.epochs = options.epochs;
    now_.steps = options.epochs * parallel::chunks(batches_, options.step.accumulate);
  }

  Net& net() const noexcept { return net_; }
  const LoopOptions& options() const noexcept { return options_; }
  const Context& context() const noexcept { return context_; }
  int epoch() const noexcept { return now_.epoch; }  // finished so far
  /// Between two epochs: whether there is no other, by the options or by a wish to stop.
  /// Errors   Stopped, where what was learnt until then is not wanted.
  bool over() const {
    return over_ || now_.epoch == now_.epochs || (now_.epoch > 0 && context_.stop().now(context_.path()));
  }

  void run() {
    if (options_.optimizer.whole()) return options_.optimizer.run(*this);
    const Keeper* const keeper = context_.keeper();
    const RunMarks marks = keeper != nullptr ? keeper->resume(*this) : RunMarks{};
    while (!over()) {
      finish_epoch(learn_epoch());
      if (options_.snapshots != nullptr) take_snapshot();
      if (keeper != nullptr) keeper->keep(*this, marks);
    }
    if (best_.best.at < 0) swap_average();  // there are no better weights than the last
    best_.restore(net_);
  }
  /// Looks at the rows held out where that is due, reports, and counts the epoch.
  void finish_epoch(double loss) {
    if (!std::isfinite(kernel::sum_of_squares(size_, net_.weights().data()))) diverged(context_, now_, batches_, net_);
    const bool look = every_ > 0 && ((now_.epoch + 1) % every_ == 0 || now_.epoch + 1 == now_.epochs);
    if (look) judge();
    report_epoch(context_, {now_.epoch + 1, now_.epochs, loss, look ? &held_out_.back() : nullptr, rate_,
                            options_.monitor ? options_.monitor.name() : "", look && options_.monitor ? &score_ : nullptr});
    over_ = look && options_.early_stop > 0 && now_.epoch - best_.best.at >= options_.early_stop;
    ++now_.epoch;
  }
  /// The best weights on the rows held out, where there are such.
  void restore_best() { best_.restore(net_); }
  /// f(batch) for the batches of all rows in their order.
  template <class F>
  void each_batch(const F& f) {
    std::iota(order_.begin(), order_.end(), RowIndex{0});
    for (std::ptrdiff_t b = 0; b < batches_; ++b) f(batch_of(b));
  }

  /// What changes from epoch to epoch.
  static void visit(auto& self, auto& archive) {
    Buffer<float> weights(self.net_.weights()), buffers(self.net_.buffers());
    archive("epoch", self.now_.epoch)("step", self.now_.step)("over", self.over_)("batches", self.batches_seen_);
    archive("weights", weights)("buffers", buffers)("moments", self.moments_);
    archive("average", self.average_)("average_of_buffers", self.average_of_buffers_)("best", self.best_);
    archive("held_out", self.held_out_);
    if (self.options_.snapshots != nullptr) archive("snapshots", *self.options_.snapshots);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) {
      std::copy(weights.begin(), weights.end(), self.net_.weights().begin());
      std::copy(buffers.begin(), buffers.end(), self.net_.buffers().begin());
      self.now_.held_out = self.held_out_;
    }
  }

 private:
  double learn_epoch() {
    std::iota(order_.begin(), order_.end(), RowIndex{0});
    shuffle(std::span<RowIndex>(order_), context_.random("order").stream(static_cast<std::uint64_t>(now_.epoch)));
    double sum = 0, weight = 0;
    for (std::ptrdiff_t b = 0; b < batches_; ++b) {
      const auto loss = steps_.learn(batch_of(b), context_.random("step").stream(batches_seen_++));
      if (!std::isfinite(loss.mean)) diverged(context_, now_, b, loss.mean, net_);
      sum += loss.mean * loss.weight;
      weight += loss.weight;
      if ((b + 1) % options_.step.accumulate == 0 || b + 1 == batches_) step();
    }
    return weight > 0 ? sum / weight : 0;
  }
  std::span<const RowIndex> batch_of(std::ptrdiff_t b) const {
    const auto first = static_cast<std::size_t>(b * batch_);
    return std::span<const RowIndex>(order_).subspan(first, std::min(static_cast<std::size_t>(batch_), order_.size() - first));
  }
  void step() {
    rate_ = static_cast<double>(options_.optimizer.learning_rate()) * options_.schedule.factor(now_);
    steps_.take(rate_, now_.step + 1);
    ++now_.step;
    average_.follow(net_.weights());
    average_of_buffers_.follow(net_.buffers());
  }
  void judge() {
    swap_average();
    held_out_.push_back(net_.judge());
    score_ = options_.monitor ? net_.score() : held_out_.back();
    if (options_.early_stop > 0) best_.offer(options_.monitor, score_, now_.epoch, net_);
    swap_average();
    now_.held_out = held_out_;
  }
  void take_snapshot() {
    swap_average();
    options_.snapshots->offer(now_.epoch, net_);
    swap_average();
  }
  void swap_average() {
    average_.swap(net_.weights());
    average_of_buffers_.swap(net_.buffers());
  }

  Net& net_;
  const LoopOptions& options_;
  const Context& context_;
  std::ptrdiff_t size_, batch_, batches_ = 0;
  int every_;
  Buffer<float> moments_;
  Buffer<RowIndex> order_;
  Steps<Net> steps_;
  AverageOfWeights<float> average_, average_of_buffers_;
  BestWeights best_{};
  Moment now_{};
  Buffer<double> held_out_{};
  std::uint64_t batches_seen_ = 0;
  double rate_ = 0, score_ = 0;
  bool over_ = false;  // stopped early
};

}  // namespace detail

/// Mini-batch training: in every epoch all rows in a new order, a step of the optimiser for each batch, or for
/// several. A last batch that is smaller than the net allows (one row, where batch norm is in it) is left out.
/// With early_stop the weights that were best on the rows held out are restored.
/// Cost     epochs * rows * (forward + backward), plus one update of all weights for each step.
/// Errors   FitError that names epoch and batch when the loss is no longer finite.
template <class = void>
void train(Trainable& net, const LoopOptions& options, const Context& context) {
  detail::Training<Trainable>(net, options, context).run();
}

}  // namespace tutti
