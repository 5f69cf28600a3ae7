// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/on.hpp>

/// What can stand in a Fuse beside estimators: a transform, a chain of transforms, transforms side by side, and each of these on
/// one field of a record. Its model has `outputs`, which writes a row of numbers for each row of inputs.
namespace tutti {

/// A fitted transform that writes many rows at once.
template <class X, class Transform> struct TransformPart {
  using Parts = meta::List<Transform>;
  Transform transform;

  int width() const noexcept { return static_cast<int>(transform.width()); }
  void outputs(std::span<const ViewOf<X>> x, Rows<float> z, Workspace& w) const noexcept {
    detail::transform_rows<X>(transform, x, z, w);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires StaticWorkspace<Transform> {
    return static_workspace_bytes<Transform>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!StaticWorkspace<Transform>) {
    return tutti::workspace_bytes(transform, rows);
  }
  static void visit(auto& self, auto& archive) { archive("transform", self.transform); }
  void check_extents(int columns, int outputs) const { tutti::check_extents(transform, columns, outputs); }
};

namespace detail {

template <class S> inline constexpr bool is_part = is_transform<S>;
template <class... S> inline constexpr bool is_part<Cascade<S...>> = sizeof...(S) > 0 && (is_part<S> && ...);
template <class... B> inline constexpr bool is_part<Fuse<B...>> = sizeof...(B) > 0 && (is_part<B> && ...);
template <meta::FixedString Name, class M> inline constexpr bool is_part<On<Name, M>> = is_part<M>;

/// True where nothing is learnt from rows: what it makes of a row in one fold, it makes of it in all.
template <class S> inline constexpr bool is_stateless = requires { requires S::stateless; };
template <class... S> inline constexpr bool is_stateless<Cascade<S...>> = (is_stateless<S> && ...);
template <class... B> inline constexpr bool is_stateless<Fuse<B...>> = (is_stateless<B> && ...);
template <meta::FixedString Name, class M> inline constexpr bool is_stateless<On<Name, M>> = is_stateless<M>;

template <class Model> int width_of(const Model& model) noexcept {
  if constexpr (requires {
                  { model.width() } -> std::convertible_to<int>;
                })
    return model.width();
  else return width_of(model.member);  // on a field
}

/// The rows Z that part S makes of rows of X, and its model.
template <class S, class X, class Y> struct PartOf {
  using Z = TransformedRow<S, X>;
  using Model = TransformPart<X, TransformModel<S, X, Y>>;
};
template <meta::FixedString Name, class M, class X, class Y> struct PartOf<On<Name, M>, X, Y> {
  using Field = typename X::template FieldType<Name>;
  using Z = typename PartOf<M, Field, Y>::Z;
  using Model = OnField<Name, X, Y, typename PartOf<M, Field, Y>::Model>;
};
}  // namespace detail

/// What makes rows of Z, and what reads them: two parts, or a Fuse and the estimator behind it.
template <class X, class Y, class Z, class First, class Next> struct Fed {
  using Parts = meta::List<First, Next>;
  static constexpr bool is_static =
      StaticWorkspace<First> && StaticWorkspace<Next> && Z::shape.size() != Dynamic;
  First first;
  Next next;

  int width() const noexcept { return detail::width_of(next); }
  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const int width = detail::width_of(first);
    const Rows<float> z(w.take<float>(y.rows() * width), y.rows(), width);
    tutti::outputs<X, Y>(first, x, z, w);
    tutti::outputs<Z, Y>(next, detail::views_of<Z>(z, w), y, w);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires is_static {
    return workspace_bytes_of<float>(rows * Z::shape.size()) + workspace_bytes_of<ViewOf<Z>>(rows) +
           std::max(static_workspace_bytes<First>(rows), static_workspace_bytes<Next>(rows));
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!is_static) {
    return workspace_bytes_of<float>(rows * detail::width_of(first)) + workspace_bytes_of<ViewOf<Z>>(rows) +
           std::max(tutti::workspace_bytes(first, rows), tutti::workspace_bytes(next, rows));
  }
  static void visit(auto& self, auto& archive) { archive("first", self.first)("next", self.next); }
  void check_extents(int columns, int outputs) const {
    first.check_extents(columns, outputs);
    tutti::check_extents(next, detail::width_of(first), outputs);
  }
};

namespace detail {

template <class First, class... Tail, class X, class Y> struct PartOf<Cascade<First, Tail...>, X, Y> {
  using Between = typename PartOf<First, X, Y>::Z;
  using Next = PartOf<typename RestOf<Tail...>::type, Between, Y>;
  using Z = typename Next::Z;
  using Model = Fed<X, Y, Between, typename PartOf<First, X, Y>::Model, typename Next::Model>;
};
template <class Only, class X, class Y> struct PartOf<Cascade<Only>, X, Y> : PartOf<Only, X, Y> {};

/// What is wrong with part S on rows of X, `none` or a Mismatch that names S.
template <class S, class X, class Y> struct PartDiagnosis {
  static constexpr auto diagnose() {
    using Data = error::GetsType<Dataset<X, Y>>;
    if constexpr (is_text<X> && !stated_capabilities<S>().text)
      return std::type_identity<
          error::Mismatch<S, error::GetsType<X>, error::numbers_because_it_does_not_read_text>>{};
    else if constexpr (!FitsItself<S, X, Y>)
      return std::type_identity<error::Mismatch<S, Data, error::a_fit_member_for_these_inputs_and_targets>>{};
    else if constexpr (!HasTransform<TransformModel<S, X, Y>, X>)
      return std::type_identity<
          error::Mismatch<S, Data, error::width_and_transform_members_in_what_fit_returns>>{};
    else return std::type_identity<error::none>{};
  }
  using type = typename decltype(diagnose())::type;
};
template <class First, class... Tail, class X, class Y> struct PartDiagnosis<Cascade<First, Tail...>, X, Y> {
  using Chain = Cascade<First, Tail...>;
  static constexpr auto diagnose() {
    using Found = error::located_t<Chain, 0, First, typename PartDiagnosis<First, X, Y>::type>;
    if constexpr (sizeof...(Tail) == 0 || !std::is_same_v<Found, error::none>)
      return std::type_identity<Found>{};
    else {
      using Rest = typename RestOf<Tail...>::type;
      return std::type_identity<
          behind_t<Chain, sizeof...(Tail), Rest,
                   typename PartDiagnosis<Rest, typename PartOf<First, X, Y>::Z, Y>::type>>{};
    }
  }
  using type = typename decltype(diagnose())::type;
};
template <meta::FixedString Name, class M, class X, class Y> struct PartDiagnosis<On<Name, M>, X, Y> {
  static constexpr auto diagnose() {
    if constexpr (!is_record<X>)
      return std::type_identity<error::Mismatch<On<Name, M>, error::GetsType<X>, error::a_record_as_input>>{};
    else if constexpr (!X::template has<Name>)
      return std::type_identity<error::Mismatch<On<Name, M>, error::GetsType<X>, error::field<Name>>>{};
    else
      return std::type_identity<error::located_t<
          On<Name, M>, 0, M, typename PartDiagnosis<M, typename X::template FieldType<Name>, Y>::type>>{};
  }
  using type = typename decltype(diagnose())::type;
};

/// What a part takes of its inputs: weights if all of it does, holes and texts if what reads the inputs does.
template <class S> struct PartCapabilities {
  static constexpr Capabilities value = stated_capabilities<S>();
};
template <class First, class... Tail> struct PartCapabilities<Cascade<First, Tail...>> {
  static constexpr Capabilities value = [] {
    Capabilities c = PartCapabilities<First>::value;
    ((c.weights = c.weights && PartCapabilities<Tail>::value.weights), ...);
    return c;
  }();
};
template <meta::FixedString Name, class M> struct PartCapabilities<On<Name, M>> : PartCapabilities<M> {};

}  // namespace detail
}  // namespace tutti
