// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>
#include <tutti/core/learned.hpp>

namespace tutti {

struct SnapshotOptions {
  int cycles = 5;  // of the training, and so members
};

/// An ensemble at the price of one training: Snapshot{Network{Cnn{}, {.epochs = 100}}, {.cycles = 5}}. The epochs of the net
/// are cut into cycles of equal length (rounded up). In each of them the learning rate falls from the optimiser's to 0 along
/// half a cosine, step by step, and begins anew in the next one, which carries the weights out of the minimum that they had
/// reached. The nets at the ends of the cycles are the members: y = the mean of what they say. The optimiser's moments go on.
/// A moving average of the weights, where the net has one, is what is kept of a cycle. A fit that is stopped has the members
/// of the cycles that it finished.
/// Shapes   the net's.
/// Needs    a net, behind transforms if there are any: Cascade{Standardize{}, Snapshot{Network{...}}}; its options with
///          neither a schedule nor early_stop, and an optimiser of steps.
/// Cost     one fit of the net; prediction and memory as of `cycles` nets.
/// Errors   at compile time: a member that is not a net. FitError for cycles < 1 and for options of the net that contradict cycles.
/// Source   Huang, Li, Pleiss, Liu, Hopcroft, Weinberger, Snapshot ensembles: train 1, get M for free (ICLR 2017), equation 2.
template <class M>
struct Snapshot {
  M member{};
  SnapshotOptions options{};

  constexpr Snapshot()
    requires std::is_default_constructible_v<M>
  = default;
  constexpr explicit Snapshot(M m, SnapshotOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> Snapshot(M) -> Snapshot<M>;
template <class M> Snapshot(M, SnapshotOptions) -> Snapshot<M>;
template <class M> Snapshot(Snapshot<M>) -> Snapshot<Snapshot<M>>;

namespace detail {

/// A member that can be trained in cycles says so by Behaviour<M>::fit_cycles(spec, data, context, cycles) -> models.
template <class M, class X, class Y>
concept FitsCycles = requires(const M& member, const Dataset<X, Y>& data, const Context& context) {
  Behaviour<M>::fit_cycles(member, data, context, 1);
};

template <class M, class X, class Y>
Many<X, Y, ModelOf<M, X, Y>> fit_snapshot(const Snapshot<M>& form, const Dataset<X, Y>& data, const Context& context);  // snapshot_fit.hpp

}  // namespace detail

template <class M>
struct Behaviour<Snapshot<M>> {
  using Form = Snapshot<M>;
  static constexpr Capabilities capabilities = capabilities_of<M>;

  template <class X, class Y>
  using Model = Many<X, Y, ModelOf<M, X, Y>>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    using Inside = error::located_t<Form, 0, M, DiagnosisOf<M, X, Y>>;
    if constexpr (!std::is_same_v<Inside, error::none>) return std::type_identity<Inside>{};
    else if constexpr (!detail::FitsCycles<M, X, Y>)
      return std::type_identity<error::Mismatch<Form, error::Member<0, M>, error::a_net_that_is_trained_in_cycles>>{};
    else return std::type_identity<error::none>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Form& form, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_snapshot(form, data, context);
  }
};

}  // namespace tutti
