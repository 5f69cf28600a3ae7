// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/boost.hpp>
#include <tutti/data/all_outputs.hpp>
#include <tutti/model/boost_judge.hpp>
#include <tutti/model/boost_setup.hpp>
#include <tutti/train/fit.hpp>

#include <array>
#include <cmath>
#include <numeric>

namespace tutti::detail {

/// Where a convex function of a step has its least value, given its slope: in [0, high]; with `open` high is a guess only.
/// 0 where the slope at 0 is not negative.
template <class Slope> double least_along(double high, bool open, double slope_at_0, const Slope& slope) {
  if (!(slope_at_0 < 0) || !(high > 0) || !std::isfinite(high)) return 0;
  double low = 0;
  for (int doublings = 0;; ++doublings) {
    const double at_high = slope(high);
    if (at_high >= 0 && (open || at_high > -1e-7 * slope_at_0)) break;  // it lies below
    if (!open || doublings == 60) return high;
    low = high;
    high *= 2;
  }
  for (int n = 0; n < 40 && high - low > 1e-7 * high; ++n) {
    const double middle = low + (high - low) / 2;
    (slope(middle) < 0 ? low : high) = middle;
  }
  return high;
}

/// One run of boosting any regressor.
template <class M, class X, class Y> class MemberBoost {
  using Member = ModelOf<M, X, Real>;

 public:
  MemberBoost(const Boost<M>& spec, const Dataset<X, Y>& data, const Context& context)
      : spec_(spec),
        data_(data),
        context_(context),
        targets_(data),
        loss_(targets_.outputs, spec.options.objective),
        learn_(targets_.rows) {
    prepare_targets(targets_, loss_, spec.options.balanced, data);
    for (const float w : targets_.weight) weighted_ = weighted_ || w != 1;
    if (spec.options.early_stop > 0) {
      auto sides = stopping_slice(data, targets_.weight, spec.options.validation, context.random());
      learn_ = std::move(sides.first);
      judge_ = BoostJudge<Y>(spec.options.monitor, loss_, targets_, std::move(sides.second));
    }
    model_.base = loss_.begin(targets_.y, targets_.weight, learn_);
    model_.link = loss_.scores().link;
    score_.resize(targets_.y.size() * scores());
    for (std::size_t i = 0; i < score_.size(); ++i) score_[i] = model_.base[i % scores()];
    pairs_.resize(score_.size());
    ones_.assign(targets_.y.size(), 1.0f);
    all_learn_ = std::ssize(learn_) == data.rows() ? data : data.subset(learn_);
  }

  Boosted<X, Y, Member> run() {
    const BoostOptions& o = spec_.options;
    BestScore best;
    std::size_t kept = 0;
    if (!judge_.empty()) best.offer(judge_.monitor(), judge_(loss_, targets_, score_.data()), 0);
    for (int round = 0; round < o.rounds && !context_.stop().now(context_.path()); ++round) {
      add_round(round);
      if (judge_.empty()) {
        context_.progress().end_round(context_.path(),
                                      {round + 1, o.rounds, judge_.monitor().name(), nullptr});
        continue;
      }
      const double score = judge_(loss_, targets_, score_.data());
      context_.progress().end_round(context_.path(), {round + 1, o.rounds, judge_.monitor().name(), &score});
      if (best.offer(judge_.monitor(), score, round + 1)) kept = model_.steps.size();
      else if (round + 1 - std::max(best.at, 0) >= o.early_stop) break;
    }
    if (!judge_.empty()) {
      model_.steps.resize(kept);
      while (model_.models.size() > kept * scores()) model_.models.pop_back();
    }
    return std::move(model_);
  }

 private:
  static constexpr std::ptrdiff_t grain = 2048;
  std::size_t scores() const noexcept { return static_cast<std::size_t>(loss_.scores().count()); }

  void add_round(int round) {
    Buffer<std::uint32_t> drawn, others;
    draw_rows(learn_, spec_.options.rows, context_.random("rows").stream(static_cast<std::uint64_t>(round)),
              drawn, others);
    derive(drawn, score_);
    Dataset<X, Y> shown = others.empty() ? all_learn_ : data_.subset(drawn);
    if (weighted_)
      shown = shown.with_weights(chosen(drawn, [&](std::uint32_t r) { return targets_.weight[r]; }));
    else if (data_.has_weights()) shown = shown.with_weights({});

    Buffer<std::optional<Member>> fitted(scores());
    Buffer<float> h(score_.size());
    parallel::for_each(std::ssize(fitted), 1, [&](std::ptrdiff_t k, std::ptrdiff_t) {
      const auto at = static_cast<std::size_t>(k);
      const auto own = shown.template with_targets<Real>(
          chosen(drawn, [&](std::uint32_t r) { return -pairs_[at * ones_.size() + r].gradient; }), 1);
      fitted[at] = fit_member(
          spec_.member, own,
          context_.child(round * static_cast<int>(scores()) + static_cast<int>(k), short_name<M>()));
      const Buffer<float> said = all_outputs<X, Real>(*fitted[at], data_, 1);
      for (std::size_t i = 0; i < said.size(); ++i) h[i * scores() + at] = said[i];
    });
    const float step =
        static_cast<float>(best_step(drawn, h) * static_cast<double>(spec_.options.learning_rate));
    if (step == 0) return;
    for (std::size_t i = 0; i < score_.size(); ++i) score_[i] += step * h[i];
    for (auto& m : fitted) model_.models.push_back(std::move(*m));
    model_.steps.push_back(step);
  }

  template <class Of> static Buffer<float> chosen(const Buffer<std::uint32_t>& rows, const Of& of) {
    Buffer<float> values(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) values[i] = of(rows[i]);
    return values;
  }

  /// Derivatives of these rows, as if all weighed the same.
  void derive(const Buffer<std::uint32_t>& rows, const Buffer<float>& score) {
    parallel::for_each(std::ssize(rows), grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      const auto some =
          std::span(rows).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
      loss_.gradients({some, targets_.y.data(), ones_.data(), score.data(), static_cast<int>(scores())},
                      pairs_.data(), std::ssize(ones_));
    });
  }
  /// The sum over rows and scores, by weight, of what `of` makes of a derivative, a direction and a place.
  template <class Of>
  double sum(const Buffer<std::uint32_t>& rows, const Buffer<float>& h, const Of& of) const {
    return parallel::ordered_sum(std::ssize(rows), grain, 0.0, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      double all = 0;
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        const std::size_t r = rows[static_cast<std::size_t>(i)];
        for (std::size_t k = 0; k < scores(); ++k)
          all += static_cast<double>(targets_.weight[r]) *
                 of(pairs_[k * ones_.size() + r], static_cast<double>(h[r * scores() + k]), r * scores() + k);
      }
      return all;
    });
  }

  double best_step(const Buffer<std::uint32_t>& rows, const Buffer<float>& h) {
    const auto downhill = [](const kernel::GradientPair& p, double d, std::size_t) {
      return static_cast<double>(p.gradient) * d;
    };
    const double slope = sum(rows, h, downhill);
    check(std::isfinite(slope), "expected members whose outputs are finite", slope);
    double high = 0;
    if constexpr (!Y::is_label)
      if (loss_.renews())  // its second derivatives say nothing
        high = sum(rows, h,
                   [&](const auto&, double d, std::size_t at) {
                     return std::fabs(
                         d * (static_cast<double>(targets_.y[at]) - static_cast<double>(score_[at])));
                   }) /
               sum(rows, h, [](const auto&, double d, std::size_t) { return d * d; });
    const bool open = high > 0;
    if (!open)
      high = -slope / sum(rows, h, [](const auto& p, double d, std::size_t) {
        return static_cast<double>(p.hessian) * d * d;
      });
    Buffer<float> moved(score_.size());
    return least_along(high, open, slope, [&](double step) {
      for (const std::uint32_t r : rows)
        for (std::size_t at = r * scores(); at < (r + 1) * scores(); ++at)
          moved[at] = score_[at] + static_cast<float>(step) * h[at];
      derive(rows, moved);
      return sum(rows, h, downhill);
    });
  }

  const Boost<M>& spec_;
  const Dataset<X, Y>& data_;
  const Context& context_;
  TreeTargets<Y> targets_;
  BoostLoss<Y> loss_;
  Buffer<std::uint32_t> learn_;         // rows to learn from
  Dataset<X, Y> all_learn_;             // the same
  BoostJudge<Y> judge_;                 // rows to stop by
  Buffer<float> score_, ones_;          // (rows, scores), (rows)
  Buffer<kernel::GradientPair> pairs_;  // (scores, rows)
  Boosted<X, Y, Member> model_;
  bool weighted_ = false;
};

template <class M, class X, class Y>
Boosted<X, Y, ModelOf<M, X, Real>> fit_boosted(const Boost<M>& spec, const Dataset<X, Y>& data,
                                               const Context& context) {
  check_rounds(spec.options);
  return MemberBoost<M, X, Y>(spec, data, context).run();
}

}  // namespace tutti::detail
