// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/meta/fixed_string.hpp>
#include <tutti/meta/list.hpp>
#include <tutti/meta/type_name.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

/// The forms: how members are put together, as pure values. What a form does is written where it belongs, in
/// layer/ (a form of layers is a layer) and in combine/ (a form of estimators is an estimator), as Behaviour.
namespace tutti {

struct MemberOutputs;  // combine/member_outputs.hpp

/// Given weights, one for each member: Average{Weights{2, 1}, a, b}. That there are weights is structure, so it is in
/// the type; what they are is data.
template <int N>
struct Weights {
  std::array<float, static_cast<std::size_t>(N)> values{};

  constexpr Weights() = default;
  template <class... Numbers>
    requires(sizeof...(Numbers) == N && (std::is_arithmetic_v<Numbers> && ...))
  constexpr explicit Weights(Numbers... numbers) : values{static_cast<float>(numbers)...} {}
  static void visit(auto& self, auto& archive) { archive("values", self.values); }
};
template <class... Numbers>
Weights(Numbers...) -> Weights<static_cast<int>(sizeof...(Numbers))>;

/// Every member counts the same.
struct Uniform {};

/// Weights that are learnt from what the members say about rows that they have not seen: a value with
/// `Buffer<double> weights(const MemberOutputs&) const`, in front of the members of a Vote or an Average
/// (combine/learnt_weights.hpp).
template <class P>
concept WeightsPolicy = requires(const P& policy, const MemberOutputs& said) { policy.weights(said); };

/// Weights that a net learns with its other parameters: Sum{LearntWeights{}, a, b}.
struct LearntWeights {};

template <class T>
inline constexpr bool is_weights = false;
template <int N>
inline constexpr bool is_weights<Weights<N>> = true;

/// Members side by side, with or without weights in front: the base of Vote, Average and Sum.
template <class... Members>
struct Committee {
  using MemberList = meta::List<Members...>;
  using WeightsType = Uniform;
  std::tuple<Members...> members;
  [[no_unique_address]] Uniform weights{};

  constexpr Committee() = default;
  constexpr explicit Committee(Members... m)
    requires(sizeof...(Members) > 0)
      : members(std::move(m)...) {}
};
template <int N, class... Members>
struct Committee<Weights<N>, Members...> {
  using MemberList = meta::List<Members...>;
  using WeightsType = Weights<N>;
  std::tuple<Members...> members;
  Weights<N> weights{};

  constexpr Committee() = default;
  constexpr explicit Committee(Weights<N> w, Members... m) : members(std::move(m)...), weights(w) {}
};

template <WeightsPolicy Policy, class... Members>
struct Committee<Policy, Members...> {
  using MemberList = meta::List<Members...>;
  using WeightsType = Policy;
  std::tuple<Members...> members;
  [[no_unique_address]] Policy weights{};

  constexpr Committee() = default;
  constexpr explicit Committee(Policy p, Members... m) : members(std::move(m)...), weights(std::move(p)) {}
};

/// A chain. Layers in a row train jointly; transforms are fitted in turn; an estimator ends the chain or stands inside
/// it, its out-of-fold predictions feeding what follows.
template <class... Steps>
struct Cascade {
  std::tuple<Steps...> steps;

  constexpr Cascade() = default;
  constexpr explicit Cascade(Steps... s)
    requires(sizeof...(Steps) > 0)
      : steps(std::move(s)...) {}
};

/// The same input through every branch; the outputs are laid one after another.
template <class... Branches>
struct Fuse {
  std::tuple<Branches...> branches;

  constexpr Fuse() = default;
  constexpr explicit Fuse(Branches... b)
    requires(sizeof...(Branches) > 0)
      : branches(std::move(b)...) {}
};

/// The same input through every branch; the outputs are added, times their weights where given or learnt.
template <class... Branches>
struct Sum : Committee<Branches...> {
  using Committee<Branches...>::Committee;
};
template <class... Branches>
struct Sum<LearntWeights, Branches...> : Committee<Branches...> {
  constexpr Sum() = default;
  constexpr explicit Sum(LearntWeights, Branches... b) : Committee<Branches...>(std::move(b)...) {}
};

struct MixtureOptions {
  float balance = 0.01f;  // how much it costs to hear some experts more often than others
  int top = 0;            // experts that a row hears: the likeliest; 0: all

  static void visit(auto& self, auto& archive) { archive("balance", self.balance)("top", self.top); }
};
/// A mixture of experts, trained jointly: each row weighs the outputs of the experts by a softmax of what the gate makes of it.
template <class Gate, class... Experts>
struct Mixture {
  Gate gate{};
  std::tuple<Experts...> experts;
  MixtureOptions options{};

  constexpr Mixture() = default;
  constexpr explicit Mixture(Gate g, Experts... e)
    requires(sizeof...(Experts) > 0)
      : gate(std::move(g)), experts(std::move(e)...) {}
  constexpr Mixture(MixtureOptions o, Gate g, Experts... e)
    requires(sizeof...(Experts) > 0)
      : gate(std::move(g)), experts(std::move(e)...), options(o) {}
};

/// x + f(x), with a linear projection of x where the shapes differ.
template <class... Steps>
struct Residual {
  std::tuple<Steps...> steps;

  constexpr Residual() = default;
  constexpr explicit Residual(Steps... s)
    requires(sizeof...(Steps) > 0)
      : steps(std::move(s)...) {}
};

/// A member that reads one field of a record.
template <meta::FixedString Name, class M>
struct On {
  M member{};

  constexpr On() = default;
  constexpr explicit On(M m) : member(std::move(m)) {}
};
/// On<"facts", M> with M deduced: on<"facts">(Forest{.trees = 50}).
template <meta::FixedString Name, class M>
constexpr On<Name, M> on(M member) {
  return On<Name, M>(std::move(member));
}

/// Majority vote of classifiers; ties go to the lowest label.
template <class... Members>
struct Vote : Committee<Members...> {
  using Committee<Members...>::Committee;
};

/// Mean of the members' probabilities or numbers.
template <class... Members>
struct Average : Committee<Members...> {
  using Committee<Members...>::Committee;
};

struct StackOptions {
  bool logits = false;  // the meta-learner sees logits instead of probabilities
  int repeats = 1;      // so many plans of as many folds: what it learns from is the mean over all of them
};
/// A meta-learner on the out-of-fold predictions of a committee. Of a Vote it sees the votes, of an Average the
/// probabilities, of a Fuse what every branch makes of the inputs; any other first argument is a committee of one.
template <class Members, class Meta>
struct Stack {
  Members committee{};
  Meta meta{};
  StackOptions options{};

  constexpr Stack() = default;
  constexpr Stack(Members c, Meta m, StackOptions o = {}) : committee(std::move(c)), meta(std::move(m)), options(o) {}
};

struct BlendOptions {
  float holdout = 0.2f;  // the share of the rows that the meta-learner learns from
  bool refit = false;    // fit the members again on all rows; nothing has judged those
};
/// A meta-learner on what a committee, fitted on the other rows, says about a hold-out. It opens its first argument as Stack does.
template <class Members, class Meta>
struct Blend {
  Members committee{};
  Meta meta{};
  BlendOptions options{};

  constexpr Blend() = default;
  constexpr Blend(Members c, Meta m, BlendOptions o = {}) : committee(std::move(c)), meta(std::move(m)), options(o) {}
};

struct BagOptions {
  int members = 10;
  float rows = 1;       // rows of a bootstrap, as a share of the data's
  bool replace = true;  // draw with replacement; otherwise a random subset
  bool balanced = false;    // as many rows of every class
  bool out_of_bag = false;  // out-of-fold predictions come from the members that have not drawn a row, without another fit
};
/// Bootstrap aggregation: the average of members that each saw a random draw of the rows.
template <class M>
struct Bag {
  M member{};
  BagOptions options{};

  constexpr Bag() = default;
  constexpr explicit Bag(M m, BagOptions o = {}) : member(std::move(m)), options(o) {}
};

/// The average of N members that differ by seed only: a deep ensemble.
template <class M, int N = 5>
struct Replicate {
  static_assert(N > 0, "a replica is at least one member");
  M member{};

  constexpr Replicate() = default;
  constexpr explicit Replicate(M m) : member(std::move(m)) {}
};

struct BoostOptions;  // combine/boost_options.hpp: they hold objectives, which core does not see
namespace detail {
template <class M>
struct BoostOptionsOf { using type = BoostOptions; };
template <class M>
  requires requires { typename M::BoostOptions; }
struct BoostOptionsOf<M> { using type = typename M::BoostOptions; };
}  // namespace detail
/// The options of boosting M: those that it brings along, Tree::BoostOptions, or what all have in common.
template <class M>
using BoostOptionsFor = typename detail::BoostOptionsOf<M>::type;

/// Gradient boosting of any suitable member; Boost<Tree> is the histogram GBDT.
template <class M>
struct Boost {
  M member{};
  BoostOptionsFor<M> options{};

  constexpr Boost() = default;
  constexpr explicit Boost(M m, BoostOptionsFor<M> o = {}) : member(std::move(m)), options(o) {}
};

/// A member that is already fitted: joins any form, is never fitted again. What it learnt from is the caller's to know:
/// inside a Stack its predictions count as out-of-fold, so it must not have seen the rows the stack is fitted on.
template <class M>
struct Frozen {
  M model;

  constexpr explicit Frozen(M m) : model(std::move(m)) {}
};

/// A member and a step behind it that changes its outputs: Finish{Ridge{}, ClipOutput{.low = 0}}.
template <class M, class Step>
struct Finish {
  M member{};
  Step step{};

  constexpr Finish() = default;
  constexpr explicit Finish(M m, Step s) : member(std::move(m)), step(std::move(s)) {}
};

template <class... S> Cascade(S...) -> Cascade<S...>;
template <class... S> Cascade(Cascade<S...>) -> Cascade<Cascade<S...>>;
template <class... B> Fuse(B...) -> Fuse<B...>;
template <class... B> Fuse(Fuse<B...>) -> Fuse<Fuse<B...>>;
template <class... B> Sum(B...) -> Sum<B...>;
template <class... B> Sum(Sum<B...>) -> Sum<Sum<B...>>;
template <class G, class... E> Mixture(G, E...) -> Mixture<G, E...>;
template <class G, class... E> Mixture(MixtureOptions, G, E...) -> Mixture<G, E...>;
template <class... S> Residual(S...) -> Residual<S...>;
template <class... S> Residual(Residual<S...>) -> Residual<Residual<S...>>;
template <class... M> Vote(M...) -> Vote<M...>;
template <class... M> Vote(Vote<M...>) -> Vote<Vote<M...>>;
template <class... M> Average(M...) -> Average<M...>;
template <class... M> Average(Average<M...>) -> Average<Average<M...>>;
template <class C, class M> Stack(C, M) -> Stack<C, M>;
template <class C, class M> Stack(C, M, StackOptions) -> Stack<C, M>;
template <class C, class M> Blend(C, M) -> Blend<C, M>;
template <class C, class M> Blend(C, M, BlendOptions) -> Blend<C, M>;
template <class M> Bag(M) -> Bag<M>;
template <class M> Bag(M, BagOptions) -> Bag<M>;
template <class M> Bag(Bag<M>) -> Bag<Bag<M>>;
template <class M> Replicate(M) -> Replicate<M>;
template <class M, int N> Replicate(Replicate<M, N>) -> Replicate<Replicate<M, N>>;
template <class M> Boost(M) -> Boost<M>;
template <class M> Boost(M, BoostOptionsFor<M>) -> Boost<M>;
template <class M> Boost(Boost<M>) -> Boost<Boost<M>>;
template <class M> Frozen(M) -> Frozen<M>;
template <class M> Frozen(Frozen<M>) -> Frozen<Frozen<M>>;

namespace meta {
template <FixedString Name, class M>
struct TypeName<On<Name, M>> {
  static void append(std::string& out) {
    out += "On<\"";
    out += Name.view();
    out += "\", ";
    TypeName<M>::append(out);
    out += '>';
  }
};
}  // namespace meta

}  // namespace tutti
