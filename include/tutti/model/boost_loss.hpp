// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/target.hpp>
#include <tutti/model/boost_scores.hpp>
#include <tutti/model/objectives.hpp>
#include <tutti/model/weighted_quantile.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tutti {

/// What gradient boosting lowers for a target, by an objective: squared error of a Real and log-loss of a Label where
/// none is given.
/// Source   Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29, 2001.
template <class Y> struct BoostLoss {
  using Element = typename Y::Element;
  using Rows = detail::BoostRows<Element>;

  int outputs;

  /// Errors   DataError when the objective is for another kind of target, or its options make no sense.
  explicit BoostLoss(int of_outputs, const AnyObjective& objective = {})
      : outputs(of_outputs), value_(objective.value_), about_(objective.about_) {
    if (about_ == nullptr) {
      if constexpr (Y::is_label) about_ = &detail::ObjectiveCalls<detail::LogLossObjective>::about;
      else about_ = &detail::ObjectiveCalls<detail::SquaredObjective>::about;
      value_ = {};
    }
    if (about_->labels != Y::is_label) wrong_targets(about_->name, about_->labels);
    if (about_->check != nullptr) about_->check(value_, outputs);
  }

  BoostScores<Y> scores() const noexcept { return {outputs, about_->link}; }
  std::string_view name() const noexcept { return about_->name; }
  /// Whether there is a number that says what rows cost.
  bool has_loss() const noexcept {
    return Y::is_label ? about_->loss_of_labels != nullptr : about_->loss_of_numbers != nullptr;
  }
  /// By what the weights of a class's rows are multiplied.
  double class_weight(std::ptrdiff_t k) const noexcept {
    return about_->class_weight != nullptr ? about_->class_weight(value_, k) : 1;
  }
  /// The first row whose target the objective does not take; the end if there is none.
  const std::uint32_t* misfit(std::span<const Element> y, std::span<const std::uint32_t> rows) const noexcept {
    const std::uint32_t* r = rows.data();
    if constexpr (!Y::is_label)
      while (r != rows.data() + rows.size() && (about_->takes == nullptr || about_->takes(static_cast<double>(y[*r])))) ++r;
    else r += rows.size();
    return r;
  }
  std::string_view targets() const noexcept { return about_->targets; }

  /// Learns what the objective needs to know of the targets (delta of Huber counts their standard deviations) and returns
  /// the constant scores to begin with: mean or quantile, log mean, log prior. A class without rows gets the prior
  /// `rarest`.
  Buffer<float> begin(std::span<const Element> y, std::span<const float> weight, std::span<const std::uint32_t> rows) {
    constexpr double rarest = 1e-7;
    const double total = sum(rows, [&](std::uint32_t r) { return static_cast<double>(weight[r]); });
    Buffer<float> score;
    if constexpr (Y::is_label) {
      Buffer<double> of(static_cast<std::size_t>(outputs));
      for (const std::uint32_t r : rows) of[static_cast<std::size_t>(y[r])] += static_cast<double>(weight[r]);
      const auto log_prior = [&](std::size_t k) { return std::log(std::max(of[k] / total, rarest)); };
      if (outputs == 2) score.push_back(static_cast<float>(log_prior(1) - log_prior(0)));
      else
        for (std::size_t k = 0; k < of.size(); ++k) score.push_back(static_cast<float>(log_prior(k)));
    } else {
      const auto at = [&](std::uint32_t r) { return static_cast<double>(y[r]); };
      const double mean = sum(rows, [&](std::uint32_t r) { return static_cast<double>(weight[r]) * at(r); }) / total;
      if (about_->scaled) {
        const double square =
            sum(rows, [&](std::uint32_t r) { return static_cast<double>(weight[r]) * (at(r) - mean) * (at(r) - mean); });
        value_ = about_->in_units_of(value_, square > 0 ? std::sqrt(square / total) : 1);
      }
      if (about_->link == Link::log) check(mean > 0, "expected targets with a mean above 0", mean);
      score.push_back(static_cast<float>(about_->link == Link::log           ? std::log(mean)
                                         : about_->level || about_->scaled ? quantile(y, weight, rows)
                                                                             : mean));
    }
    return score;
  }

  /// Derivatives of some rows; those by score k of row r go to pair[k * stride + r].
  void gradients(const Rows& rows, kernel::GradientPair* pair, std::ptrdiff_t stride) const {
    if constexpr (Y::is_label) about_->of_labels(value_, rows, pair, stride);
    else about_->of_numbers(value_, rows, pair, stride);
  }
  /// What these rows cost in all, by weight.
  double loss(const Rows& rows) const {
    if constexpr (Y::is_label) return about_->loss_of_labels(value_, rows);
    else return about_->loss_of_numbers(value_, rows);
  }

  /// Whether a leaf is a quantile of what is left to explain, whatever its derivatives are.
  bool renews() const noexcept { return about_->level != nullptr; }
  double renewed(const Rows& rows) const {
    Buffer<double> left;
    Buffer<float> weight;
    for (const std::uint32_t r : rows.rows) {
      left.push_back(static_cast<double>(rows.target[r]) - static_cast<double>(rows.score[r]));
      weight.push_back(rows.weight[r]);
    }
    return detail::weighted_quantile(left, weight, about_->level(value_));
  }
  /// A Newton step as it is taken: where scores are logarithms of means a step up is the step to that mean, log(1 + x).
  double bounded(double step) const noexcept { return about_->log_step && step > 0 ? std::log1p(step) : step; }

 private:
  [[noreturn, gnu::cold]] static void wrong_targets(std::string_view name, bool labels) {
    const auto kind = [](bool l) { return l ? "labels" : "numbers"; };
    throw DataError(detail::joined({"the objective ", name, " is for ", kind(labels), ", the targets are ", kind(!labels)}));
  }
  template <class F> static double sum(std::span<const std::uint32_t> rows, const F& of) {
    double s = 0;
    for (const std::uint32_t r : rows) s += of(r);
    return s;
  }
  double quantile(std::span<const Element> y, std::span<const float> weight, std::span<const std::uint32_t> rows) const {
    Buffer<double> value;
    Buffer<float> own;
    for (const std::uint32_t r : rows) {
      value.push_back(static_cast<double>(y[r]));
      own.push_back(weight[r]);
    }
    return detail::weighted_quantile(value, own, about_->level ? about_->level(value_) : 0.5);
  }

  SmallValue value_{};
  const detail::ObjectiveTable* about_ = nullptr;
};

}  // namespace tutti
