// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/finite_rows.hpp>
#include <tutti/core/fitted.hpp>

namespace tutti {

namespace detail {

template <class Model>
using StateOf = std::remove_cvref_t<decltype(std::declval<const Model&>().learning_state(Random(0)))>;
template <class Model, class X, class Y>
concept HasUpdate = requires(const Model& m, const Dataset<X, Y>& batch, StateOf<Model>& state) {
  { m.update(batch, state) } -> std::convertible_to<Model>;
};

/// A struct, so that a member that cannot go on learning is refused once, for its state and for its batches.
template <class Spec, class X, class Y>
struct GoesOnLearning {
  static constexpr auto diagnose() {
    if constexpr (!error::composition_fits<DiagnosisOf<Spec, X, Y>>) return std::type_identity<error::none>{};  // said by Fitted
    else if constexpr (!capabilities_of<Spec>.incremental) return std::type_identity<error::Mismatch<Spec, error::GetsType<Dataset<X, Y>>, error::the_capability_incremental>>{};
    else if constexpr (!HasUpdate<ModelOf<Spec, X, Y>, X, Y>)
      return std::type_identity<error::Mismatch<Spec, error::GetsModel<ModelOf<Spec, X, Y>>, error::learning_state_and_update_members_in_what_fit_returns>>{};
    else return std::type_identity<error::none>{};
  }
  using Diagnosis = typename decltype(diagnose())::type;
  static_assert(error::composition_fits<Diagnosis>, "this member cannot go on learning: see Mismatch<Where, Gets, Needs>");
  static constexpr bool value = error::composition_fits<DiagnosisOf<Spec, X, Y>> && error::composition_fits<Diagnosis>;
};

}  // namespace detail

/// What an incremental member needs to go on learning beside the model itself (an optimiser's moments, a random stream).
template <class Spec, class X, class Y>
auto learning_state(const Fitted<Spec, X, Y>& model, std::uint64_t seed = 0) {
  if constexpr (detail::GoesOnLearning<Spec, X, Y>::value) return model.model().learning_state(Random(seed));
  else return Nothing{};
}

/// Goes on learning: a new model that has seen the batch as well; the old one stays as it is.
/// Needs    a member that states `.incremental = true`; its model has update(batch, state) const -> model.
/// Errors   at compile time: the capability is missing. ShapeError: a batch of another width. DataError: a batch with weights
///          for a member that cannot honour them, or with NaN or infinity for one that takes finite values only, as in a fit.
///          Model and state are then as they were.
template <class Spec, class X, class Y, class State>
Fitted<Spec, X, Y> update(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& batch, State& state) {
  if constexpr (detail::GoesOnLearning<Spec, X, Y>::value) {
    if constexpr (KnownRows<X>::tables > 0) model.check_rows(batch);
    check<ShapeError>(batch.width() == model.width(), {"expected a batch of rows of ", model.width(), " numbers"}, batch.width());
    check<ShapeError>(batch.outputs() == model.outputs(), {"expected a batch with targets of ", model.outputs(), " outputs"}, batch.outputs());
    check(capabilities_of<Spec>.weights || !batch.has_weights(), "update: expected a batch without weights, which this member cannot honour", "some");
    if constexpr (detail::has_to_be_finite<X>(capabilities_of<Spec>)) {
      const detail::FirstMissing at = detail::first_missing(batch);
      if (at.row >= 0)
        throw DataError("update: " + detail::words_of_missing(batch.schema(), batch.origin(at.row), at.column, batch.x(at.row)[at.column]));
    }
    return Fitted<Spec, X, Y>(model.model().update(batch, state), model.known_rows(), model.outputs());
  } else {
    return model;
  }
}

}  // namespace tutti
