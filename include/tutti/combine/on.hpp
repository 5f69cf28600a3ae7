// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/forms.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/core/learned.hpp>
#include <tutti/core/update.hpp>

namespace tutti {

/// A fitted member that reads one field of a record.
template <meta::FixedString Name, class X, class Y, class Model>
struct OnField {
  using Part = typename X::template FieldType<Name>;
  using Parts = meta::List<Model>;
  Model member;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    ViewOf<Part>* views = w.take<ViewOf<Part>>(y.rows());
    for (std::size_t r = 0; r < x.size(); ++r) views[r] = x[r].template get<Name>();
    tutti::outputs<Part, Y>(member, std::span<const ViewOf<Part>>(views, x.size()), y, w);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires StaticWorkspace<Model>
  {
    return workspace_bytes_of<ViewOf<Part>>(rows) + static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!StaticWorkspace<Model>)
  {
    return workspace_bytes_of<ViewOf<Part>>(rows) + tutti::workspace_bytes(member, rows);
  }
  auto learning_state(Random random) const
    requires detail::HasUpdate<Model, Part, Y>
  {
    return member.learning_state(random);
  }
  OnField update(const Dataset<X, Y>& batch, auto& state) const
    requires detail::HasUpdate<Model, Part, Y>
  {
    return {member.update(batch.template field<Name>(), state)};
  }

  static void visit(auto& self, auto& archive) { archive("member", self.member); }
  void check_extents(int columns, int outputs) const {  // a field of static width, or all that the static ones leave
    constexpr int own = Part::shape.size();
    tutti::check_extents(member, own != Dynamic ? own : columns - X::static_width, outputs);
  }
};

namespace detail {
template <meta::FixedString Name, class M, class X, class Y>
Learned<OnField<Name, X, Y, ModelOf<M, typename X::template FieldType<Name>, Y>>, Y> learn_on(const On<Name, M>& on, const Dataset<X, Y>& data, const Context& context, Want want);
}  // namespace detail

/// A member on one field of a record: it neither sees nor copies the others.
/// Errors   at compile time: an input that is no record, a record without this field.
template <meta::FixedString Name, class M>
  requires(!is_layer<On<Name, M>>)
struct Behaviour<On<Name, M>> {
  static constexpr Capabilities capabilities = capabilities_of<M>;

  template <class X>
  using Part = typename X::template FieldType<Name>;
  template <class X, class Y>
  using Model = OnField<Name, X, Y, ModelOf<M, Part<X>, Y>>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    if constexpr (!is_record<X>) return std::type_identity<error::Mismatch<On<Name, M>, error::GetsType<X>, error::a_record_as_input>>{};
    else if constexpr (!X::template has<Name>) return std::type_identity<error::Mismatch<On<Name, M>, error::GetsType<X>, error::field<Name>>>{};
    else return std::type_identity<error::located_t<On<Name, M>, 0, M, DiagnosisOf<M, Part<X>, Y>>>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const On<Name, M>& on, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_on(on, data, context, want);
  }
};

}  // namespace tutti
