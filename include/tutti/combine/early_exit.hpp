// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/exit_report.hpp>
#include <tutti/combine/many.hpp>
#include <tutti/core/forms.hpp>
#include <tutti/core/learned.hpp>

namespace tutti {

struct EarlyExitOptions {
  float budget = 0.5f;      // mean cost of a row, as a share of always asking the last member alone
  Buffer<float> costs{};    // of each member, in any unit; none: the bytes of the fitted members, which stand for their work
  bool measured = false;    // take microseconds for a row as costs, when fitted: not the same on another run
  bool cumulative = false;  // answer by the mean of the members asked so far, instead of the last of them
};
/// Members from cheap to costly; a row is done with the first that is sure of it: EarlyExit{{.budget = 0.25f}, a, b, c}.
template <class... Members>
struct EarlyExit {
  EarlyExitOptions options{};
  std::tuple<Members...> members;

  EarlyExit() = default;
  explicit EarlyExit(Members... m)
    requires(sizeof...(Members) > 0)
      : members(std::move(m)...) {}
  EarlyExit(EarlyExitOptions o, Members... m) : options(std::move(o)), members(std::move(m)...) {}
};
template <class... M> EarlyExit(M...) -> EarlyExit<M...>;
template <class... M> EarlyExit(EarlyExitOptions, M...) -> EarlyExit<M...>;
template <class... M> EarlyExit(EarlyExit<M...>) -> EarlyExit<EarlyExit<M...>>;

namespace detail {

/// The outputs of a row after one more stage: those of the stage, or the mean of all so far.
inline void join_stage(std::span<float> y, std::span<const float> heard, std::size_t stage, bool cumulative) noexcept {
  const float before = cumulative ? static_cast<float>(stage) : 0.0f;
  for (std::size_t k = 0; k < y.size(); ++k) y[k] = before == 0 ? heard[k] : (before * y[k] + heard[k]) / (before + 1);
}
/// How sure a row of probabilities is; NaN is not.
inline float sureness(std::span<const float> y) noexcept {
  float most = 0;
  for (const float p : y)
    if (p > most || p != p) most = p;
  return most;
}

}  // namespace detail

/// A fitted EarlyExit: each member is asked about the rows that none before it was sure of.
template <class X, class Y, class... Members>
struct EarlyExitModel {
  using Parts = meta::List<Members...>;
  static constexpr bool is_static = (StaticWorkspace<Many<X, Y, Members>> && ...) && Y::outputs >= 0;

  std::tuple<Many<X, Y, Members>...> members;
  ExitReport exits;
  bool cumulative = false;
  int width = 0;  // outputs of a row

  /// Thresholds, costs and the share of the rows that left at each member.
  const ExitReport& report() const noexcept { return exits; }
  std::span<const float> shares() const noexcept { return exits.shares; }

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const Rows<float> heard(w.take<float>(y.size()), y.rows(), y.width());
    ViewOf<X>* const inside = w.take<ViewOf<X>>(y.rows());
    std::int32_t* const place = w.take<std::int32_t>(y.rows());
    std::ptrdiff_t n = y.rows();
    for (std::ptrdiff_t r = 0; r < n; ++r) {
      inside[r] = x[static_cast<std::size_t>(r)];
      place[r] = static_cast<std::int32_t>(r);
    }
    meta::unroll<sizeof...(Members)>([&](auto stage) {
      if (n == 0) return;
      const std::span<const ViewOf<X>> asked(inside, static_cast<std::size_t>(n));
      tutti::outputs<X, Y>(std::get<stage.value>(members), asked, heard.slice(0, n), w);
      std::ptrdiff_t stay = 0;
      for (std::ptrdiff_t r = 0; r < n; ++r) {
        const auto row = y.row(place[r]);
        detail::join_stage(row, heard.row(r), stage.value, cumulative);
        if (detail::sureness(row) >= exits.thresholds[stage.value]) continue;
        inside[stay] = inside[r];
        place[stay++] = place[r];
      }
      n = stay;
    });
  }
  static constexpr std::size_t own_bytes(std::ptrdiff_t rows, int outputs) {
    return workspace_bytes_of<float>(rows * outputs) + workspace_bytes_of<ViewOf<X>>(rows) + workspace_bytes_of<std::int32_t>(rows);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return own_bytes(rows, Y::outputs) + largest_static_workspace<Many<X, Y, Members>...>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return own_bytes(rows, width) + largest_workspace(members, rows);
  }
  static void visit(auto& self, auto& archive) {
    archive("members", self.members)("exits", self.exits)("cumulative", self.cumulative)("width", self.width);
  }
  void loaded() const { exits.check_stages(sizeof...(Members)); }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected exits of ", outputs, " outputs"}, width);
    std::apply([&](const auto&... m) { (tutti::check_extents(m, columns, outputs), ...); }, members);
  }
};

namespace detail {
/// Learns members and thresholds (combine/early_exit_fit.hpp).
template <class... Members, class X, class Y>
Learned<EarlyExitModel<X, Y, ModelOf<Members, X, Y>...>, Y> learn_exits(const EarlyExit<Members...>& spec, const Dataset<X, Y>& data,
                                                                       const Context& context, Want want);
}  // namespace detail

/// A cascade of classifiers: member s answers a row if its largest probability is at least t_s, and hands it on otherwise; the
/// last answers what is left. The thresholds have the least mean loss (Brier's score) out of fold among those that keep the mean
/// cost of a row within `budget` times the cost of the last member. A row costs all members that it was shown to. NaN is never
/// sure of anything, so it goes on to the last.
/// Shapes   every member (N, K) -> (N, K).
/// Cost     fit: members (k + 1) times, and some hundred passes over the rows; predict: within the budget on rows like those.
/// Errors   at compile time: targets that are no labels, because nothing in a predicted number says how sure it is. FitError for
///          a budget that the first member alone exceeds, for costs that are not positive or not one for each member.
/// Source   Viola and Jones, Rapid object detection using a boosted cascade of simple features, CVPR (2001), for the form; Wang,
///          Luo, Crankshaw, Tumanov, Yu and Gonzalez, IDK cascades, UAI (2018), for confidence thresholds by cost.
template <class... Members>
struct Behaviour<EarlyExit<Members...>> {
  using Form = EarlyExit<Members...>;
  using List = meta::List<Members...>;
  static constexpr Capabilities capabilities = [] {
    Capabilities all = detail::capabilities_of_all(List{});
    all.numbers = all.flags = all.incremental = all.explainable = false;
    return all;
  }();

  template <class X, class Y>
  using Model = EarlyExitModel<X, Y, ModelOf<Members, X, Y>...>;

  template <class X, class Y>
  static constexpr auto diagnose() {
    using Needs = error::labels_whose_probabilities_tell_when_to_stop;
    if constexpr (!Y::is_label) return std::type_identity<error::Mismatch<Form, error::GetsType<Y>, Needs>>{};
    else return detail::diagnose_members<Form, X, Y>(List{});
  }
  template <class X, class Y>
  using Diagnosis = typename decltype(diagnose<X, Y>())::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Form& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
    return detail::learn_exits(spec, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) { detail::each_of(List{}, model.members, f); }
};

}  // namespace tutti
