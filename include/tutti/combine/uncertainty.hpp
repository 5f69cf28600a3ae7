// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade_model.hpp>
#include <tutti/combine/many.hpp>
#include <tutti/core/fitted.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace tutti {

/// The uncertainty of one row, in nats: H(mean p) = mean H(p) + the rest, which is what the members disagree about.
struct Uncertainty {
  double total = 0;            // entropy of the mean of the members' probabilities
  double average_entropy = 0;  // what every member leaves open: more data of this kind will not help
  double disagreement = 0;     // mutual information of label and member: more data may
};

/// The mean of the members' numbers, and their variance around it.
struct NumberSpread {
  double mean = 0, variance = 0;
};

namespace detail {

template <class Model>
concept WeightedMembers = requires(const Model& m) { m.members; m.weights.size(); };
template <class Model>
concept AlikeMembers = requires(const Model& m) { m.models.front(); };
template <class Model>
concept AroundOne = requires(const Model& m) { m.member; };
/// A model that says as many things as it has passes.
template <class Model>
concept HasPasses = requires(const Model& m) { m.passes; };
template <class Model>
inline constexpr bool has_voices = WeightedMembers<Model> || AlikeMembers<Model> || HasPasses<Model> || AroundOne<Model>;
template <class X, class Y, class Z, class T, class Next>
inline constexpr bool has_voices<Transformed<X, Y, Z, T, Next>> = has_voices<Next>;
/// A model in which members can be heard one by one, right away, behind transforms or below a form that holds a single one.
template <class Model>
concept HasVoices = has_voices<Model>;

template <class X, class Y, class Model>
void each_voice(const Model& model, const ViewOf<X>& x, int outputs, Workspace& w, auto&& take);

template <class X, class Y, class Z, class T, class Next>
void hear_behind(const Transformed<X, Y, Z, T, Next>& chain, const ViewOf<X>& x, int outputs, Workspace& w, auto&& take) {
  const Workspace::Scope scope(w);
  const Rows<float> z(w.take<float>(chain.transform.width()), 1, chain.transform.width());
  transform_rows<X>(chain.transform, std::span<const ViewOf<X>>(&x, 1), z, w);
  each_voice<Z, Y>(chain.next, views_of<Z>(Rows<const float>(z), w)[0], outputs, w, take);
}

/// take(weight, outputs) for every member that has a say in the row; of a form around a single member, for the members of that.
template <class X, class Y, class Model>
void each_voice(const Model& model, const ViewOf<X>& x, int outputs, Workspace& w, auto&& take) {
  const auto heard = [&](const auto& m, double weight) {
    const Workspace::Scope scope(w);
    const Rows<float> y(w.take<float>(outputs), 1, outputs);
    tutti::outputs<X, Y>(m, std::span<const ViewOf<X>>(&x, 1), y, w);
    take(weight, std::span<const float>(y.row(0)));
  };
  if constexpr (WeightedMembers<Model>) {
    meta::unroll<std::tuple_size_v<decltype(model.members)>>([&](auto m) {
      const auto& member = std::get<m.value>(model.members);
      const auto weight = static_cast<double>(model.weights[m.value]);
      if constexpr (requires { member.has_value(); }) {
        if (member) heard(*member, weight);  // of a selection: those that were chosen
      } else {
        heard(member, weight);
      }
    });
  } else if constexpr (AlikeMembers<Model>) {
    using Inner = std::remove_cvref_t<decltype(model.models.front())>;
    if constexpr (HasVoices<Inner>)
      if (model.models.size() == 1) return each_voice<X, Y>(model.models.front(), x, outputs, w, take);
    for (const auto& m : model.models) heard(m, 1);
  } else if constexpr (HasPasses<Model>) {
    model.each_pass(std::span<const ViewOf<X>>(&x, 1), w, [&](int, std::ptrdiff_t, Rows<const float> y) { take(1.0, y.row(0)); });
  } else if constexpr (AroundOne<Model>) {
    each_voice<X, Y>(model.member, x, outputs, w, take);
  } else {
    hear_behind(model, x, outputs, w, take);
  }
}

template <class = void>
double entropy_of(std::span<const float> p) noexcept {
  double h = 0;
  for (const float v : p)
    if (v > 0) h -= static_cast<double>(v) * std::log(static_cast<double>(v));
  return h;
}

}  // namespace detail

/// How uncertain a committee is of one row, and how much of that is its members' disagreement: of Vote, Average, Greedy, Bag,
/// Replicate, Snapshot, of the passes of MonteCarloDropout, of any form around one of these (Calibrate, Conformal, Finish: as their
/// members say it), of a Cascade of transforms in front of one, and of fold models that were kept. Members count by their weights; a
/// single model disagrees with nobody.
/// Cost     one prediction of every member.
/// Errors   at compile time: a model without such members. ShapeError as predict.
/// Source   Houlsby et al., Bayesian active learning for classification and preference learning (2011); Depeweg et al., Decomposition
///          of uncertainty in Bayesian deep learning (ICML 2018).
template <class Spec, class X, int K>
  requires detail::HasVoices<ModelOf<Spec, X, Label<K>>>
Uncertainty uncertainty(const Fitted<Spec, X, Label<K>>& fitted, const std::type_identity_t<ViewOf<X>>& x) {
  fitted.known_rows().check(x);
  const WorkspaceLease lease(fitted.workspace_bytes(1) + workspace_bytes_of<float>(fitted.outputs()));
  const Workspace::Scope scope(*lease);
  const std::span<float> mean((*lease).take<float>(fitted.outputs()), static_cast<std::size_t>(fitted.outputs()));
  std::fill(mean.begin(), mean.end(), 0.0f);
  double all = 0;
  Uncertainty u;
  detail::each_voice<X, Label<K>>(fitted.model(), x, fitted.outputs(), *lease, [&](double weight, std::span<const float> p) {
    all += weight;
    u.average_entropy += weight * detail::entropy_of(p);
    for (std::size_t k = 0; k < p.size(); ++k) mean[k] += static_cast<float>(weight) * p[k];
  });
  for (float& p : mean) p /= static_cast<float>(all);
  u.average_entropy /= all;
  u.total = detail::entropy_of(mean);
  u.disagreement = std::max(0.0, u.total - u.average_entropy);
  return u;
}

/// The same of a number: how far the members' predictions spread. It says nothing of the noise of the target: Conformal does.
template <class Spec, class X>
  requires detail::HasVoices<ModelOf<Spec, X, Real>>
NumberSpread uncertainty(const Fitted<Spec, X, Real>& fitted, const std::type_identity_t<ViewOf<X>>& x) {
  fitted.known_rows().check(x);
  const WorkspaceLease lease(fitted.workspace_bytes(1) + workspace_bytes_of<float>(1));
  double all = 0;
  NumberSpread s;
  detail::each_voice<X, Real>(fitted.model(), x, 1, *lease, [&](double weight, std::span<const float> y) {
    if (!(weight > 0)) return;
    all += weight;  // West's running mean and sum of squares
    const double away = static_cast<double>(y[0]) - s.mean;
    s.mean += away * weight / all;
    s.variance += weight * away * (static_cast<double>(y[0]) - s.mean);
  });
  s.variance /= all;
  return s;
}

/// The same for a row given as any contiguous range of numbers.
template <class Spec, class X, class Y, class R>
  requires(detail::HasVoices<ModelOf<Spec, X, Y>> && !std::is_convertible_v<const R&, ViewOf<X>>)
auto uncertainty(const Fitted<Spec, X, Y>& fitted, const R& x) {
  return uncertainty(fitted, fitted.row_of(x));
}

}  // namespace tutti
