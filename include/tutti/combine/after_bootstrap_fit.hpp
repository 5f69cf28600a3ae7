// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/conformal.hpp>

#include <cmath>

namespace tutti::detail {

/// The score of every row that some member of a bag has not drawn.
/// Errors   DataError for a score that is not finite, or too few for the coverage.
template <class Bag, class X, class Y>
BootstrapScores bootstrap_scores(const Bag& bag, const SeenRows& seen, const Dataset<X, Y>& data, const FoldPlan& plan,
                                 float coverage) {
  const auto honest = out_of_bag_rows(bag, seen, data, plan);
  BootstrapScores s{.members = static_cast<int>(bag.models.size())};
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    s.rows += plan.fold(data.origin(i)) >= 0;
    if (!honest.covers(i)) continue;
    s.score.push_back(std::abs(static_cast<float>(data.target(i)[0]) - honest.values()(i, 0)));
    check(std::isfinite(s.score.back()), {"conformal: row ", i, ": expected a finite prediction and target, so that its score is"},
          s.score.back());
    s.unseen.resize(s.unseen.size() + static_cast<std::size_t>(s.bytes()), std::uint8_t{0});
    std::uint8_t* const of_row = s.unseen.end() - s.bytes();
    for (int m = 0; m < s.members; ++m)
      if (!seen.seen(m, i)) of_row[m / 8] = static_cast<std::uint8_t>(of_row[m / 8] | 1 << m % 8);
  }
  (void)s.rank(coverage);
  return s;
}

template <class M, class X, class Y>
Learned<ConformalModel<X, Y, Bagged<M, X, Y>, AfterBootstrap>, Y> learn_conformal(const Conformal<Bag<M>, AfterBootstrap>& form,
                                                                                  const Dataset<X, Y>& data, const Context& context,
                                                                                  Want want) {
  using Model = ConformalModel<X, Y, Bagged<M, X, Y>, AfterBootstrap>;
  check_conformal(form.options);
  check(form.options.method == ConformalMethod::cross, "conformal after bootstrap: expected the method cross, for no row is held out",
        "split");
  if (data.has_weights()) refuse_weights(context);
  const Context at = context.child(0, short_name<Bag<M>>());
  Learned<Model, Y> whole;
  if (want.out_of_fold || want.folds) {
    auto bag = learn(form.member, data, at, Want{false, want.out_of_fold, want.folds});
    whole.out_of_fold = std::move(bag.out_of_fold);
    if (want.folds) whole.folds.resize(bag.folds.size());
    for (std::size_t f = 0; f < whole.folds.size(); ++f)
      if (bag.folds[f]) whole.folds[f] = Model{std::move(*bag.folds[f])};
  }
  if (!want.model) return whole;
  check(!context.forward(), "conformal after bootstrap: expected folds that are dealt at random, for a bag knows rows of all times",
        "forward in time");
  std::optional<SeenRows> seen;
  Model& model = whole.model.emplace(Model{named(at, [&] {
    check_draws(form.member, data, at);
    return draw_members(form.member, data, at, true, seen);
  })});
  model.coverage = form.options.coverage;
  model.scores = bootstrap_scores(model.member, *seen, data, *context.plan(data), model.coverage);
  return whole;
}

}  // namespace tutti::detail
