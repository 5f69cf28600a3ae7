// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/after_bootstrap_fit.hpp>
#include <tutti/combine/conformal_units.hpp>
#include <tutti/combine/scaled_judge.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

/// Scores of rows, and which judge made each; -1: none did.
struct UnsortedScores {
  Buffer<float> score{};
  Buffer<int> judge{};

  explicit UnsortedScores(std::ptrdiff_t rows) : score(static_cast<std::size_t>(rows)), judge(static_cast<std::size_t>(rows), -1) {}
  void set(std::ptrdiff_t i, int by, float s) {
    score[static_cast<std::size_t>(i)] = s;
    judge[static_cast<std::size_t>(i)] = by;
  }
};

/// Puts scores and options into a model.
/// Errors   DataError for fewer scores than the coverage needs, or one that is not finite.
template <class = void>
[[gnu::cold]] ConformalScores enough_scores(const UnsortedScores& rows, int judges, float coverage) {
  ConformalScores scores = sorted_scores(rows.score, rows.judge, judges);
  (void)scores.rank(coverage);
  return scores;
}
inline LabelScoring scoring_of(const ConformalOptions& o, const Context& context) {
  return {o.score, o.randomised, o.penalty, o.free_labels, context.random("conformal").key()};
}

/// The score of every row by models that were fitted without it.
template <class Model, class X, class Y>
struct CrossConformal {
  const Dataset<X, Y>& data;
  const Context& below;
  const FoldPlan& plan;
  Model& model;
  bool keep = false;     // the fold models are the member too
  Buffer<int> judge{};  // of each fold; -1: none

  int judge_of(std::ptrdiff_t i) const {
    const int f = plan.fold(data.origin(i));
    return f < 0 ? -1 : judge[static_cast<std::size_t>(f)];
  }
  /// Every fold for which all of these have a model becomes a judge.
  template <class... L>
  int number_judges(const L&... learned) {
    int n = 0;
    judge.assign(static_cast<std::size_t>(plan.k()), -1);
    for (std::size_t f = 0; f < judge.size(); ++f)
      if (((f < learned.folds.size() && learned.folds[f].has_value()) && ...)) judge[f] = n++;
    return n;
  }
  UnsortedScores labels(const Predictions<OutOfFold, Y>& said) const {
    UnsortedScores scores(data.rows());
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (said.covers(i) && judge_of(i) >= 0)
        scores.set(i, judge_of(i),
                   model.scoring.of(said.values().row(i), static_cast<std::size_t>(data.y(i).index()), model.scoring.draw(data.x(i))));
    return scores;
  }
  UnsortedScores numbers(const Predictions<OutOfFold, Y>& said) const {
    UnsortedScores scores(data.rows());
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (said.covers(i) && judge_of(i) >= 0)
        scores.set(i, judge_of(i), miss_of(data, i, said.values().row(i), model.units_of(static_cast<std::size_t>(judge_of(i)))));
    return scores;
  }
  template <class M, class Member, class W>
  UnsortedScores with_width(const M& spec, Member& member, const W& width) {
    if constexpr (std::is_same_v<W, SameWidth>) {
      take_judges(number_judges(member), member);
      if constexpr (Y::is_label) return labels(*member.out_of_fold);
      else return numbers(*member.out_of_fold);
    } else if constexpr (Model::between) {
      return between(width);
    } else {
      return scaled(spec, width);
    }
  }

 private:
  template <class Member>
  void take_judges(int n, Member& member) {
    model.judges.resize(static_cast<std::size_t>(n));
    for (std::size_t f = 0; f < judge.size(); ++f)
      if (judge[f] >= 0) {
        auto& taken = model.judges[static_cast<std::size_t>(judge[f])];
        if (keep) taken = *member.folds[f];  // the member is made of them as well
        else taken = std::move(*member.folds[f]);
        if constexpr (Model::several) append_units(model.units, taken, fold_sides(plan, static_cast<int>(f), data)->train);
      }
  }
  /// Each fold anew, members out of fold among its training rows: errors of models that knew a row would betray it.
  template <class M, class S>
  UnsortedScores scaled(const M& member, const Scaled<S>& width) {
    using Judge = ScaledJudge<ModelOf<M, X, Y>, ModelOf<S, X, Y>>;
    Buffer<std::optional<Judge>> judges(static_cast<std::size_t>(plan.k()));
    parallel::for_each(plan.k(), 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
      const auto fold = fold_sides(plan, static_cast<int>(f), data);
      if (!fold->train.empty() && !fold->test.empty())
        judges[static_cast<std::size_t>(f)] = scaled_judge(member, width.member, fold->train, below.repeat("fold", static_cast<int>(f)));
    });
    UnsortedScores scores(data.rows());
    double sum = 0;
    for (auto& j : judges)
      if (j) sum += static_cast<double>(j->mean) / static_cast<double>(judges.size());
    model.least_scale = least_scale(static_cast<float>(sum));
    for (std::size_t f = 0; f < judges.size(); ++f) {
      if (!judges[f]) continue;
      const auto fold = fold_sides(plan, static_cast<int>(f), data);
      const Buffer<float> said = all_outputs<X, Y>(judges[f]->member, fold->test, 1),
                          scale = all_outputs<X, Y>(judges[f]->scale, fold->test, 1);
      for (std::size_t r = 0; r < said.size(); ++r)
        scores.set(fold->test_positions[r], static_cast<int>(model.judges.size()),
                   std::abs(number_of(fold->test, static_cast<std::ptrdiff_t>(r)) - said[r]) / std::max(model.least_scale, scale[r]));
      model.judges.push_back(std::move(judges[f]->member));
      model.widths.push_back({std::move(judges[f]->scale)});
    }
    return scores;
  }
  template <class L, class H>
  UnsortedScores between(const Between<L, H>& width) {
    LearnedOf<L, X, Y> low;
    LearnedOf<H, X, Y> high;
    parallel::invoke([&] { low = learn(width.low, data, below.child(1, short_name<L>()), Want{false, true, true}); },
                     [&] { high = learn(width.high, data, below.child(2, short_name<H>()), Want{false, true, true}); });
    (void)number_judges(low, high);
    for (std::size_t f = 0; f < judge.size(); ++f)
      if (judge[f] >= 0) model.widths.push_back({std::move(*low.folds[f]), std::move(*high.folds[f])});
    UnsortedScores scores(data.rows());
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      if (!low.out_of_fold->covers(i) || !high.out_of_fold->covers(i) || judge_of(i) < 0) continue;
      const float y = number_of(data, i);
      scores.set(i, judge_of(i), std::max(low.out_of_fold->values()(i, 0) - y, y - high.out_of_fold->values()(i, 0)));
    }
    return scores;
  }
};

/// The score of every held-out row by what was fitted on the others.
template <class Model, class X, class Y>
UnsortedScores held_out_scores(const Model& model, const Dataset<X, Y>& data) {
  UnsortedScores scores(data.rows());
  const auto outputs = [&](const auto& m) { return all_outputs<X, Y>(m, data, data.outputs()); };
  Buffer<float> said, second;
  if constexpr (Model::between) said = outputs(model.widths[0].low), second = outputs(model.widths[0].high);
  else said = outputs(model.member);
  if constexpr (Model::Widths::count == 1) second = outputs(model.widths[0].scale);
  const auto k = static_cast<std::size_t>(data.outputs());
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if constexpr (Y::is_label) {
      scores.set(i, 0,
                 model.scoring.of({said.data() + at * k, k}, static_cast<std::size_t>(data.y(i).index()), model.scoring.draw(data.x(i))));
    } else {
      const float y = number_of(data, i);
      if constexpr (Model::between) scores.set(i, 0, std::max(said[at] - y, y - second[at]));
      else if constexpr (Model::Widths::count == 1) scores.set(i, 0, std::abs(y - said[at]) / std::max(model.least_scale, second[at]));
      else scores.set(i, 0, miss_of(data, i, {said.data() + at * k, k}, model.units_of(0)));
    }
  }
  return scores;
}

template <class Model, class M, class Width, class X, class Y>
Model fit_split(const Conformal<M, Width>& form, const Dataset<X, Y>& data, const Context& context) {
  const auto sides = hold_out(data, as_meant(form.options.held_out), false, data.has_times() || context.forward(),
                              context.random("held out"));
  const Dataset<X, Y> train = data.subset(sides.first), held_out = data.subset(sides.second);
  Model model{{{}, data.outputs()}, {}, {}, {}, form.options.coverage, 0, scoring_of(form.options, context)};
  if constexpr (Model::Widths::count == 1) {
    auto judge = scaled_judge(form.member, form.width.member, train, context);
    check(judge.has_value(), "conformal: expected out-of-fold predictions for at least one row", 0);
    model.least_scale = least_scale(judge->mean);
    model.member.models.push_back(std::move(judge->member));
    model.widths.push_back({std::move(judge->scale)});
  } else {
    model.member.models.push_back(fit_member(form.member, train, context.child(0, short_name<M>())));
    if constexpr (Model::several) append_units(model.units, model.member, train);
  }
  if constexpr (Model::between) {
    using L = decltype(form.width.low);
    using H = decltype(form.width.high);
    model.widths.push_back({fit_member(form.width.low, train, context.child(1, short_name<L>())),
                            fit_member(form.width.high, train, context.child(2, short_name<H>()))});
  }
  model.scores = enough_scores(held_out_scores(model, held_out), 1, form.options.coverage);
  return model;
}

template <class M, class Width, class X, class Y>
Learned<ConformalModel<X, Y, ModelOf<M, X, Y>, Width>, Y> learn_conformal(const Conformal<M, Width>& form, const Dataset<X, Y>& data,
                                                                          const Context& context, Want want) {
  using Model = ConformalModel<X, Y, ModelOf<M, X, Y>, Width>;
  check_conformal(form.options);
  if (data.has_weights()) refuse_weights(context);
  Learned<Model, Y> whole;
  if (form.options.method == ConformalMethod::split) {
    if (want.out_of_fold || want.folds) return learn_by_refitting(form, data, context, want);
    whole.model = fit_split<Model>(form, data, context);
    return whole;
  }
  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  const bool keep = context.keep_folds() && want.model;
  auto member = learn(form.member, data, below.child(0, short_name<M>()),
                      Want{want.model && !keep, want.out_of_fold || want.model, want.folds || want.model});
  if (want.folds) whole.folds.resize(member.folds.size());
  for (std::size_t f = 0; f < whole.folds.size(); ++f)
    if (member.folds[f]) whole.folds[f] = Model{{{*member.folds[f]}, data.outputs()}};
  if (want.model) {
    Model model{{{}, data.outputs()}, {}, {}, {}, form.options.coverage, 0, scoring_of(form.options, context)};
    CrossConformal<Model, X, Y> cross{data, below, *plan, model, keep};
    const UnsortedScores scores = cross.with_width(form.member, member, form.width);
    const int n = static_cast<int>(std::max(model.judges.size(), model.widths.size()));
    model.scores = enough_scores(scores, n, form.options.coverage);
    model.member = kept<X>(member, keep, data.outputs());
    whole.model = std::move(model);
  }
  if (want.out_of_fold) whole.out_of_fold = std::move(member.out_of_fold);
  return whole;
}

}  // namespace tutti::detail
