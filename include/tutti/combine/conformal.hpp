// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/after_bootstrap.hpp>
#include <tutti/combine/conformal_options.hpp>

namespace tutti {

/// A member that also says how far it may be off: interval(model, x) of a number, prediction_set(model, x) of a label hold what
/// is true with the probability `coverage`. What the model itself predicts stays the member's.
template <class M, class Width = SameWidth>
struct Conformal {
  M member{};
  Width width{};
  ConformalOptions options{};

  constexpr Conformal() = default;
  constexpr explicit Conformal(M m, ConformalOptions o = {}) : member(std::move(m)), options(o) {}
  constexpr explicit Conformal(M m, Width w, ConformalOptions o = {})
    requires(!std::is_same_v<Width, SameWidth>)
      : member(std::move(m)), width(std::move(w)), options(o) {}
};
template <class M> Conformal(M) -> Conformal<M>;
template <class M> Conformal(M, ConformalOptions) -> Conformal<M>;
template <class M, class S> Conformal(M, Scaled<S>) -> Conformal<M, Scaled<S>>;
template <class M, class S> Conformal(M, Scaled<S>, ConformalOptions) -> Conformal<M, Scaled<S>>;
template <class M, class L, class H> Conformal(M, Between<L, H>) -> Conformal<M, Between<L, H>>;
template <class M, class L, class H> Conformal(M, Between<L, H>, ConformalOptions) -> Conformal<M, Between<L, H>>;
template <class M, std::same_as<AfterBootstrap> B> Conformal(M, B) -> Conformal<M, B>;  // a template: {} are options
template <class M, std::same_as<AfterBootstrap> B> Conformal(M, B, ConformalOptions) -> Conformal<M, B>;
template <class M> Conformal(Conformal<M>) -> Conformal<Conformal<M>>;

namespace detail {
template <class M, class Width, class X, class Y>
Learned<ConformalModel<X, Y, ModelOf<M, X, Y>, Width>, Y> learn_conformal(const Conformal<M, Width>& form, const Dataset<X, Y>& data,
                                                                          const Context& context, Want want);
template <class M, class X, class Y>
Learned<ConformalModel<X, Y, Bagged<M, X, Y>, AfterBootstrap>, Y> learn_conformal(const Conformal<Bag<M>, AfterBootstrap>& form,
                                                                                  const Dataset<X, Y>& data, const Context& context,
                                                                                  Want want);

/// What is wrong with the members that make the width; they are members 1 and 2.
template <class Form, class X, class Y>
constexpr auto diagnose_width(const SameWidth*) { return std::type_identity<error::none>{}; }
template <class Form, class X, class Y, class S>
constexpr auto diagnose_width(const Scaled<S>*) { return std::type_identity<error::located_t<Form, 1, S, DiagnosisOf<S, X, Y>>>{}; }
template <class Form, class X, class Y, class L, class H>
constexpr auto diagnose_width(const Between<L, H>*) {
  return std::type_identity<meta::first_other<error::none, error::located_t<Form, 1, L, DiagnosisOf<L, X, Y>>,
                                              error::located_t<Form, 2, H, DiagnosisOf<H, X, Y>>>>{};
}
template <class Form, class X, class Y>
constexpr auto diagnose_width(const AfterBootstrap*) {
  using M = decltype(Form::member);
  if constexpr (is_bag<M>) return std::type_identity<error::none>{};
  else return std::type_identity<error::Mismatch<Form, error::Member<0, M>, error::a_bag_whose_members_have_not_drawn_all_rows>>{};
}
constexpr Capabilities with_width(Capabilities c, const SameWidth*) { return c; }
constexpr Capabilities with_width(Capabilities c, const AfterBootstrap*) {
  c.labels = false;
  return c;
}
template <class S>
constexpr Capabilities with_width(Capabilities c, const Scaled<S>*) {
  c.missing = c.missing && capabilities_of<S>.missing;
  c.labels = false;
  return c;
}
template <class L, class H>
constexpr Capabilities with_width(Capabilities c, const Between<L, H>*) {
  c.missing = c.missing && capabilities_of<L>.missing && capabilities_of<H>.missing;
  c.labels = false;
  return c;
}
}  // namespace detail

/// Conformal prediction. A score says how far off a prediction was: |y - m| of a number, in units of what `Scaled` expects, or how
/// far it lies outside of `Between`; of a label a LabelScore. With r = ceil((n + 1) coverage) of n scores, an interval or a set holds
/// what would score no higher than the score of rank r. Held-out scores (split) cover with a probability of at least `coverage`,
/// and of at most coverage + 1 / (n + 1) where no two scores are the same; CV+ (cross) with at least 2 coverage - 1, and in practice about
/// `coverage`. Of several numbers the score is the largest of |y_k - m_k| / s_k, where s_k is the mean error of output k on the rows that
/// the judge has learnt from (no less than a thousandth of the standard deviation of y_k there): all intervals hold at once. A Bag scores
/// each row by the members that have not drawn it (AfterBootstrap). All suppose rows that could have come in any order: not a series in
/// time, and groups only among their own kind.
/// Weights of rows are refused: what they say of rows to come is not known.
/// Shapes   the member's.
/// Cost     cross: k + 1 fits of the member, and k predictions for an interval; split: 1 and 1. With Scaled k times as many fits, since
///          errors are made out of fold among the rows that a judge learns from. 4 bytes a row.
/// Errors   at compile time: flags, a width for labels or for several numbers. FitError for a coverage or share not between 0 and 1, fewer
///          rows than coverage / (1 - coverage), a prediction that is not finite, weights.
/// Source   Vovk, Gammerman, Shafer, Algorithmic learning in a random world (2005); Barber, Candès, Ramdas, Tibshirani, Predictive
///          inference with the jackknife+ (2021); Romano, Patterson, Candès, Conformalized quantile regression (2019); Lei et al.,
///          Distribution-free predictive inference for regression (2018), §5.2; Sadinle, Lei, Wasserman, Least ambiguous
///          set-valued classifiers (2019); Romano, Sesia, Candès, Classification with valid and adaptive coverage (2020); of the
///          penalty: Angelopoulos et al., Uncertainty sets for image classifiers using conformal prediction (2021).
template <class M, class Width>
struct Behaviour<Conformal<M, Width>> {
  using Form = Conformal<M, Width>;
  static constexpr Capabilities capabilities = [] {
    Capabilities c = detail::with_width(capabilities_of<M>, static_cast<const Width*>(nullptr));
    c.flags = c.weights = c.incremental = c.explainable = false;
    return c;
  }();

  template <class X, class Y>
  using Model = ConformalModel<X, Y, ModelOf<M, X, Y>, Width>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (is_flags<Y>)
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, error::labels_or_numbers_because_it_does_not_learn_flags>>{};
    else if constexpr (!Y::is_label && Y::outputs != 1 && !std::is_same_v<Width, SameWidth>)
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, error::a_single_number_for_this_width>>{};
    else if constexpr (Y::is_label && !std::is_same_v<Width, SameWidth>)
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, error::labels_but_it_predicts_numbers>>{};
    else if constexpr (!std::is_same_v<DiagnosisOf<M, X, Y>, error::none>)
      return std::type_identity<error::located_t<Form, 0, M, DiagnosisOf<M, X, Y>>>{};
    else return detail::diagnose_width<Form, X, Y>(static_cast<const Width*>(nullptr));
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_conformal(form, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { f.template operator()<M>(model.member); }
};

}  // namespace tutti
