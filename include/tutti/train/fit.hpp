// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted.hpp>
#include <tutti/train/learn.hpp>

namespace tutti {

namespace detail {
/// "Stack<Average<...>, Ridge>" -> "Stack": what a node is called in a path.
template <class Spec>
std::string short_name() {
  const std::string name = type_name<Spec>();
  return name.substr(0, name.find('<'));
}
/// Where a fit begins. A plan of the user's own speaks of the rows that were given, so it is made of them here; any other
/// is made where it is needed.
template <class Spec, class X, class Y>
[[gnu::cold]] Context root_context(const Dataset<X, Y>& rows, const FitOptions& options) {
  check(rows.rows() > 0, "fit: expected data with at least one row", rows.rows());
  check(rows.outputs() > 0, "fit: expected data with at least one class or target", rows.outputs());
  const Context root(options, short_name<Spec>());
  if (options.folds.assignment.empty()) return root;
  return named(root, [&] { return root.with_plan(root.plan(rows)); });
}
}  // namespace detail

/// Fits a composition to data: the only entry. All members are fitted in parallel on all cores; the same spec, data and
/// seed give the same bits on any number of threads.
/// Errors   one compile-time error when the composition does not fit together or does not fit the data's types;
///          DataError for data without rows; FitError with the path of the member that failed. Nothing is half-changed.
template <class Spec, Input X, Target Y>
Fitted<Spec, X, Y> fit(const Spec& spec, const Dataset<X, Y>& data, const FitOptions& options = {}) {
  if constexpr (!error::composition_fits<DiagnosisOf<Spec, X, Y>>) {
    return {};
  } else {
    const Dataset<X, Y> rows = data.session();
    const Context context = detail::root_context<Spec>(rows, options);
    auto model = parallel::with_threads(options.threads, [&] { return fit_member(spec, rows, context); });
    return Fitted<Spec, X, Y>(std::move(model), KnownRows<X>(data), data.outputs());
  }
}

/// Predictions for every row by models that were fitted without it, as a meta-learner needs them.
/// Cost     k fits of the members.
template <class Spec, Input X, Target Y>
Predictions<OutOfFold, Y> out_of_fold(const Spec& spec, const Dataset<X, Y>& data, const FitOptions& options = {}) {
  if constexpr (!error::composition_fits<DiagnosisOf<Spec, X, Y>>) {
    static_assert(sizeof(Fitted<Spec, X, Y>) > 0);  // says what does not fit
    return CrossFitting::empty<Y>(0, 0);
  } else {
    const Dataset<X, Y> rows = data.session();
    const Context context = detail::root_context<Spec>(rows, options);
    return parallel::with_threads(options.threads, [&] {
      return std::move(*learn(spec, rows, context, Want{.model = false, .out_of_fold = true, .folds = false}).out_of_fold);
    });
  }
}

}  // namespace tutti
