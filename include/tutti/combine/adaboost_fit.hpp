// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/adaboost.hpp>
#include <tutti/data/all_outputs.hpp>
#include <tutti/train/fit.hpp>

#include <algorithm>
#include <cmath>

namespace tutti::detail {

/// The weights of the rows, and what a member's errors make of them.
struct BoostedWeights {
  Buffer<double> weight{};
  double total = 0;  // stays

  /// A vote above 0, or 0 for a member that is no better than chance; `last`: it made no error.
  struct Verdict {
    double vote = 0;
    bool last = false;
  };

  /// error (N): between 0 and 1. Weights are multiplied by what the vote makes of an error, and brought to their sum again.
  [[gnu::cold]] Verdict judge(const Buffer<double>& error, double chance, double log_classes, double rate,
                              bool labels) {
    double err = 0;
    for (std::size_t i = 0; i < error.size(); ++i) err += weight[i] * error[i];
    err /= total;
    check(std::isfinite(err), "expected outputs that are finite", err);
    Verdict verdict{.last = err <= 0};
    if (verdict.last) err = std::min(chance / 2, 0.5 / static_cast<double>(error.size()));
    if (err >= chance && chance > 0) return {.vote = 0, .last = true};
    verdict.vote = rate * (chance > 0 ? std::log((1 - err) / err) + log_classes : 1);
    if (verdict.last) return verdict;
    double sum =
        0;  // SAMME raises the weight of errors, R2 lowers that of the others: the same but for the sum
    for (std::size_t i = 0; i < error.size(); ++i)
      sum += weight[i] *= std::exp(verdict.vote * (labels ? error[i] : error[i] - 1));
    for (double& w : weight) w *= total / sum;
    return verdict;
  }
};

/// (N): 1 where a row's greatest output is not its class.
template <class X, class Y>
Buffer<double> adaboost_errors(const Dataset<X, Y>& data, const Buffer<float>& said,
                               const Buffer<double>& weight, ErrorShape shape) {
  const auto outputs = static_cast<std::size_t>(data.outputs());
  Buffer<double> error(static_cast<std::size_t>(data.rows()));
  double most = 0;
  for (std::size_t i = 0; i < error.size(); ++i) {
    const std::span<const float> own(said.data() + i * outputs, outputs);
    if constexpr (Y::is_label) {
      error[i] = Y::decide(own, nullptr) == data.y(static_cast<std::ptrdiff_t>(i)) ? 0 : 1;
    } else {
      if (weight[i] > 0)
        error[i] = std::fabs(static_cast<double>(own[0]) -
                             static_cast<double>(data.target(static_cast<std::ptrdiff_t>(i))[0]));
      check(std::isfinite(error[i]),
            {"row ", data.origin(static_cast<std::ptrdiff_t>(i)),
             ": expected a target and an output that are finite"},
            own[0]);
      most = std::max(most, error[i]);
    }
  }
  if (Y::is_label || most <= 0) return error;
  for (double& e : error) {
    e /= most;
    if (shape == ErrorShape::square) e *= e;
    if (shape == ErrorShape::exponential) e = 1 - std::exp(-e);
  }
  return error;
}

/// As many rows as there are, each as likely as it weighs, ascending.
[[gnu::cold]] inline Buffer<RowIndex> drawn_by_weight(const Buffer<double>& weight, Random random) {
  Buffer<double> until(weight.size());
  double sum = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) until[i] = sum += weight[i];
  Buffer<RowIndex> rows(weight.size());
  for (RowIndex& r : rows) {
    const double at = random.uniform53() * sum;
    r = static_cast<RowIndex>(std::upper_bound(until.begin(), until.end() - 1, at) - until.begin());
  }
  SortKeys keys(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) keys[i] = {rows[i], rows[i]};
  sort_keys(keys);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = keys[i].second;
  return rows;
}

/// What a member is fitted to in a round.
template <class X, class Y>
Dataset<X, Y> emphasised(const Dataset<X, Y>& data, const Buffer<double>& weight, bool draws,
                         const Random& random) {
  if (draws) {
    const Dataset<X, Y> drawn = data.subset(drawn_by_weight(weight, random));
    return data.has_weights() ? drawn.with_weights({}) : drawn;
  }
  Buffer<float> own(weight.size());
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = static_cast<float>(weight[i]);
  return data.with_weights(std::move(own));
}

/// The member as it is boosted: one that has a `weak` knows what its open size means here.
template <class M> M weak_of(const M& member, bool labels) {
  if constexpr (requires { member.weak(labels); }) return member.weak(labels);
  else return member;
}

template <class M, class X, class Y>
AdaBoosted<X, Y, ModelOf<M, X, Y>> fit_adaboost(const AdaBoost<M>& spec, const Dataset<X, Y>& data,
                                                const Context& context) {
  constexpr double faint = 1e-3;  // the vote of a first member that is no better than chance
  constexpr bool can_weigh = capabilities_of<M>.weights;
  const AdaBoostOptions& o = spec.options;
  check(o.members >= 1, "expected at least one member", o.members);
  check(o.learning_rate > 0 && std::isfinite(o.learning_rate), "expected a learning rate above 0",
        o.learning_rate);
  check(can_weigh || o.emphasis != Emphasis::weights,
        "expected a member that honours weights, or Emphasis::draws", short_name<M>());
  const bool draws =
      o.emphasis == Emphasis::draws || (o.emphasis == Emphasis::automatic && !(Y::is_label && can_weigh));

  BoostedWeights rows{Buffer<double>(static_cast<std::size_t>(data.rows()))};
  for (std::size_t i = 0; i < rows.weight.size(); ++i)
    rows.total += rows.weight[i] = static_cast<double>(data.weight(static_cast<std::ptrdiff_t>(i)));
  check(rows.total > 0, "expected rows with a positive weight", rows.total);
  const double K = data.outputs(), chance = Y::is_label ? 1 - 1 / K : 0.5,
               log_classes = Y::is_label && K > 1 ? std::log(K - 1) : 0;
  const M member = weak_of(spec.member, Y::is_label);

  AdaBoosted<X, Y, ModelOf<M, X, Y>> whole{{}, {}, data.outputs()};
  for (int m = 0; m < o.members && (m == 0 || !context.stop().now(context.path())); ++m) {
    const auto shown =
        emphasised(data, rows.weight, draws, context.random("draws").stream(static_cast<std::uint64_t>(m)));
    auto model = fit_member(member, shown, context.child(m, short_name<M>()));
    const Buffer<double> error =
        adaboost_errors(data, all_outputs<X, Y>(model, data, data.outputs()), rows.weight, o.loss);
    auto verdict = rows.judge(error, chance, log_classes, static_cast<double>(o.learning_rate), Y::is_label);
    if (verdict.vote <= 0 && m == 0) verdict.vote = faint;
    if (static_cast<float>(verdict.vote) > 0) {
      whole.models.push_back(std::move(model));
      whole.votes.push_back(static_cast<float>(verdict.vote));
    }
    if (verdict.last) break;
  }
  return whole;
}

}  // namespace tutti::detail
