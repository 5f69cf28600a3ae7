// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/finish.hpp>
#include <tutti/core/fitted.hpp>

#include <optional>

namespace tutti {

/// One of the three is given.
struct AbstainOptions {
  static constexpr float not_given = -1;
  float confidence = not_given;  // answers need at least this probability
  float coverage = not_given;    // or: such that at least this share of the rows is answered
  float risk = not_given;        // or: such that as many are answered as leave at most this share of the answers wrong
};

/// A classifier that may decline to answer: answer(model, x) is empty where its confidence is too low. predict answers always.
template <class M>
struct Abstain {
  M member{};
  AbstainOptions options{};

  constexpr Abstain() = default;
  constexpr explicit Abstain(M m, AbstainOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> Abstain(M) -> Abstain<M>;
template <class M> Abstain(M, AbstainOptions) -> Abstain<M>;
template <class M> Abstain(Abstain<M>) -> Abstain<Abstain<M>>;

/// The step of Abstain: it leaves outputs as they are and knows from which confidence on they are answers.
struct LeastConfidence {
  static constexpr bool labels = true, numbers = false;
  AbstainOptions options{};
  float confidence = 0;

  bool learns() const noexcept { return options.confidence < 0; }
  /// Errors   DataError unless one option is given, between 0 and 1.
  void check(int) const {
    int given = 0;
    for (const float o : {options.confidence, options.coverage, options.risk}) {
      given += o != AbstainOptions::not_given;
      tutti::check(o == AbstainOptions::not_given || (o >= 0 && o <= 1), "abstain: expected an option between 0 and 1", o);
    }
    tutti::check(given == 1, "abstain: expected one of confidence, coverage and risk", given);
  }
  template <class X, class Y>
  LeastConfidence fitted(Rows<const float> outputs, const Dataset<X, Y>& data, const Buffer<std::uint8_t>& counts) const;
  void apply(std::span<float>) const noexcept {}
  bool answers(float p) const noexcept { return p >= confidence; }  // not NaN

  static void visit(auto& self, auto& archive) { archive("confidence", self.confidence); }
  void loaded() const { tutti::check<FileError>(confidence >= 0, "abstain: expected a confidence of 0 or more", confidence); }
};

/// Selective classification: below a confidence there is no answer. The confidence of a row is the probability of its most probable class;
/// where it has to reach is given, or learnt from out-of-fold predictions. A share of wrong answers that was asked for is met on
/// those predictions; no bound holds for rows to come. Where it cannot be met, nothing is answered. Weights of rows count.
/// Shapes   the member's.
/// Cost     the member's; k more fits of it where the confidence is learnt.
/// Errors   at compile time: numbers or flags. FitError unless one option is given, between 0 and 1.
/// Source   El-Yaniv, Wiener, On the foundations of noise-free selective classification, JMLR 11 (2010).
template <class M>
struct Behaviour<Abstain<M>> {
  using AsFinish = Finish<M, LeastConfidence>;
  static constexpr Capabilities capabilities = Behaviour<AsFinish>::capabilities;

  template <class X, class Y>
  using Model = ModelOf<AsFinish, X, Y>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (!Y::is_label)
      return std::type_identity<error::Mismatch<Abstain<M>, error::GetsType<Y>, error::numbers_but_it_predicts_labels>>{};
    else return std::type_identity<error::located_t<Abstain<M>, 0, M, DiagnosisOf<M, X, Y>>>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Abstain<M>& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_finished(AsFinish(form.member, LeastConfidence{form.options, std::max(0.0f, form.options.confidence)}), data,
                                  context, want);
  }
  static void each_member(const auto& model, auto&& f) { f.template operator()<M>(model.member); }
};

/// The label of a row, or nothing where the confidence is too low or NaN.
/// Cost     a prediction.
/// Errors   ShapeError as predict.
template <class M, class X, int K>
std::optional<Label<K>> answer(const Fitted<Abstain<M>, X, Label<K>>& fitted, const std::type_identity_t<ViewOf<X>>& x) {
  fitted.known_rows().check(x);
  const WorkspaceLease lease(fitted.workspace_bytes(1));
  const Workspace::Scope scope(*lease);
  const Rows<float> y((*lease).take<float>(fitted.outputs()), 1, fitted.outputs());
  fitted.outputs(std::span<const ViewOf<X>>(&x, 1), y, *lease);
  const Label<K> label = Label<K>::decide(y.row(0), intern(fitted.schema().classes));
  if (!fitted.model().step.answers(y(0, label.index()))) return {};
  return label;
}
/// The same for a row given as any contiguous range of numbers.
template <class M, class X, int K, class R>
  requires(!std::is_convertible_v<const R&, ViewOf<X>>)
std::optional<Label<K>> answer(const Fitted<Abstain<M>, X, Label<K>>& fitted, const R& x) {
  return answer(fitted, fitted.row_of(x));
}

}  // namespace tutti
