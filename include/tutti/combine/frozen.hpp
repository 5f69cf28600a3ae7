// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted.hpp>
#include <tutti/core/forms.hpp>

namespace tutti {

/// A member that was fitted, loaded or written down before: fitting it gives it back as it is.
/// Needs    a Fitted on the same inputs and targets, or any struct that predicts Y for a row of X.
/// Errors   FitError when a Fitted was fitted on rows of another width, on other classes or on another number of them.
template <class M>
struct Behaviour<Frozen<M>> {
  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .flags = true, .weights = true, .missing = true, .probabilities = true, .incremental = false, .explainable = false};

  template <class X, class Y>
  using Model = M;

  template <class X, class Y>
  static constexpr auto diagnose() {
    constexpr bool same = [] {
      if constexpr (is_fitted<M>) return std::is_same_v<typename M::InputType, X> && std::is_same_v<typename M::TargetType, Y>;
      else return true;
    }();
    if constexpr (!same)
      return std::type_identity<error::Mismatch<Frozen<M>, error::GetsType<Dataset<X, Y>>, error::the_inputs_and_targets_it_was_fitted_on>>{};
    else if constexpr (!HasOutputs<M, X> && !HasPredict<M, X, Y>)
      return std::type_identity<error::Mismatch<Frozen<M>, error::GetsType<Dataset<X, Y>>, error::a_predict_member_for_these_inputs_and_targets>>{};
    else
      return std::type_identity<error::none>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Frozen<M>& frozen, [[maybe_unused]] const Dataset<X, Y>& data, const Context&) {
    if constexpr (is_fitted<M>) {
      const ClassNames &learnt = frozen.model.schema().classes, &here = data.schema().classes;
      check<ShapeError>(frozen.model.width() == data.width(), {"a frozen member was fitted on rows of ", frozen.model.width(), " numbers: expected such rows"}, data.width());
      check<ShapeError>(frozen.model.outputs() == data.outputs(), {"a frozen member has ", frozen.model.outputs(), " outputs: expected as many"}, data.outputs());
      for (std::size_t k = 0; k < std::min(learnt.size(), here.size()); ++k)
        check<ShapeError>(learnt[k] == here[k], {"a frozen member knows class ", k, " as \"", learnt[k], "\": expected the same"}, here[k]);
    }
    return frozen.model;
  }
};

}  // namespace tutti
