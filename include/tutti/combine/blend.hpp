// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/fuse.hpp>
#include <tutti/combine/stack.hpp>

namespace tutti {

namespace detail {
/// Fits members, then the meta-learner on the hold-out (combine/blend_fit.hpp).
template <class C, class Meta, class X, class Y>
typename StackTypes<C, Meta, X, Y>::Model fit_blend(const Blend<C, Meta>& spec, const Dataset<X, Y>& data,
                                                    const Context& context);
template <class F, class Meta, class X, class Y>
typename FedTypes<F, typename MetaOf<Meta, Y>::type, X, Y>::Model fit_fused_blend(const Blend<F, Meta>& spec,
                                                                                  const Dataset<X, Y>& data,
                                                                                  const Context& context);
}  // namespace detail

/// Stacking on a hold-out: members learn from the other rows, y = meta(z) from what they say about the hold-out. It is stratified,
/// never divides a group, and holds out the latest rows where the data have times. With `.refit` the members that predict are
/// fitted once more, to all rows: more rows for each, but the meta-learner has weighed others, and nothing has judged these.
/// Inside another head a blend is fitted anew without each fold, its hold-out among the rows that are left: out-of-fold predictions
/// of members and meta-learner alike that have seen nothing of the fold. Nothing cheaper covers the rows outside of the hold-out.
/// Shapes   every member (N, outputs) -> z (N, members outputs) -> (N, outputs).
/// Cost     one fit of each member (two with `.refit`) and of the meta-learner; inside a head once for each fold.
/// Errors   as those of Stack; FitError for a share outside of (0, 1), fewer than 2 rows or groups.
/// Source   Töscher, Jahrer, Bell, The BigChaos solution to the Netflix grand prize (2009), §3.
template <class C, class Meta> struct Behaviour<Blend<C, Meta>> {
  static constexpr Capabilities capabilities = detail::capabilities_of_stack<C, Meta>();

  template <class X, class Y> using Model = typename detail::StackTypes<C, Meta, X, Y>::Model;
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_stack<Blend<C, Meta>, C, Meta, X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Blend<C, Meta>& spec, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_blend(spec, data, context);
  }
  static void each_member(const auto& model, auto&& f) {
    detail::each_of(typename detail::Opened<C>::List{}, model.members, f);
  }
};

/// A blend whose meta-learner sees every branch of a Fuse. With `.refit` its members are fitted again, its transforms are not: what
/// the meta-learner has learnt is about these.
template <class... B, class Meta>
  requires(!is_layer<Fuse<B...>>)
struct Behaviour<Blend<Fuse<B...>, Meta>> {
  using First = Fuse<B...>;
  using Form = Blend<First, Meta>;
  static constexpr Capabilities capabilities = detail::capabilities_of_fuse_stack<First, Meta>();

  template <class X, class Y>
  using Model = typename detail::FedTypes<First, typename detail::MetaOf<Meta, Y>::type, X, Y>::Model;
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_fuse_stack<Form, First, Meta, X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Form& form, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_fused_blend(form, data, context);
  }
  static void each_member(const auto& model, auto&& f) {
    detail::each_estimator(meta::List<B...>{}, model.first.branches, f);
  }
};

}  // namespace tutti
