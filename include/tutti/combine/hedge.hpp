// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/average.hpp>
#include <tutti/combine/bounded_loss.hpp>
#include <tutti/combine/hedge_weights.hpp>
#include <tutti/combine/learning_states.hpp>

namespace tutti {

/// The mean of members by weights that follow what each of them loses on a stream: Hedge{{.share = 0.01f}, a, b, c}.
/// A fit learns the members and leaves the weights alike: nobody has been judged yet. An update is a round of
/// HedgeWeights: the members as they are are judged on the batch (BoundedLoss, mean over its rows), the weights follow, and
/// those members that can go on learning learn the batch. So whoever predicts a batch before it is learnt loses, over T
/// updates, at most the bound of HedgeWeights more than the best member (labels and flags; for numbers where no loss is cut
/// at 1): model.model().hedge.regret_bound().
/// Shapes   every member (N, outputs) -> (N, outputs).
/// Cost     fit, predict: the sum of its members'; update: a prediction of the batch by each member beside their updates.
/// Errors   FitError for options out of range.
/// Source   as HedgeWeights.
template <class... Members> struct Hedge {
  using MemberList = meta::List<Members...>;
  std::tuple<Members...> members;
  HedgeOptions options{};

  constexpr Hedge() = default;
  constexpr explicit Hedge(Members... m)
    requires(sizeof...(Members) > 0)
      : members(std::move(m)...) {}
  constexpr Hedge(HedgeOptions o, Members... m)
    requires(sizeof...(Members) > 0)
      : members(std::move(m)...), options(o) {}
};
template <class... M> Hedge(M...) -> Hedge<M...>;
template <class... M> Hedge(HedgeOptions, M...) -> Hedge<M...>;
template <class... M> Hedge(Hedge<M...>) -> Hedge<Hedge<M...>>;

template <class X, class Y, class... Models> struct HedgeModel;

namespace detail {
// combine/hedge_fit.hpp
template <class X, class Y, class... Models, class State>
HedgeModel<X, Y, Models...> update_hedge(const HedgeModel<X, Y, Models...>& model, const Dataset<X, Y>& batch, State& state);
template <class X, class Y, class... Members>
Learned<HedgeModel<X, Y, ModelOf<Members, X, Y>...>, Y> learn_hedge(const Hedge<Members...>& form, const Dataset<X, Y>& data,
                                                                    const Context& context, Want want);
}  // namespace detail

/// A fitted Hedge: an average, what its weights have seen, and how members are judged.
template <class X, class Y, class... Models> struct HedgeModel {
  using Parts = meta::List<Models...>;
  using Mean = CommitteeModel<MeanRule, X, Y, Models...>;
  static constexpr bool is_static = Mean::is_static;

  Mean mean;
  HedgeWeights hedge;
  BoundedLoss judge;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept { mean.outputs(x, y, w); }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return Mean::workspace_bytes(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return mean.workspace_bytes(rows);
  }

  auto learning_state(Random random) const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return MembersLearning<decltype(detail::state_or_nothing<X, Y>(std::get<I>(mean.members), random))...>{
          {detail::state_or_nothing<X, Y>(std::get<I>(mean.members), random.stream(I))...}};
    }(std::index_sequence_for<Models...>{});
  }
  template <class... States> HedgeModel update(const Dataset<X, Y>& batch, MembersLearning<States...>& state) const {
    return detail::update_hedge(*this, batch, state);
  }

  static void visit(auto& self, auto& archive) { archive("mean", self.mean)("hedge", self.hedge)("judge", self.judge); }
  void loaded() const {
    check<FileError>(hedge.size() == sizeof...(Models), {"Hedge: expected weights of ", sizeof...(Models), " members"}, hedge.size());
  }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(mean, columns, outputs);
    judge.check_extents(outputs);
  }
};

template <class... Members> struct Behaviour<Hedge<Members...>> {
  static constexpr Capabilities capabilities = [] {
    Capabilities all = detail::capabilities_of_all(meta::List<Members...>{});
    all.incremental = true;  // its weights are, whatever the members are
    return all;
  }();

  template <class X, class Y> using Model = HedgeModel<X, Y, ModelOf<Members, X, Y>...>;
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_members<Hedge<Members...>, X, Y>(meta::List<Members...>{}))::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Hedge<Members...>& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_hedge(form, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { detail::each_of(meta::List<Members...>{}, model.mean.members, f); }
};

}  // namespace tutti
