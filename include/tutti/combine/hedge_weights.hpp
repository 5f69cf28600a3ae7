// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

struct HedgeOptions {
  float rate = 0;            // how fast weights follow losses; 0: what horizon and share suggest, AdaHedge's without them
  std::int64_t horizon = 0;  // rounds that are expected; 0: not known
  float share = 0;           // of all weight, dealt out evenly after each round: 1 / rounds between shifts
  float scale = 0;           // the error of a number that is a loss of 1; 0: the standard deviation of the training targets

  static void visit(auto& self, auto& archive) {
    archive("rate", self.rate)("horizon", self.horizon)("share", self.share)("scale", self.scale);
  }
};

/// Weights of n experts that follow their losses in [0, 1], round after round: w_k in proportion to exp(-rate L_k), where L_k
/// is the loss of expert k so far. With a share a, w becomes (1 - a) w + a / n after each round, so that an expert who was
/// long wrong is soon heard again. With neither rate nor horizon nor share the rate is ln n / D, where D is how far the
/// weighted loss w l has exceeded the mix loss -ln(w exp(-rate l)) / rate so far (AdaHedge).
/// How far the sum of the weighted losses of T rounds exceeds the sum of the best expert is bounded, whatever the losses are:
///   given rate       ln n / rate + rate T / 8, which is sqrt(T ln n / 2) at the rate that a horizon of T gives
///   AdaHedge         sqrt(T ln n) + 4/3 ln n + 2
///   share a          against the best expert of each of m + 1 parts of the stream:
///                    ((m + 1) ln n + m ln(1/a) + (T - m - 1) ln(1/(1 - a))) / rate + rate T / 8
/// Cost     n exponentials for each round; with AdaHedge 3 n.
/// Errors   DataError for options out of range.
/// Source   Freund and Schapire, J. Comp. Sys. Sci. 55 (1997); Herbster and Warmuth, Machine Learning 32 (1998); Cesa-Bianchi
///          and Lugosi, Prediction, Learning, and Games (2006), theorems 2.2 and 5.2; de Rooij et al., JMLR 15 (2014).
class HedgeWeights {
 public:
  HedgeWeights() = default;
  HedgeWeights(std::size_t experts, const HedgeOptions& options)
      : options_(options), losses_(experts, 0.0), weights_(experts, 1.0 / static_cast<double>(experts)) {
    check(experts >= 1, "Hedge: expected at least one expert", experts);
    check(options.rate >= 0 && std::isfinite(options.rate), "rate: expected 0 or more", options.rate);
    check(options.horizon >= 0, "horizon: expected 0 or more rounds", options.horizon);
    check(options.rate == 0 || options.horizon == 0, "horizon: expected none beside a rate", options.horizon);
    check(options.share >= 0 && options.share < 1, "share: expected a share of 0 or more and below 1", options.share);
    check(options.scale >= 0 && std::isfinite(options.scale), "scale: expected 0 or more", options.scale);
  }

  const HedgeOptions& options() const noexcept { return options_; }
  std::size_t size() const noexcept { return weights_.size(); }
  /// Not negative, of sum 1.
  std::span<const double> weights() const noexcept { return {weights_.data(), weights_.size()}; }
  /// What each expert has lost so far.
  std::span<const double> losses() const noexcept { return {losses_.data(), losses_.size()}; }
  /// What was lost by hearing the experts by their weights.
  double loss() const noexcept { return loss_; }
  std::int64_t rounds() const noexcept { return rounds_; }
  bool adaptive() const noexcept { return options_.rate == 0 && options_.horizon == 0 && options_.share == 0; }

  /// By which the next weights follow the losses; infinite before AdaHedge has seen experts differ.
  double rate() const {
    const double n = static_cast<double>(size()), a = static_cast<double>(options_.share);
    if (options_.rate > 0) return static_cast<double>(options_.rate);
    if (adaptive()) return gap_ > 0 ? std::log(n) / gap_ : std::numeric_limits<double>::infinity();
    const double starts = a + (options_.horizon > 0 ? 1 / static_cast<double>(options_.horizon) : 0);
    const double surprise = a > 0 ? -a * std::log(a) - (1 - a) * std::log1p(-a) : 0;
    return std::sqrt(8 * (starts * std::log(n) + surprise));  // the least bound where 1 of 1 / a rounds brings a shift
  }

  /// One round: what each expert loses, in [0, 1]. NaN and what is above count as 1.
  [[gnu::cold]] void add(std::span<const double> losses) {
    check(losses.size() == size(), {"Hedge: expected the losses of ", size(), " experts"}, losses.size());
    Buffer<double> lost(losses.size());
    double heard = 0;
    for (std::size_t k = 0; k < lost.size(); ++k) {
      lost[k] = losses[k] < 1 ? std::max(losses[k], 0.0) : 1.0;
      heard += weights_[k] * lost[k];
    }
    const double eta = rate(), before = adaptive() ? mix(eta) : 0;
    for (std::size_t k = 0; k < lost.size(); ++k) losses_[k] += lost[k];
    if (adaptive()) gap_ += std::max(0.0, heard - (mix(eta) - before));
    loss_ += heard;
    ++rounds_;
    if (options_.share > 0) follow(eta, lost);
    else weigh(rate());
  }

  /// What loss() exceeds that of the best expert by at most; with a share, of the best in each part of the stream where it
  /// shifts `shifts` times. Infinite without a share if there are shifts.
  double regret_bound(std::int64_t shifts = 0) const {
    const double t = static_cast<double>(rounds_), m = static_cast<double>(shifts), a = static_cast<double>(options_.share);
    const double log_n = std::log(static_cast<double>(size())), eta = rate();
    if (shifts > 0 && a == 0) return std::numeric_limits<double>::infinity();
    if (adaptive()) return std::sqrt(t * log_n) + 4.0 / 3 * log_n + 2;
    const double surprise = a > 0 ? -m * std::log(a) - std::max(0.0, t - m - 1) * std::log1p(-a) : 0;
    return eta > 0 ? ((m + 1) * log_n + surprise) / eta + eta * t / 8 : 0;
  }

  static void visit(auto& self, auto& archive) {
    archive("options", self.options_)("losses", self.losses_)("weights", self.weights_);
    archive("gap", self.gap_)("loss", self.loss_)("rounds", self.rounds_);
  }
  [[gnu::cold]] void loaded() const {
    const HedgeOptions& o = options_;
    check<FileError>(o.rate >= 0 && o.horizon >= 0 && o.share >= 0 && o.share < 1 && gap_ >= 0 && rounds_ >= 0,
                     "Hedge: expected options in range", o.share);
    check<FileError>(!weights_.empty() && losses_.size() == weights_.size(), "Hedge: expected a loss for every weight", losses_.size());
    double sum = 0;
    for (const double w : weights_) sum += w >= 0 ? w : std::numeric_limits<double>::quiet_NaN();
    check<FileError>(std::abs(sum - 1) < 1e-6, "Hedge: expected weights of sum 1", sum);
    for (const double l : losses_) check<FileError>(l >= 0 && std::isfinite(l), "Hedge: expected finite losses", l);
  }

 private:
  double least() const { return *std::min_element(losses_.begin(), losses_.end()); }
  /// -ln of the mean of exp(-eta L), by eta: its limits are the least loss and the mean loss.
  double mix(double eta) const {
    const double best = least();
    if (std::isinf(eta)) return best;
    double sum = 0;
    for (const double l : losses_) sum += std::exp(-eta * (l - best));
    return best - std::log(sum / static_cast<double>(size())) / eta;
  }
  void weigh(double eta) {
    const double best = least();
    double sum = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k)
      sum += weights_[k] = losses_[k] == best ? 1 : std::isinf(eta) ? 0 : std::exp(-eta * (losses_[k] - best));
    for (double& w : weights_) w /= sum;
  }
  void follow(double eta, const Buffer<double>& lost) {
    const double a = static_cast<double>(options_.share), n = static_cast<double>(size());
    double sum = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) sum += weights_[k] *= std::exp(-eta * lost[k]);
    for (double& w : weights_) w = (1 - a) * w / sum + a / n;
  }

  HedgeOptions options_{};
  Buffer<double> losses_{}, weights_{};
  double gap_ = 0, loss_ = 0;
  std::int64_t rounds_ = 0;
};

}  // namespace tutti
