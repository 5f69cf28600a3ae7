// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/fwd.hpp>
#include <tutti/kernel/activation.hpp>
#include <tutti/measure/loss.hpp>
#include <tutti/measure/number_losses.hpp>
#include <tutti/model/any_objective.hpp>

#include <algorithm>
#include <cmath>

/// What Boost<Tree> lowers for each loss of the library. Hessians are those of a parabola that lies nowhere below the loss
/// where the loss's own vanish or overshoot, so that a step never raises the loss.
namespace tutti::detail {

/// (score - y)^2 / 2.
struct SquaredObjective {
  static constexpr const char* name = "MSE";
  Derivatives operator()(double score, double y) const noexcept { return {score - y, 1}; }
  double loss(double score, double y) const noexcept { return (score - y) * (score - y); }
};

/// Pinball loss of a level; |score - y| / 2 for a half. Trees are grown to the signs, leaves are renewed to the quantile
/// of what is left to explain.
/// Source   Friedman 2001, section 4.3 (LAD_TreeBoost); scikit-learn 1.2, HistGradientBoostingRegressor.
struct QuantileObjective {
  static constexpr const char* name = "quantile";
  double at = 0.5;

  double level() const noexcept { return at; }
  void check(int) const { Quantile{at}.check(1); }
  Derivatives operator()(double score, double y) const noexcept {
    return {score > y ? 1 - at : score < y ? -at : 0, 1};
  }
  double loss(double score, double y) const noexcept { return score > y ? (1 - at) * (score - y) : at * (y - score); }
};
/// |score - y|: as the half quantile, derivatives and loss twice as large.
struct AbsoluteObjective {
  static constexpr const char* name = "MAE";
  static double level() noexcept { return 0.5; }
  Derivatives operator()(double score, double y) const noexcept { return {score > y ? 1.0 : score < y ? -1.0 : 0, 1}; }
  double loss(double score, double y) const noexcept { return std::fabs(score - y); }
};

/// e^2 / 2 up to delta, delta (|e| - delta / 2) beyond, where the hessian is slope / e: the sharpest parabola above.
/// Source   de Leeuw and Lange, Sharp quadratic majorization in one dimension, CSDA 53, 2009.
struct HuberObjective {
  static constexpr const char* name = "Huber";
  double delta = 1;

  void check(int) const { Huber{delta}.check(1); }
  HuberObjective in_units_of(double deviation) const noexcept { return {delta * deviation}; }
  Derivatives operator()(double score, double y) const noexcept {
    const double e = score - y, size = std::fabs(e);
    return size <= delta ? Derivatives{e, 1} : Derivatives{e > 0 ? delta : -delta, delta / size};
  }
  double loss(double score, double y) const noexcept {
    const double size = std::fabs(score - y);
    return size <= delta ? size * size / 2 : delta * (size - delta / 2);
  }
};

/// exp(score) - y score: half the Poisson deviance, up to what does not depend on the score.
struct PoissonObjective {
  static constexpr const char* name = "Poisson deviance";
  static constexpr const char* targets = "of 0 or more";
  static constexpr Link link = Link::log;
  static constexpr bool log_step = true;

  static bool takes(double y) noexcept { return y >= 0; }
  Derivatives operator()(double score, double y) const noexcept {
    const double m = std::exp(score);
    return {m - y, m};
  }
  double loss(double score, double y) const noexcept {
    return 2 * ((y > 0 ? y * (std::log(y) - score) : 0) - y + std::exp(score));
  }
};

/// y exp(-score) + score: half the gamma deviance, up to what does not depend on the score. The hessian y exp(-score) is
/// replaced by what it is expected to be, 1: rows far below their mean would otherwise have no say.
struct GammaObjective {
  static constexpr const char* name = "gamma deviance";
  static constexpr const char* targets = "above 0";
  static constexpr Link link = Link::log;
  static constexpr bool log_step = true;

  static bool takes(double y) noexcept { return y > 0; }
  Derivatives operator()(double score, double y) const noexcept { return {1 - y * std::exp(-score), 1}; }
  double loss(double score, double y) const noexcept { return 2 * (score - std::log(y) + y * std::exp(-score) - 1); }
};

/// Log-loss: of two classes with one log-odds, of more with a softmax, whose hessians count that one score is not free.
struct LogLossObjective {
  static constexpr const char* name = "cross-entropy";
  ClassWeights weights{};

  void check(int classes) const { weights.check(classes); }
  double class_weight(std::ptrdiff_t k) const noexcept { return weights[k]; }

  static void gradients(const BoostRows<std::int32_t>& b, kernel::GradientPair* pair, std::ptrdiff_t stride) {
    if (b.scores == 1) return of_two(b, pair);
    const float independent = static_cast<float>(b.scores) / static_cast<float>(std::max(1, b.scores - 1));
    Buffer<float> p(static_cast<std::size_t>(b.scores));
    for (const std::uint32_t r : b.rows) {
      kernel::softmax(b.scores, b.score + static_cast<std::ptrdiff_t>(r) * b.scores, p.data());
      const float w = b.weight[r];
      for (int k = 0; k < b.scores; ++k) {
        const float q = p[static_cast<std::size_t>(k)];
        pair[k * stride + r] = {w * (q - static_cast<float>(k == b.target[r])), w * independent * q * (1 - q)};
      }
    }
  }
  static void of_two(const BoostRows<std::int32_t>& b, kernel::GradientPair* pair) noexcept {
    constexpr std::size_t block = 256;
    using Lanes = kernel::Batch<float>;
    float q[block];
    for (std::size_t first = 0; first < b.rows.size(); first += block) {
      const auto rows = b.rows.subspan(first, std::min(block, b.rows.size() - first));
      for (std::size_t i = 0; i < rows.size(); ++i) q[i] = b.score[rows[i]];
      kernel::transform<float>(
          std::ssize(rows), q, [](const Lanes& z) { return Lanes(1) / (Lanes(1) + kernel::exp<float>(-z)); }, q);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t r = rows[i];
        pair[r] = {b.weight[r] * (q[i] - static_cast<float>(b.target[r])), b.weight[r] * q[i] * (1 - q[i])};
      }
    }
  }
  double loss(std::span<const float> score, int y) const noexcept {
    if (score.size() == 1) {
      const double margin = (y == 1 ? 1.0 : -1.0) * static_cast<double>(score[0]);
      return margin > 0 ? std::log1p(std::exp(-margin)) : std::log1p(std::exp(margin)) - margin;
    }
    const auto most = static_cast<double>(*std::max_element(score.begin(), score.end()));
    double sum = 0;
    for (const float s : score) sum += std::exp(static_cast<double>(s) - most);
    return std::log(sum) + most - static_cast<double>(score[static_cast<std::size_t>(y)]);
  }
};

template <> struct ObjectiveOf<MSE> {
  static constexpr SquaredObjective of(const MSE&) { return {}; }
};
template <> struct ObjectiveOf<MAE> {
  static constexpr AbsoluteObjective of(const MAE&) { return {}; }
};
template <> struct ObjectiveOf<Quantile> {
  static constexpr QuantileObjective of(const Quantile& q) { return {q.level}; }
};
template <> struct ObjectiveOf<Huber> {
  static constexpr HuberObjective of(const Huber& h) { return {h.delta}; }
};
template <> struct ObjectiveOf<PoissonDeviance> {
  static constexpr PoissonObjective of(const PoissonDeviance&) { return {}; }
};
template <> struct ObjectiveOf<GammaDeviance> {
  static constexpr GammaObjective of(const GammaDeviance&) { return {}; }
};
template <> struct ObjectiveOf<CrossEntropy> {
  static LogLossObjective of(const CrossEntropy& c) {
    tutti::check(c.label_smoothing == 0, "label_smoothing: trees are boosted with 0 only", c.label_smoothing);
    return {c.class_weights};
  }
};

}  // namespace tutti::detail
