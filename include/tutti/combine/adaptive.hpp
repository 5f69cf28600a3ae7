// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/bounded_loss.hpp>
#include <tutti/combine/learning_states.hpp>
#include <tutti/core/learned.hpp>
#include <tutti/measure/adwin.hpp>

#include <algorithm>
#include <optional>

namespace tutti {

struct AdaptiveOptions {
  int keep = 1000;   // the newest rows that are kept for a new member, at most
  int fewest = 100;  // rows since the change before a new member is fitted
  float scale = 0;   // the error of a number that counts as 1; 0: the standard deviation of the training targets

  static void visit(auto& self, auto& archive) { archive("keep", self.keep)("fewest", self.fewest)("scale", self.scale); }
};

/// A member that is fitted anew when its errors on a stream rise: Adaptive{Forest{}, ADWIN{}, {.keep = 2000}}.
/// An update first judges the member as it is: the detector hears the error of each row in turn (labels: 0 or 1; others
/// BoundedLoss; rows of weight 0 are left out). Then the member learns the batch if it can. Behind an alarm the rows since the
/// change, as the detector sees it (Detector::since), are counted; once there are `fewest` of them the member is fitted to
/// them, at most to the newest `keep`, and the detector begins anew. What was fitted before is forgotten then.
/// The rows are kept in AdaptiveLearning, copied, and saved with it.
/// A detector is a value with `bool add(double error)`, `since()`, `fresh()` and a visit: ADWIN, PageHinkley, DDM, one's own.
/// Shapes   the member's.
/// Cost     update: a prediction of the batch beside the member's update, and a fit behind an alarm.
/// Errors   FitError for options out of range and where the new fit fails; model and state are then as they were.
/// Source   Gama et al., A survey on concept drift adaptation, ACM Comp. Surveys 46 (2014), informed methods.
template <class M, class Detector = ADWIN> struct Adaptive {
  M member{};
  Detector detector{};
  AdaptiveOptions options{};

  constexpr Adaptive() = default;
  explicit Adaptive(M m, Detector d = {}, AdaptiveOptions o = {}) : member(std::move(m)), detector(std::move(d)), options(o) {}
};
template <class M> Adaptive(M) -> Adaptive<M>;
template <class M, class D> Adaptive(M, D) -> Adaptive<M, D>;
template <class M, class D> Adaptive(M, D, AdaptiveOptions) -> Adaptive<M, D>;
template <class M, class D> Adaptive(Adaptive<M, D>) -> Adaptive<Adaptive<M, D>>;

/// What an Adaptive needs to go on learning. Files hold neither it nor the spec: a state of a model that was loaded has none
/// until it is set (`state.spec = Forest{}`), and an update says so.
template <class M, class X, class Y, class Detector, class State> struct AdaptiveLearning {
  std::optional<M> spec{};

  State member{};  // of the member, where it can go on learning
  Detector detector{};
  std::int64_t alarms = 0, fits = 0;
  std::int64_t waiting = 0;  // rows since a change for which no member has been fitted yet; 0: no change
  Random random{};
  Buffer<typename ViewOf<X>::Element> x{};  // the newest rows
  Buffer<typename Y::Element> y{};
  Buffer<float> weight{};

  static void visit(auto& self, auto& archive) {
    std::uint64_t key = self.random.key();
    archive("member", self.member)("detector", self.detector)("alarms", self.alarms)("fits", self.fits)("waiting", self.waiting);
    archive("random", key)("x", self.x)("y", self.y)("weight", self.weight);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) self.random = Random::from_key(key);
  }
};

template <class M, class X, class Y, class Detector> struct AdaptiveModel;

namespace detail {
template <class X>
concept KeepsRows =
    requires { typename ViewOf<X>::Element; } && std::is_same_v<typename X::Storage, DenseStorage<typename ViewOf<X>::Element>>;

// combine/adaptive_fit.hpp
template <class M, class X, class Y, class D, class State>
AdaptiveModel<M, X, Y, D> update_adaptive(const AdaptiveModel<M, X, Y, D>& model, const Dataset<X, Y>& batch,
                                          AdaptiveLearning<M, X, Y, D, State>& learning);
template <class Whole, class M, class D, class X, class Y>
Learned<Whole, Y> learn_adaptive(const Adaptive<M, D>& form, const Dataset<X, Y>& data, const Context& context, Want want);
}  // namespace detail

/// A fitted Adaptive: the member, and how it is watched.
template <class M, class X, class Y, class Detector> struct AdaptiveModel {
  using Model = ModelOf<M, X, Y>;
  using Parts = meta::List<Model>;
  Model member;
  Detector detector{};  // as it begins
  AdaptiveOptions options{};
  BoundedLoss judge{};
  std::optional<M> spec{};  // not in files

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept { tutti::outputs<X, Y>(member, x, y, w); }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires StaticWorkspace<Model>
  {
    return static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!StaticWorkspace<Model>)
  {
    return tutti::workspace_bytes(member, rows);
  }

  auto learning_state(Random random) const {
    AdaptiveLearning<M, X, Y, Detector, decltype(detail::state_or_nothing<X, Y>(member, random))> learning;
    learning.spec = spec;
    learning.member = detail::state_or_nothing<X, Y>(member, random.stream("member"));
    learning.detector = detector;
    learning.random = random;
    return learning;
  }
  template <class State>
  AdaptiveModel update(const Dataset<X, Y>& batch, AdaptiveLearning<M, X, Y, Detector, State>& learning) const {
    return detail::update_adaptive(*this, batch, learning);
  }

  static void visit(auto& self, auto& archive) {
    archive("member", self.member)("detector", self.detector)("options", self.options)("judge", self.judge);
  }
  void loaded() const { check<FileError>(options.keep >= 1 && options.fewest >= 1, "Adaptive: expected rows to keep", options.keep); }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(member, columns, outputs);
    judge.check_extents(outputs);
  }
};

template <class M, class Detector> struct Behaviour<Adaptive<M, Detector>> {
  using Form = Adaptive<M, Detector>;
  static constexpr Capabilities capabilities = [] {
    Capabilities c = capabilities_of<M>;
    c.incremental = true;  // it is fitted anew where it cannot go on
    c.text = false;
    return c;
  }();

  template <class X, class Y> using Model = AdaptiveModel<M, X, Y, Detector>;

  template <class X, class Y> static constexpr auto diagnose() {
    if constexpr (!detail::KeepsRows<X>)
        return std::type_identity<error::Mismatch<Form, error::GetsType<X>, error::rows_of_numbers_because_it_keeps_them>>{};
    else return std::type_identity<error::located_t<Form, 0, M, DiagnosisOf<M, X, Y>>>{};
  }
  template <class X, class Y> using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& form, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_adaptive<Model<X, Y>>(form, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { f.template operator()<M>(model.member); }
};

}  // namespace tutti
