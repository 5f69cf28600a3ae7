// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>

namespace tutti {

namespace detail {
template <class M, int N, class X, class Y>
Learned<Many<X, Y, ModelOf<M, X, Y>>, Y> learn_replicas(const Replicate<M, N>& spec, const Dataset<X, Y>& data, const Context& context, Want want);
}  // namespace detail

/// A deep ensemble: y = mean of N models that differ by their random streams only.
/// Shapes   the member's.
/// Cost     N fits, side by side.
/// Source   Lakshminarayanan et al., Simple and scalable predictive uncertainty estimation using deep ensembles (2017).
template <class M, int N>
struct Behaviour<Replicate<M, N>> {
  static constexpr Capabilities capabilities = capabilities_of<M>;

  template <class X, class Y>
  using Model = Many<X, Y, ModelOf<M, X, Y>>;
  template <class X, class Y>
  using Diagnosis = error::located_t<Replicate<M, N>, 0, M, DiagnosisOf<M, X, Y>>;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Replicate<M, N>& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_replicas(spec, data, context, want);
  }
};

}  // namespace tutti
