// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/early_exit.hpp>
#include <tutti/combine/exit_thresholds.hpp>
#include <tutti/combine/judged_members.hpp>
#include <tutti/core/file.hpp>

#include <chrono>

namespace tutti::detail {

/// The work of a fitted member: microseconds of a row where they are asked for, else the bytes that it is saved in.
template <class X, class Y, class Model>
double cost_of_member(const Model& model, const Dataset<X, Y>& data, bool measured) {
  if (!measured) {
    if constexpr (std::is_void_v<typename Unsaved<Model>::type>) {
      Writer out;
      out("model", model);
      return static_cast<double>(out.bytes().size());
    } else {
      throw DataError("expected .costs for members that cannot be saved: " + type_name<typename Unsaved<Model>::type>());
    }
  }
  const auto n = std::min<std::ptrdiff_t>(data.rows(), 256);
  Buffer<float> y(static_cast<std::size_t>(data.outputs()));
  double least = 0;
  for (int run = 0; run < 3; ++run) {
    const auto start = std::chrono::steady_clock::now();
    for (std::ptrdiff_t i = 0; i < n; ++i) outputs_of_rows<X, Y>(model, data, i, Rows<float>(y.data(), 1, data.outputs()));
    const std::chrono::duration<double, std::micro> all = std::chrono::steady_clock::now() - start;
    const double took = all.count() / static_cast<double>(n);
    if (run == 0 || took < least) least = took;
  }
  return std::max(least, 1e-3);
}

/// A stage after the other, as prediction joins them, of out-of-fold predictions.
template <class X, class Y, class... P>
StagedRows stage_members(const Dataset<X, Y>& data, bool cumulative, const Predictions<P, Y>&... members) {
  static_assert((std::is_same_v<P, OutOfFold> && ...));
  constexpr std::size_t stages = sizeof...(P);
  const auto rows = static_cast<std::size_t>(data.rows());
  const Buffer<float> cells(rows * stages);
  StagedRows staged{data.rows(), static_cast<int>(stages), cells, cells, Buffer<double>(rows)};
  Buffer<float> y(static_cast<std::size_t>(data.outputs()));
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = static_cast<std::ptrdiff_t>(i);
    std::size_t s = 0;
    bool finite = true;
    const auto stage = [&](const auto& member) {
      join_stage(y, member.values().row(row), s, cumulative);
      staged.sure[i * stages + s] = sureness(y);
      staged.loss[i * stages + s] = loss_of_row<Y>(y, data.target(row));
      finite = finite && std::isfinite(staged.loss[i * stages + s]);
      ++s;
    };
    (stage(members), ...);
    staged.weight[i] = finite && (members.covers(row) && ...) ? static_cast<double>(data.weight(row)) : 0;
  }
  return staged;
}

/// Row i of a whole: that of the first stage that is sure enough, where all stages have one.
template <class Y, class... P>
void leave(Predictions<OutOfFold, Y>& whole, std::ptrdiff_t i, const Buffer<float>& thresholds, bool cumulative,
           const Predictions<P, Y>&... members) {
  const auto y = whole.values().row(i);
  std::size_t s = 0;
  bool inside = true;
  const auto stage = [&](const auto& member) {
    if (inside) join_stage(y, member.values().row(i), s, cumulative);
    inside = inside && !(sureness(y) >= thresholds[s]);
    ++s;
  };
  (stage(members), ...);
  whole.set_covered(i, (members.covers(i) && ...));
}

[[gnu::cold]] inline void check_exits(const EarlyExitOptions& options, std::size_t stages) {
  check(options.budget > 0, "expected a budget above 0", options.budget);
  const std::size_t given = options.costs.size();
  check(given == 0 || given == stages, {"expected a cost for each of ", stages, " members"}, given);
  for (const float c : options.costs) check(c > 0 && std::isfinite(c), "expected costs above 0", c);
}

template <class... Members, class X, class Y>
Learned<EarlyExitModel<X, Y, ModelOf<Members, X, Y>...>, Y> learn_exits(const EarlyExit<Members...>& spec, const Dataset<X, Y>& data,
                                                                       const Context& context, Want want) {
  using Model = EarlyExitModel<X, Y, ModelOf<Members, X, Y>...>;
  const EarlyExitOptions& o = spec.options;
  check_exits(o, sizeof...(Members));
  if (context.nested() && want.out_of_fold) return learn_by_refitting(spec, data, context, want);
  const auto plan = context.plan(data);
  const bool keep = context.keep_folds() && want.model, ask_folds = want.folds || keep || (!want.model && o.costs.empty());
  auto members = learn_members(spec.members, data, context.with_plan(plan), Want{want.model && !keep, true, ask_folds});
  const StagedRows staged = std::apply([&](const auto&... m) { return stage_members(data, o.cumulative, *m.out_of_fold...); }, members);

  Buffer<float> costs = o.costs;
  const auto cost = [&](const auto& m) {  // of the model of all rows, or else of the first fold that has one
    double of_all = 1;
    if (m.model) of_all = cost_of_member(*m.model, data, o.measured);
    else
      for (std::size_t f = m.folds.size(); f-- > 0;)
        if (m.folds[f]) of_all = cost_of_member(*m.folds[f], data, o.measured);
    costs.push_back(static_cast<float>(of_all));
  };
  if (costs.empty()) std::apply([&](const auto&... m) { (cost(m), ...); }, members);
  const double least = static_cast<double>(costs.front()) / static_cast<double>(costs.back());
  check(least <= static_cast<double>(o.budget) * (1 + 1e-6),
        {"the first member costs ", least, " of the last: expected a budget of as much"}, o.budget);

  const auto report_without = [&](int f) {
    StagedRows use = staged;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (!plan->teaches(f, data.origin(i))) use.weight[static_cast<std::size_t>(i)] = 0;
    return learn_thresholds(use, costs, static_cast<double>(o.budget));
  };
  Learned<Model, Y> whole;
  if (want.out_of_fold) whole.out_of_fold = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  if (want.folds) whole.folds.resize(static_cast<std::size_t>(plan->k()));
  for (int f = 0; f < plan->k() && (want.folds || want.out_of_fold); ++f) {
    const ExitReport report = report_without(f);
    const auto at = static_cast<std::size_t>(f);
    if (want.folds && std::apply([&](const auto&... m) { return (m.folds[at].has_value() && ...); }, members))
      whole.folds[at] = std::apply([&](auto&... m) { return Model{{kept_fold<X>(m, at, data.outputs())...}, report, o.cumulative, data.outputs()}; }, members);
    if (!want.out_of_fold) continue;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (plan->tests(f, data.origin(i)))
        std::apply([&](const auto&... m) { leave(*whole.out_of_fold, i, report.thresholds, o.cumulative, *m.out_of_fold...); }, members);
  }
  const auto of_all = [&](auto&... m) { return Model{{kept<X>(m, keep, data.outputs())...}, report_without(-1), o.cumulative, data.outputs()}; };
  if (want.model) whole.model = std::apply(of_all, members);
  return whole;
}

}  // namespace tutti::detail
