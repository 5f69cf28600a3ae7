// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/behaviour.hpp>
#include <tutti/core/fitted.hpp>
#include <tutti/core/forms.hpp>

namespace tutti::detail {

/// The features of a fitted model, and how they are taken from it: `type`, `of(model, one_hot)`. Specialised for nets and trees.
template <class Model, int Cut> struct FeatureModel {};
template <class Spec, class X, class Y, int Cut>
struct FeatureModel<Fitted<Spec, X, Y>, Cut> : FeatureModel<typename Fitted<Spec, X, Y>::Model, Cut> {
  static auto of(const Fitted<Spec, X, Y>& model, bool one_hot) requires requires {
    typename FeatureModel<typename Fitted<Spec, X, Y>::Model, Cut>::type;
  }
  { return FeatureModel<typename Fitted<Spec, X, Y>::Model, Cut>::of(model.model(), one_hot); }
};

/// The same of a spec on rows of X with targets Y.
template <class M, class X, class Y, int Cut> struct FeaturesOf {};
template <class M, class X, class Y, int Cut>
  requires std::is_same_v<DiagnosisOf<M, X, Y>, error::none>
struct FeaturesOf<M, X, Y, Cut> : FeatureModel<ModelOf<M, X, Y>, Cut> {
};
template <class Fit, class X, class Y, int Cut>
  requires(is_fitted<Fit>&& std::is_same_v<typename Fit::InputType, X>)
struct FeaturesOf<Frozen<Fit>, X, Y, Cut> : FeatureModel<Fit, Cut> {};  // its targets may be others

template <class M, class X, class Y, int Cut>
concept HasFeatures = requires {
  typename FeaturesOf<M, X, Y, Cut>::type;
};

}  // namespace tutti::detail
