// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/train/schedule.hpp>

#include <algorithm>

/// Schedules that are made by formula; Constant and OneCycle stand in train/schedule.hpp.
namespace tutti {

/// Times `factor` after every `every` epochs: factor^floor(epoch / every).
/// Source   PyTorch's StepLR.
struct Step {
  int every = 30;  // epochs
  float times = 0.1f;

  double factor(const Moment& now) const noexcept {
    return std::pow(static_cast<double>(times), std::max(now.epoch, 0) / std::max(every, 1));
  }
};

/// Times `times` after every epoch: times^epoch.
/// Source   PyTorch's ExponentialLR.
struct Exponential {
  float times = 0.95f;

  double factor(const Moment& now) const noexcept {
    return std::pow(static_cast<double>(times), std::max(now.epoch, 0));
  }
};

/// Down along half a cosine from the learning rate to `lowest` of it, step by step: lowest + (1 - lowest) (1 + cos
/// (pi t)) / 2, t the share of the period that is over. Without a period once over the whole training; with one,
/// anew after `period` epochs, each period `longer` times as long as the one before.
/// Source   Loshchilov, Hutter, SGDR (ICLR 2017), as PyTorch's CosineAnnealingWarmRestarts.
struct Cosine {
  int period = 0;     // epochs; 0: all
  int longer = 1;
  float lowest = 0;

  double factor(const Moment& now) const noexcept {
    const double steps = static_cast<double>(std::max<std::int64_t>(now.steps, 1));
    double at = static_cast<double>(now.step), length = steps;
    if (period > 0) {
      length = static_cast<double>(period) * steps / static_cast<double>(std::max(now.epochs, 1));
      for (; at >= length; length *= static_cast<double>(std::max(longer, 1))) at -= length;
    }
    const double low = static_cast<double>(lowest);
    return low + (1 - low) * (1 + std::cos(3.141592653589793 * at / length)) / 2;
  }
};

struct WarmUpOptions {
  int epochs = 1;
  float start = 0.01f;  // of the learning rate
};

/// Up along a line from `start` of the learning rate in the first epochs, then another schedule over the rest of
/// the training: `WarmUp{Cosine{}, {.epochs = 5}}`.
/// Source   Goyal et al., Accurate, large minibatch SGD (2017), as PyTorch's LinearLR before another scheduler.
template <class After = Constant>
struct WarmUp {
  static constexpr bool needs_validation = detail::needs_validation<After>;

  After after{};
  WarmUpOptions options{};

  constexpr WarmUp() = default;
  constexpr explicit WarmUp(After a, WarmUpOptions o = {}) : after(a), options(o) {}

  double factor(const Moment& now) const noexcept {
    const std::int64_t rising = now.steps * options.epochs / std::max(now.epochs, 1);
    if (now.step < rising) {
      const double start = static_cast<double>(options.start);
      return start + (1 - start) * static_cast<double>(now.step) / static_cast<double>(rising);
    }
    Moment rest = now;
    rest.step -= rising;
    rest.steps = std::max<std::int64_t>(now.steps - rising, 1);
    rest.epoch -= options.epochs;
    rest.epochs = std::max(now.epochs - options.epochs, 1);
    return after.factor(rest);
  }
};

/// Times `times` whenever the loss on the rows held out has not fallen for more than `patience` looks at it; a
/// fall counts if it is by more than `threshold` of the best loss. After a cut the next `cooldown` looks do not count.
/// Needs    validation: a Network keeps a slice of the rows for it.
/// Source   PyTorch's ReduceLROnPlateau in mode "min", threshold_mode "rel".
struct ReduceOnPlateau {
  static constexpr bool needs_validation = true;

  float times = 0.1f;
  int patience = 10;  // looks
  float threshold = 1e-4f;
  int cooldown = 0;
  float lowest = 0;  // of the learning rate

  double factor(const Moment& now) const noexcept {
    double f = 1, best = std::numeric_limits<double>::infinity();
    int bad = 0, rest = 0;
    for (const double loss : now.held_out) {
      const bool fell = loss < best * (1 - static_cast<double>(threshold));
      if (fell) best = loss;
      bad = fell ? 0 : bad + 1;
      if (rest > 0) {
        --rest;
        bad = 0;
      }
      if (bad <= patience) continue;
      f = std::max(f * static_cast<double>(times), static_cast<double>(lowest));
      rest = cooldown;
      bad = 0;
    }
    return f;
  }
};
static_assert(Schedule<Step> && Schedule<Exponential> && Schedule<Cosine> && Schedule<WarmUp<Cosine>> &&
              Schedule<ReduceOnPlateau>);

}  // namespace tutti
