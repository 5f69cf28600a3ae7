// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/average.hpp>
#include <tutti/core/learned.hpp>
#include <tutti/core/update.hpp>

namespace tutti {

struct MonteCarloDropoutOptions {
  int passes = 30;  // through the net, for one prediction
};

/// Dropout as a committee: MonteCarloDropout{Network{Net{}, {...}}, {.passes = 50}}. What is predicted is the mean of `passes` passes
/// through one net in which dropout goes on, each with masks of its own; `uncertainty` is how much they differ: disagreement of
/// labels, variance of numbers. The masks follow from a number that the model keeps, the pass and the layer, and all rows
/// have the same: so a pass is a net like any other, and a row's prediction does not depend on other rows, threads or time.
/// Everything else, batch norm and augmentation, is as in prediction. What the paper calls predictive variance has the noise of
/// the target added, 1 / tau, which a net does not learn; an interval with the noise in it is Conformal's to say.
/// Shapes   the net's.
/// Needs    a net with a Dropout or a SpatialDropout (a layer of one's own that looks at Pass::sampling says `samples = true`);
///          behind transforms, if there are any. Frozen{a fitted net} may have learnt before.
/// Cost     one fit of the net; `passes` times its prediction, layers in front of the first with a dropout once. The spread is known
///          to about 1 / sqrt(2 passes) of itself.
/// Errors   at compile time: a member that is not such a net. FitError for passes < 1.
/// Source   Gal, Ghahramani, Dropout as a Bayesian approximation (ICML 2016), equations 6 to 8.
template <class M>
struct MonteCarloDropout {
  M member{};
  MonteCarloDropoutOptions options{};

  constexpr MonteCarloDropout()
    requires std::is_default_constructible_v<M>
  = default;
  constexpr explicit MonteCarloDropout(M m, MonteCarloDropoutOptions o = {}) : member(std::move(m)), options(o) {}
};
template <class M> MonteCarloDropout(M) -> MonteCarloDropout<M>;
template <class M> MonteCarloDropout(M, MonteCarloDropoutOptions) -> MonteCarloDropout<M>;
template <class M> MonteCarloDropout(MonteCarloDropout<M>) -> MonteCarloDropout<MonteCarloDropout<M>>;

namespace detail {
inline constexpr int most_passes = 1 << 16;

template <class Model>
constexpr const auto& unwrapped(const Model& model) {
  if constexpr (is_fitted<Model>) return model.model();
  else return model;
}
/// A model that has more than one thing to say of a row, by the random numbers that it is given.
template <class Model>
concept CanSample = requires(const Model& m) { unwrapped(m).sampling_bytes(1); };
template <class Model>
using Unwrapped = std::remove_cvref_t<decltype(unwrapped(std::declval<const Model&>()))>;
}  // namespace detail

/// A fitted net, and by which masks it is asked.
template <class X, class Y, class Net>
struct SampledModel {
  using Parts = meta::List<Net>;
  Net net;
  int passes = 1;
  std::uint64_t key = 0;
  int width = 0;  // outputs of a row

  /// take(pass, first row, outputs) for every pass and block of rows, in order of the passes.
  void each_pass(std::span<const ViewOf<X>> x, Workspace& w, auto&& take) const noexcept {
    const Workspace::Scope scope(w);
    detail::unwrapped(net).each_sample(x, passes, Random::from_key(key), w, take);
  }
  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    each_pass(x, w, [&](int, std::ptrdiff_t first, Rows<const float> said) {
      MeanRule::add({said.data(), static_cast<std::size_t>(said.size())}, 1.0f / static_cast<float>(passes),
                    {y.row(first).data(), static_cast<std::size_t>(said.size())});
    });
  }
  static constexpr bool is_static = requires { detail::Unwrapped<Net>::sampling_bytes(std::ptrdiff_t{1}); };
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return detail::Unwrapped<Net>::sampling_bytes(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return detail::unwrapped(net).sampling_bytes(rows);
  }
  auto learning_state(Random random) const
    requires detail::HasUpdate<Net, X, Y>
  {
    return net.learning_state(random);
  }
  SampledModel update(const Dataset<X, Y>& batch, auto& state) const
    requires detail::HasUpdate<Net, X, Y>
  {
    return {net.update(batch, state), passes, key, width};
  }

  static void visit(auto& self, auto& archive) { archive("net", self.net)("passes", self.passes)("key", self.key)("width", self.width); }
  void loaded() const {
    check<FileError>(passes >= 1 && passes <= detail::most_passes, "MonteCarloDropout: expected at least one pass", passes);
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"MonteCarloDropout: expected a net of ", outputs, " outputs"}, width);
    tutti::check_extents(net, columns, outputs);
  }
};

namespace detail {
template <class M, class X, class Y>
SampledModel<X, Y, ModelOf<M, X, Y>> fit_sampled(const MonteCarloDropout<M>& form, const Dataset<X, Y>& data,
                                                 const Context& context);  // monte_carlo_dropout_fit.hpp
}  // namespace detail

template <class M>
struct Behaviour<MonteCarloDropout<M>> {
  using Form = MonteCarloDropout<M>;
  static constexpr Capabilities capabilities = capabilities_of<M>;

  template <class X, class Y>
  using Model = SampledModel<X, Y, ModelOf<M, X, Y>>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    using Inside = error::located_t<Form, 0, M, DiagnosisOf<M, X, Y>>;
    if constexpr (!std::is_same_v<Inside, error::none>) return std::type_identity<Inside>{};
    else if constexpr (!detail::CanSample<ModelOf<M, X, Y>>)
      return std::type_identity<error::Mismatch<Form, error::Member<0, M>, error::a_net_with_dropout>>{};
    else return std::type_identity<error::none>{};
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Model<X, Y> fit(const Form& form, const Dataset<X, Y>& data, const Context& context) {
    return detail::fit_sampled(form, data, context);
  }
  static void each_member(const auto& model, auto&& f) { f.template operator()<M>(model.net); }
};

}  // namespace tutti
