// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>
#include <tutti/core/monitor.hpp>

#include <cmath>

namespace tutti {

struct GreedyOptions {
  int rounds = 25;   // members added, one a round, repeats allowed
  Monitor metric{};  // what is made best; empty: log-loss of labels and flags, squared error of numbers
  int start = 0;     // begin with at most so many of the best members, one each: as many as together do best
  int bags = 1;      // above 1: the mean of so many selections, each from a random part of the members
  float bag_members = 0.5f;  // that part
  double budget = 0;  // work units for the members, folds rows columns each, the first in any case; 0: any number
};

/// Ensemble selection: the mean of members that were added one by one, with replacement, each the one that makes the
/// out-of-fold score of the mean best; `rounds` are tried and the best beginning is kept. A strong way to combine many
/// members: Greedy{a, b, c}, Greedy{{.rounds = 40, .metric = F1{}}, a, b, c}.
template <class... Members> struct Greedy {
  using MemberList = meta::List<Members...>;
  std::tuple<Members...> members;
  GreedyOptions options{};

  constexpr Greedy() = default;
  constexpr explicit Greedy(Members... m) requires(sizeof...(Members) > 0) : members(std::move(m)...) {}
  constexpr explicit Greedy(GreedyOptions o, Members... m) : members(std::move(m)...), options(o) {}
};
template <class... M> Greedy(M...) -> Greedy<M...>;
template <class... M> Greedy(GreedyOptions, M...) -> Greedy<M...>;
template <class... M> Greedy(Greedy<M...>) -> Greedy<Greedy<M...>>;

/// The chosen members and how often each was. Those that were not chosen are not there: neither in memory, nor in files,
/// nor asked.
template <class X, class Y, class... Models> struct GreedyModel {
  using Parts = meta::List<Models...>;
  static constexpr bool is_static = (StaticWorkspace<Many<X, Y, Models>> && ...) && Y::outputs >= 0;

  std::tuple<std::optional<Many<X, Y, Models>>...> members;
  std::array<float, sizeof...(Models)> weights{};
  int width = 0;  // outputs of a row

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    Rows<float> heard(w.take<float>(y.size()), y.rows(), y.width());
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    meta::unroll<sizeof...(Models)>([&](auto m) {
      const auto& member = std::get<m.value>(members);
      if (!member) return;
      tutti::outputs<X, Y>(*member, x, heard, w);
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r) MeanRule::add(heard.row(r), weights[m.value], y.row(r));
    });
    detail::divide_by_sum(weights, y);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires is_static {
    return workspace_bytes_of<float>(rows * Y::outputs) +
           largest_static_workspace<Many<X, Y, Models>...>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!is_static) {
    std::size_t most = 0;
    each_chosen([&](const auto& m) { most = std::max(most, tutti::workspace_bytes(m, rows)); });
    return workspace_bytes_of<float>(rows * width) + most;
  }
  static void visit(auto& self, auto& archive) {
    archive("members", self.members)("weights", self.weights)("width", self.width);
  }
  /// Whether the models that are asked are those whose predictions were selected, one for each fold. Members that were fitted
  /// again on all rows are others, which nothing has judged.
  bool validated() const noexcept {
    bool all = true;
    each_chosen([&](const auto& m) { all = all && m.models.size() > 1; });
    return all;
  }
  void loaded() const {
    float sum = 0;
    meta::unroll<sizeof...(Models)>([&](auto m) {
      const float w = weights[m.value];
      check<FileError>(w >= 0 && std::isfinite(w),
                       "expected weights of chosen members that are finite and not negative", w);
      check<FileError>((w > 0) == std::get<m.value>(members).has_value(),
                       {"expected member ", m.value, " to be there if it has weight"}, w);
      sum += w;
    });
    check<FileError>(sum > 0 && std::isfinite(sum), "expected at least one chosen member", sum);
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected a selection of ", outputs, " outputs"}, width);
    each_chosen([&](const auto& m) { tutti::check_extents(m, columns, outputs); });
  }

 private:
  void each_chosen(auto&& f) const {
    std::apply([&](const auto&... m) { ((m ? f(*m) : void()), ...); }, members);
  }
};

namespace detail {
template <class X, class Y, class List> struct GreedyModelOf;
template <class X, class Y, class... Members> struct GreedyModelOf<X, Y, meta::List<Members...>> {
  using type = GreedyModel<X, Y, ModelOf<Members, X, Y>...>;
};
/// Fits the members out of fold, selects, fits those that were chosen on all rows (combine/greedy_fit.hpp).
template <class X, class Y, class... Members>
Learned<GreedyModel<X, Y, ModelOf<Members, X, Y>...>, Y> learn_greedy(const Greedy<Members...>& form,
                                                                      const Dataset<X, Y>& data,
                                                                      const Context& context, Want want);
}  // namespace detail

/// How a selection is made: greedy_selection. What is applied to a fold is selected on the out-of-fold rows of the others.
/// Shapes   every member (N, outputs) -> (N, outputs).
/// Cost     k fits of each member, and one of each that is chosen (of a member that is a head in any case); rounds members
///          evaluations of the metric, and as many for each fold below another head. With a budget members are taken in their
///          order as long as it lasts, and the others are not fitted: the same ones on every machine.
/// Errors   FitError for options that mean nothing, a metric of other targets, members none of which predicts numbers.
/// Source   Caruana, Niculescu-Mizil, Crew, Ksikes, Ensemble selection from libraries of models (ICML 2004).
template <class... Members> struct Behaviour<Greedy<Members...>> {
  using List = meta::List<Members...>;
  static constexpr Capabilities capabilities = [] {
    Capabilities c = detail::capabilities_of_all(List{});
    c.incremental = c.explainable = false;
    return c;
  }();

  template <class X, class Y> using Model = typename detail::GreedyModelOf<X, Y, List>::type;
  template <class X, class Y>
  using Diagnosis = typename decltype(detail::diagnose_members<Greedy<Members...>, X, Y>(List{}))::type;

  template <class X, class Y>
  static Learned<Model<X, Y>, Y> learn(const Greedy<Members...>& form, const Dataset<X, Y>& data,
                                       const Context& context, Want want) {
    return detail::learn_greedy(form, data, context, want);
  }
  static void each_member(const auto& model, auto&& f) {
    meta::unroll<sizeof...(Members)>([&](auto m) {
      const auto& member = std::get<m.value>(model.members);
      if (member) f.template operator()<meta::at<m.value, Members...>>(*member);
    });
  }
};

}  // namespace tutti
