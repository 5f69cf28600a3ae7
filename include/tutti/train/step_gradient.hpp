// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/train/layer_rates.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace tutti {

/// What becomes of gradients before the optimiser sees them, and of weights behind it.
struct StepOptions {
  int accumulate = 1;       // batches whose gradients make one step, as if they were one batch
  float clip_norm = 0;      // longer gradients are scaled to this length; 0: never
  float clip_value = 0;     // each number to [-clip_value, clip_value], before the norm; 0: never
  float average_decay = 0;  // of the moving average of the weights that is kept in their place; 0: none
};

namespace detail {

inline constexpr std::ptrdiff_t weights_grain = 16384;  // weights that one task works on

/// The gradient of one step: the weighted mean over its batches, clipped. Where there is nothing to do it is the
/// net's own.
/// Source   Pascanu et al., On the difficulty of training recurrent neural networks (ICML 2013), in PyTorch's form.
template <class T>
class StepGradient {
 public:
  StepGradient(const StepOptions& options, std::ptrdiff_t size) : options_(options) {
    if (options.accumulate > 1 || options.clip_norm > 0 || options.clip_value > 0)
      sum_.resize(static_cast<std::size_t>(size));
  }

  void add(std::span<const T> gradient, double weight) {
    if (sum_.empty()) {
      own_ = gradient.data();
      return;
    }
    const bool first = batches_++ == 0;
    const T w = static_cast<T>(options_.accumulate > 1 ? weight : 1.0);
    total_ = (first ? 0 : total_) + static_cast<double>(w);
    each([&](std::ptrdiff_t begin, std::ptrdiff_t n) {
      T* const to = sum_.data() + begin;
      if (first) std::fill_n(to, n, T(0));
      kernel::axpy(n, w, gradient.data() + begin, to);
    });
  }
  /// The gradient of what was added since the last call; what is frozen does not count in its norm.
  const T* finish(std::span<const LayerPlace> layers = {}) {
    if (sum_.empty()) return own_;
    for (const LayerPlace& layer : layers)
      if (layer.times == 0) std::fill(sum_.begin() + layer.weights, sum_.begin() + layer.weights_end, T(0));
    batches_ = 0;
    const T mean = static_cast<T>(total_ > 0 ? 1 / total_ : 0), most = static_cast<T>(options_.clip_value);
    Buffer<double> squares(static_cast<std::size_t>(parallel::chunks(std::ssize(sum_), weights_grain)));
    each([&](std::ptrdiff_t begin, std::ptrdiff_t n) {
      T* const g = sum_.data() + begin;
      if (mean != 1) kernel::scale(n, mean, g);
      if (most > 0)
        for (std::ptrdiff_t i = 0; i < n; ++i) g[i] = g[i] < -most ? -most : g[i] > most ? most : g[i];
      if (options_.clip_norm > 0)
        squares[static_cast<std::size_t>(begin / weights_grain)] = kernel::sum_of_squares(n, g);
    });
    double sum = 0;
    for (const double s : squares) sum += s;  // in order: the same bits on any number of threads
    const double shrink = static_cast<double>(options_.clip_norm) / (std::sqrt(sum) + 1e-6);
    if (options_.clip_norm > 0 && shrink < 1)
      each([&](std::ptrdiff_t begin, std::ptrdiff_t n) {
        kernel::scale(n, static_cast<T>(shrink), sum_.data() + begin);
      });
    return sum_.data();
  }

 private:
  template <class F>
  void each(const F& f) {
    parallel::for_each(std::ssize(sum_), weights_grain,
                       [&](std::ptrdiff_t begin, std::ptrdiff_t end) { f(begin, end - begin); });
  }

  StepOptions options_;
  Buffer<T> sum_{};
  const T* own_ = nullptr;
  int batches_ = 0;
  double total_ = 0;
};

/// a = d a + (1 - d) w after every step t, d = min(decay, (1 + t) / (10 + t)): weights of the beginning do not linger.
/// Source   Polyak, Juditsky, Acceleration of stochastic approximation by averaging (1992), as TensorFlow's
///          ExponentialMovingAverage.
template <class T>
class AverageOfWeights {
 public:
  explicit AverageOfWeights(float decay) : decay_(static_cast<double>(decay)) {}

  static void visit(auto& self, auto& archive) { archive("steps", self.steps_)("average", self.average_); }

  explicit operator bool() const noexcept { return decay_ > 0; }
  void follow(std::span<const T> weights) {
    if (decay_ <= 0) return;
    const double t = static_cast<double>(steps_++);
    if (steps_ == 1) return average_.assign(weights);
    const T keep = static_cast<T>(std::min(decay_, (1 + t) / (10 + t))), rest = 1 - keep;
    T* const a = average_.data();
    parallel::for_each(std::ssize(average_), weights_grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      kernel::scale(end - begin, keep, a + begin);
      kernel::axpy(end - begin, rest, weights.data() + begin, a + begin);
    });
  }
  /// The average into the place of the weights, and back again.
  void swap(std::span<T> weights) {
    if (steps_ > 0) std::swap_ranges(average_.begin(), average_.end(), weights.begin());
  }

 private:
  double decay_;
  std::int64_t steps_ = 0;
  Buffer<T> average_{};
};

}  // namespace detail
}  // namespace tutti
