// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/learned.hpp>
#include <tutti/core/update.hpp>

namespace tutti {

/// A fitted member and the step that changes its outputs.
/// Shapes   the member's.
template <class X, class Y, class Model, class Step> struct Finished {
  using Parts = meta::List<Model>;
  Many<X, Y, Model> member;  // one model, or one for each fold
  Step step;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    tutti::outputs<X, Y>(member, x, y, w);
    for (std::ptrdiff_t r = 0; r < y.rows(); ++r) step.apply(y.row(r));
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires StaticWorkspace<Many<X, Y, Model>> {
    return static_workspace_bytes<Many<X, Y, Model>>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!StaticWorkspace<Many<X, Y, Model>>) {
    return tutti::workspace_bytes(member, rows);
  }
  auto learning_state(Random random) const requires detail::HasUpdate<Many<X, Y, Model>, X, Y> { return member.learning_state(random); }
  Finished update(const Dataset<X, Y>& batch, auto& state) const requires detail::HasUpdate<Many<X, Y, Model>, X, Y> {
    return {member.update(batch, state), step};
  }

  static void visit(auto& self, auto& archive) { archive("member", self.member)("step", self.step); }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(member, columns, outputs);
    if constexpr (requires { step.check_extents(outputs); }) step.check_extents(outputs);
  }
};

namespace detail {
template <class M, class Step, class X, class Y>
Learned<Finished<X, Y, ModelOf<M, X, Y>, Step>, Y> learn_finished(const Finish<M, Step>& form,
                                                                  const Dataset<X, Y>& data,
                                                                  const Context& context, Want want);
}  // namespace detail

/// A member and a step behind it. A step is a value: `static constexpr bool labels, numbers` say what it is for,
/// `check(outputs)` refuses its options, `apply(span)` changes the outputs of one row. One that learns has `learns()`, and
/// `fitted(outputs, data, counts)`, which returns what it learns from the member's out-of-fold outputs for the rows that count:
/// for the member of all rows from all of them, for the rows of a fold from those of the others. One that depends on the number
/// of outputs has `check_extents(outputs)`, which holds it against the file it came from.
/// It goes on learning where its member does; what the step has learnt stays.
/// Shapes   the member's.
/// Cost     the member's; k more fits of it where the step learns.
/// Errors   at compile time: labels for a step of numbers, numbers for a step of labels; DataError for its options.
template <class M, class Step> struct Behaviour<Finish<M, Step>> {
  using Form = Finish<M, Step>;
  static constexpr Capabilities capabilities = [] {
    Capabilities c = capabilities_of<M>;
    c.labels = c.labels && Step::labels;
    c.numbers = c.numbers && Step::numbers;
    c.flags = c.explainable = false;
    return c;
  }();

  template <class X, class Y> using Model = Finished<X, Y, ModelOf<M, X, Y>, Step>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (is_flags<Y>)
      return std::type_identity<error::Mismatch<Form, error::GetsType<Y>,
                                                error::labels_or_numbers_because_it_does_not_learn_flags>>{};
    else if constexpr (Y::is_label && !Step::labels)
      return std::type_identity<
          error::Mismatch<Form, error::GetsType<Y>, error::labels_but_it_predicts_numbers>>{};
    else if constexpr (!Y::is_label && !Step::numbers)
      return std::type_identity<
          error::Mismatch<Form, error::GetsType<Y>, error::numbers_but_it_predicts_labels>>{};
    else return std::type_identity<error::located_t<Form, 0, M, DiagnosisOf<M, X, Y>>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& form, const Dataset<X, Y>& data, const Context& context,
                                       Want want) {
    return detail::learn_finished(form, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { f.template operator()<M>(model.member); }
};

}  // namespace tutti
