// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>
#include <tutti/core/learned.hpp>

namespace tutti {

namespace detail {
template <class M, class X, class Y>
using Bagged = Many<X, Y, ModelOf<M, X, Y>, BagLearning>;

/// Fits the members on bootstrap draws (combine/bag_fit.hpp).
template <class M, class X, class Y>
Learned<Bagged<M, X, Y>, Y> learn_bag(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context, Want want);
}  // namespace detail

/// Bootstrap aggregation: y = mean of `members` models, each fitted on rows drawn with replacement (or a subset).
/// A draw repeats rows, it does not copy them: folds and early-stopping slices inside a member see original rows, so no
/// row is ever on both sides. Random columns for each member as well: Bag{Cascade{RandomColumns{}, m}}.
/// On later batches its members learn each row as often as BagLearning draws.
/// `balanced`: as many rows of every class that has any; without replacement at most as many as the rarest has.
/// `out_of_bag`: what a head above learns from, and out_of_fold returns, is for each row the mean of the members that have
/// drawn neither it nor a row of its group or id, at the cost of one fit instead of k. Rows that all have drawn, and those that
/// a plan of one's own never holds out, are not covered. Where that would not be honest or complete, the members are fitted for
/// each fold as ever: under a plan forward in time, with `nested`, and where fold models are wanted.
/// Shapes   the member's.
/// Cost     `members` fits, side by side.
/// Errors   FitError for members < 1, rows <= 0, more rows than there are without replacement, `balanced` without labels.
/// Source   Breiman, Bagging predictors, Machine Learning 24 (1996); Out-of-bag estimation (1996); Chen, Liaw and Breiman,
///          Using random forest to learn imbalanced data (2004).
template <class M>
struct Behaviour<Bag<M>> {
  static constexpr Capabilities capabilities = capabilities_of<M>;

  template <class X, class Y>
  using Model = detail::Bagged<M, X, Y>;
  template <class X, class Y>
  using Diagnosis = error::located_t<Bag<M>, 0, M, DiagnosisOf<M, X, Y>>;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_bag(bag, data, context, want);
  }
};

}  // namespace tutti
