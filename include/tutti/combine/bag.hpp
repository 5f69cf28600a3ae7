// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>

namespace tutti {

namespace detail {
template <class M, class X, class Y>
using Bagged = Many<X, Y, ModelOf<M, X, Y>, BagLearning>;

/// Fits the members on bootstrap draws (combine/bag_fit.hpp).
template <class M, class X, class Y>
Bagged<M, X, Y> fit_bag(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context);
}  // namespace detail

/// Bootstrap aggregation: y = mean of `members` models, each fitted on rows drawn with replacement (or a subset).
/// A draw repeats rows, it does not copy them: folds and early-stopping slices inside a member see original rows, so no
/// row is ever on both sides. On later batches its members learn each row as often as BagLearning draws.
/// Shapes   the member's.
/// Cost     `members` fits, side by side.
/// Errors   FitError for members < 1, rows <= 0, or more rows than there are without replacement.
/// Source   Breiman, Bagging predictors, Machine Learning 24 (1996).
template <class M>
struct Behaviour<Bag<M>> {
  static constexpr Capabilities capabilities = capabilities_of<M>;

  template <class X, class Y>
  using Model = detail::Bagged<M, X, Y>;
  template <class X, class Y>
  using Diagnosis = error::located_t<Bag<M>, 0, M, DiagnosisOf<M, X, Y>>;

  template <class X, class Y>
  static Model<X, Y> fit(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_bag(bag, data, context);
  }
};

}  // namespace tutti
