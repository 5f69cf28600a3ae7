// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/network.hpp>

namespace tutti {

namespace detail {
template <class Chain>
struct CountedParameters {
  template <class X, class Y>
  static constexpr std::ptrdiff_t of() {
    using Diagnosis = typename decltype(diagnose_layers<Chain, X, Y>())::type;
    static_assert(error::composition_fits<Diagnosis>, "these layers do not fit together: see Mismatch<Where, Gets, Needs>");
    if constexpr (error::composition_fits<Diagnosis>) {
      using In = ExtentsOf<X, Y::outputs>;
      static_assert(In::is_static, "parameters are counted where all extents and the number of classes are static");
      if constexpr (In::is_static) {
        NodeOf<Chain, In, float> node(Chain{}, In{});
        auto visit = ParameterVisitor<float>::counting();
        node.parameters(visit);
        return visit.count();
      }
    }
    return 0;
  }
};
template <class Chain>
struct CountedParameters<Network<Chain>> : CountedParameters<Chain> {};
}  // namespace detail

/// How many numbers a chain of layers learns on inputs X with targets Y; running statistics do not count.
/// `static_assert(parameter_count<LeNet, Image<1, 28, 28>, Label<10>> == 44426)`
/// Needs    static extents and a static number of classes.
template <class Chain, class X, class Y>
inline constexpr std::ptrdiff_t parameter_count = detail::CountedParameters<Chain>::template of<X, Y>();

}  // namespace tutti
