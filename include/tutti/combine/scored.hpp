// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/scores.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/learned.hpp>

namespace tutti {

namespace detail {
/// A regressor that stands for a classifier: it fits one-hot targets. Only the meta-learners of Stack and Blend become one,
/// by MetaOf; no program names it.
template <class M> struct Scored { M member{}; };
}  // namespace detail

/// A fitted regressor on one-hot targets, and the link by which its scores are probabilities.
template <class X, class Y, class Model> struct ScoredModel {
  using Parts = meta::List<Model>;
  using Scores = Reals<Y::outputs>;
  Model scores;
  ScoreLink link{};

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    tutti::outputs<X, Scores>(scores, x, y, w);
    for (std::ptrdiff_t r = 0; r < y.rows(); ++r) link.apply(y.row(r));
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires StaticWorkspace<Model> {
    return static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!StaticWorkspace<Model>) {
    return tutti::workspace_bytes(scores, rows);
  }
  static void visit(auto& self, auto& archive) { archive("scores", self.scores)("link", self.link); }
  void check_extents(int columns, int outputs) const { tutti::check_extents(scores, columns, outputs); }
};

namespace detail {
template <class M, class X, class Y>
Learned<ScoredModel<X, Y, ModelOf<M, X, Reals<Y::outputs>>>, Y> learn_scored(const Scored<M>& form,
                                                                             const Dataset<X, Y>& data,
                                                                             const Context& context,
                                                                             Want want);

/// What a meta-learner of Y becomes: itself, or what makes a classifier of it. In a committee of several, each for itself.
template <class Meta, class Y> struct MetaOf {
  using type = std::conditional_t<Y::is_label && !capabilities_of<Meta>.labels, Scored<Meta>, Meta>;
  static type of(const Meta& meta) {
    if constexpr (std::is_same_v<type, Meta>) return meta;
    else return {meta};
  }
};
template <int N, class Y> struct MetaOf<Weights<N>, Y> { using type = Weights<N>; };
template <class M> inline constexpr bool learns_labels = capabilities_of<M>.labels;
template <int N> inline constexpr bool learns_labels<Weights<N>> = false;

template <template <class...> class Form, class Y, class... M> struct MetaCommittee {
  using type = Form<typename MetaOf<M, Y>::type...>;
  static type of(const Form<M...>& form) {
    return over(typename Form<M...>::MemberList{}, form,
                std::make_index_sequence<std::tuple_size_v<decltype(form.members)>>{});
  }

 private:
  template <class... Members, std::size_t... I>
  static type over(meta::List<Members...>, const Form<M...>& form, std::index_sequence<I...>) {
    if constexpr (sizeof...(Members) == sizeof...(M))
      return type(MetaOf<Members, Y>::of(std::get<I>(form.members))...);
    else return type(form.weights, MetaOf<Members, Y>::of(std::get<I>(form.members))...);
  }
};
/// Some of them learn labels, and not all: the others have to be made to.
template <class Y, class... M>
concept MixedMetas = Y::is_label &&(learns_labels<M> || ...) && !(learns_labels<M> && ...);

template <class Y, class... M>
  requires MixedMetas<Y, M...>
struct MetaOf<Average<M...>, Y> : MetaCommittee<Average, Y, M...> {
};
template <class Y, class... M>
  requires MixedMetas<Y, M...>
struct MetaOf<Vote<M...>, Y> : MetaCommittee<Vote, Y, M...> {
};
}  // namespace detail

template <class M> struct Behaviour<detail::Scored<M>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities c = capabilities_of<M>;
    c.labels = c.probabilities = true;
    c.numbers = c.flags = c.incremental = c.explainable = false;
    return c;
  }();

  template <class X, class Y> using Model = ScoredModel<X, Y, ModelOf<M, X, Reals<Y::outputs>>>;
  template <class X, class Y> using Diagnosis = DiagnosisOf<M, X, Reals<Y::outputs>>;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const detail::Scored<M>& form, const Dataset<X, Y>& data,
                                       const Context& context, Want want) {
    return detail::learn_scored(form, data, context, want);
  }
};

namespace meta {
template <class M>
struct TypeName<tutti::detail::Scored<M>> : TypeName<M> {};  // in paths it is what its user wrote
}  // namespace meta

}  // namespace tutti
