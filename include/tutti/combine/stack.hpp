// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/logits.hpp>
#include <tutti/combine/many.hpp>
#include <tutti/combine/scored.hpp>
#include <tutti/combine/vote.hpp>

namespace tutti {

namespace detail {

/// A stack opens its first argument one level: what the meta-learner sees of a form.
template <class M>
struct Opened {
  using List = meta::List<M>;
  static constexpr bool votes = false, weighted = false;
};
template <class... M>
struct Opened<Average<M...>> {
  using List = typename Committee<M...>::MemberList;
  static constexpr bool votes = false, weighted = !std::is_same_v<typename Committee<M...>::WeightsType, Uniform>;
};
template <class... M>
struct Opened<Vote<M...>> {
  using List = typename Committee<M...>::MemberList;
  static constexpr bool votes = true, weighted = !std::is_same_v<typename Committee<M...>::WeightsType, Uniform>;
};

constexpr int times(int members, int outputs) { return outputs == Dynamic ? Dynamic : members * outputs; }

/// The inputs of a meta-learner over so many members: one row of all their outputs.
template <class Y, int Members> using MetaRow = Row<times(Members, Y::outputs)>;

template <class Committee, class Meta, class X, class Y, class List = typename Opened<Committee>::List>
struct StackTypes;

}  // namespace detail

/// A fitted stack: the members' outputs side by side in one row, and the meta-learner on it.
template <class X, class Y, bool Votes, class MetaModel, class... Members> struct StackModel {
  using Z = detail::MetaRow<Y, static_cast<int>(sizeof...(Members))>;
  using Parts = meta::List<Members..., MetaModel>;
  static constexpr bool is_static = (StaticWorkspace<Many<X, Y, Members>> && ...) && StaticWorkspace<MetaModel> && Y::outputs >= 0;
  static constexpr std::ptrdiff_t count = sizeof...(Members);

  std::tuple<Many<X, Y, Members>...> members;  // one model each, or one for each fold
  MetaModel meta;
  int width = 0;                               // outputs of a row
  bool logits = false;                         // what the meta-learner sees of probabilities

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const std::ptrdiff_t n = y.rows(), k = y.width();
    const Rows<float> z(w.take<float>(n * count * k), n, count * k);
    const Rows<float> heard(w.take<float>(n * k), n, k);
    meta::unroll<sizeof...(Members)>([&](auto m) {
      tutti::outputs<X, Y>(std::get<m.value>(members), x, heard, w);
      for (std::ptrdiff_t r = 0; r < n; ++r)
        show(heard.row(r),
             z.row(r).subspan(m.value * static_cast<std::size_t>(k), static_cast<std::size_t>(k)), logits);
    });
    const std::span<ViewOf<Z>> views(w.take<ViewOf<Z>>(n), static_cast<std::size_t>(n));
    for (std::ptrdiff_t r = 0; r < n; ++r) views[static_cast<std::size_t>(r)] = ViewOf<Z>(z.row(r).data(), static_cast<int>(z.width()));
    tutti::outputs<Z, Y>(meta, std::span<const ViewOf<Z>>(views), y, w);
  }
  /// What the meta-learner sees of one member's outputs.
  static void show(std::span<const float> outputs, std::span<float> z, bool logits) noexcept {
    if constexpr (Votes) {
      for (float& v : z) v = 0;
      VoteRule::add(outputs, 1, z);
    } else {
      for (std::size_t k = 0; k < z.size(); ++k) z[k] = outputs[k];
      if constexpr (has_probabilities<Y>)
        if (logits) to_logits<Y>(z);
    }
  }
  static constexpr std::size_t own_bytes(std::ptrdiff_t rows, int outputs) {
    return workspace_bytes_of<float>(rows * count * outputs) + workspace_bytes_of<float>(rows * outputs) + workspace_bytes_of<ViewOf<Z>>(rows);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return own_bytes(rows, Y::outputs) + largest_static_workspace<Many<X, Y, Members>..., MetaModel>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return own_bytes(rows, width) + std::max(largest_workspace(members, rows), tutti::workspace_bytes(meta, rows));
  }
  static void visit(auto& self, auto& archive) {
    archive("members", self.members)("meta", self.meta)("width", self.width)("logits", self.logits);
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected a stack of ", outputs, " outputs"}, width);
    std::apply([&](const auto&... m) { (tutti::check_extents(m, columns, outputs), ...); }, members);
    tutti::check_extents(meta, static_cast<int>(count) * outputs, outputs);
  }
};

namespace detail {

template <class C, class Meta, class X, class Y, class... Members>
struct StackTypes<C, Meta, X, Y, meta::List<Members...>> {
  using Z = MetaRow<Y, static_cast<int>(sizeof...(Members))>;
  using MetaSpec = typename MetaOf<Meta, Y>::type;
  using Model = StackModel<X, Y, Opened<C>::votes, ModelOf<MetaSpec, Z, Y>, ModelOf<Members, X, Y>...>;
};

/// Fits members out of fold, then the meta-learner on what they said (combine/stack_fit.hpp).
template <class C, class Meta, class X, class Y>
Learned<typename StackTypes<C, Meta, X, Y>::Model, Y> learn_stack(const Stack<C, Meta>& spec, const Dataset<X, Y>& data, const Context& context, Want want);

/// What is wrong with a committee and a meta-learner on it: what Stack and Blend have in common.
template <class Form, class C, class Meta, class X, class Y> constexpr auto diagnose_stack() {
  using Open = Opened<C>;
  if constexpr (Open::weighted) {
    return std::type_identity<error::Mismatch<
        Form, error::Member<0, C>, error::no_weights_because_the_meta_learner_weighs_the_members>>{};
  } else {
    constexpr bool opens = !std::is_same_v<typename Open::List, meta::List<C>>;
    using Found = typename decltype(diagnose_members<std::conditional_t<opens, C, Form>, X, Y>(
        typename Open::List{}))::type;
    using OfMembers = std::conditional_t<opens, error::located_t<Form, 0, C, Found>, Found>;
    if constexpr (Open::votes && !Y::is_label)
      return std::type_identity<error::Mismatch<C, error::GetsType<Y>, error::labels_to_vote_on>>{};
    else if constexpr (!std::is_same_v<OfMembers, error::none>) return std::type_identity<OfMembers>{};
    else
      return std::type_identity<error::located_t<
          Form, 1, Meta, DiagnosisOf<typename MetaOf<Meta, Y>::type, MetaRow<Y, Open::List::size>, Y>>>{};
  }
}
template <class C, class Meta> constexpr Capabilities capabilities_of_stack() {
  Capabilities all = capabilities_of_all(typename Opened<C>::List{});
  all.weights = all.weights && capabilities_of<Meta>.weights;
  all.probabilities = true;
  all.incremental = all.explainable = false;
  return all;
}

}  // namespace detail

/// Stacked generalisation: y = meta(z), z = the outputs of all members side by side. The meta-learner is fitted on
/// out-of-fold z; the members are then fitted on all rows (or their fold models kept). A regressor as meta on labels
/// fits one-hot targets; its scores become probabilities by the link that is likeliest on its own out-of-fold rows
/// (ScoreLink, docs/adr/0009). With `.logits` z are logits (to_logits), with `.repeats` the mean over several fold plans. Of a
/// Fuse the meta-learner sees all branches, transforms among them: Stack{Fuse{Identity{}, a, b}, meta} passes the inputs by.
/// Shapes   every member (N, outputs) -> z (N, members outputs) -> (N, outputs).
/// Cost     members (repeats k + 1) fits, all independent, and k + 1 fits of the meta-learner. Fold models go as soon as they
///          have predicted, so as many are in memory as there are threads; `keep_folds` keeps them, repeats k for each member, in
///          the place of those of all rows: so many times the memory, file and time of a prediction.
/// Errors   at compile time: weights on the committee, a member or meta-learner that does not fit the targets. FitError for
///          logits of numbers or votes, less than one repeat, repeats of a plan of one's own or forward in time.
/// Source   Wolpert, Stacked generalization, Neural Networks 5 (1992); logits: Ting and Witten, JAIR 10 (1999), §4.
template <class C, class Meta>
struct Behaviour<Stack<C, Meta>> {
  static constexpr Capabilities capabilities = detail::capabilities_of_stack<C, Meta>();

  template <class X, class Y>
  using Model = typename detail::StackTypes<C, Meta, X, Y>::Model;

  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_stack<Stack<C, Meta>, C, Meta, X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Stack<C, Meta>& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_stack(spec, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) {
    detail::each_of(typename detail::Opened<C>::List{}, model.members, f);
  }
};

}  // namespace tutti
