// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/calibration.hpp>
#include <tutti/combine/finish.hpp>

namespace tutti {

struct CalibrateOptions {
  CalibrationMethod method = CalibrationMethod::automatic;
};

/// A member whose probabilities are corrected: Calibrate{Forest{}}, Calibrate{Forest{}, {.method = CalibrationMethod::vector}}.
template <class M>
struct Calibrate {
  M member{};
  CalibrateOptions options{};

  constexpr Calibrate() = default;
  constexpr explicit Calibrate(M m, CalibrateOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> Calibrate(M) -> Calibrate<M>;
template <class M> Calibrate(M, CalibrateOptions) -> Calibrate<M>;
template <class M> Calibrate(Calibrate<M>) -> Calibrate<Calibrate<M>>;

namespace detail {
[[gnu::cold]] inline void check_calibration(CalibrationMethod method, bool labels) {
  const bool fits = labels || method == CalibrationMethod::automatic || method == CalibrationMethod::isotonic;
  check(fits, "calibration of numbers: expected the method automatic (0) or isotonic (3)", static_cast<int>(method));
}
}  // namespace detail

/// Calibrated probabilities: the member's, corrected by what its out-of-fold predictions say about them. For the member of all
/// rows the correction is learnt from all of these predictions; for the rows of a fold, from those of the other folds.
/// Numbers are corrected by the nearest ascending curve, so that what is predicted is right on average (isotonic only).
/// Row weights count. NaN in an output becomes NaN in all of the row.
/// Shapes   the member's.
/// Cost     k + 1 fits of the member; one sort or a few dozen passes over the rows for each fold.
/// Errors   DataError for a method of probabilities on numbers, or where the out-of-fold outputs are not finite.
/// Source   Guo et al., On calibration of modern neural networks (ICML 2017); Platt, Probabilistic outputs for support vector
///          machines (1999); Zadrozny, Elkan, Transforming classifier scores into accurate multiclass probability estimates
///          (KDD 2002); of numbers: Wüthrich, Ziegel, Isotonic recalibration under a low signal-to-noise ratio (2023).
template <class M>
struct Behaviour<Calibrate<M>> {
  using AsFinish = Finish<M, Calibration>;
  static constexpr Capabilities capabilities = [] {
    Capabilities c = Behaviour<AsFinish>::capabilities;
    c.probabilities = true;
    return c;
  }();

  template <class X, class Y>
  using Model = ModelOf<AsFinish, X, Y>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (is_flags<Y>)
      return std::type_identity<
          error::Mismatch<Calibrate<M>, error::GetsType<Y>, error::labels_or_numbers_because_it_does_not_learn_flags>>{};
    else return std::type_identity<error::located_t<Calibrate<M>, 0, M, DiagnosisOf<M, X, Y>>>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Calibrate<M>& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    detail::check_calibration(form.options.method, Y::is_label);
    return detail::learn_finished(AsFinish(form.member, Calibration{form.options.method}), data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { f.template operator()<M>(model.member); }
};

}  // namespace tutti
