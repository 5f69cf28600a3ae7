// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/guard.hpp>
#include <tutti/combine/judged_members.hpp>
#include <tutti/combine/select.hpp>

namespace tutti::detail {

/// The rows that a gate learns from, each with the member that has the least loss there, and what a wrong choice costs: the
/// mean loss of the others less that of the best. A row on which all tie counts a thousandth of the mean, for the earliest.
struct GateLesson {
  Buffer<RowIndex> positions{};
  Buffer<std::int32_t> best{};
  Buffer<float> weight{};
  bool differs = false;  // some member is better than another somewhere
};
template <class = void>
[[gnu::cold]] GateLesson gate_lesson(const JudgedMembers& judged) {
  GateLesson lesson;
  double total = 0, rows = 0;
  for (std::ptrdiff_t i = 0; i < judged.rows; ++i) {
    if (judged.counts[static_cast<std::size_t>(i)] == 0) continue;
    int best = 0;
    double sum = 0;
    for (int m = 0; m < judged.members; ++m) {
      if (judged.loss_of(i, m) < judged.loss_of(i, best)) best = m;
      sum += static_cast<double>(judged.loss_of(i, m));
    }
    const double cost = std::max(0.0, sum / judged.members - static_cast<double>(judged.loss_of(i, best)));
    const double w = static_cast<double>(judged.weight[static_cast<std::size_t>(i)]);
    lesson.positions.push_back(static_cast<RowIndex>(i));
    lesson.best.push_back(best);
    lesson.weight.push_back(static_cast<float>(cost));
    total += w * cost;
    rows += w;
  }
  lesson.differs = total > 0;
  for (std::size_t r = 0; r < lesson.weight.size(); ++r) {
    const double cost = static_cast<double>(lesson.weight[r]);
    const double counts = lesson.differs ? std::max(cost * rows / total, 1e-3) : 1.0;
    lesson.weight[r] = judged.weight[lesson.positions[r]] * static_cast<float>(counts);
  }
  return lesson;
}

/// The gate as it is learnt: a model, and its weights for each row by a gate that has not seen the row.
template <class M, class X, class Y, int Count>
auto learn_gate(const Gate<M>& gate, const Dataset<X, Y>& data, const JudgedMembers& judged, std::integral_constant<int, Count>,
                const Context& context, Want want) {
  using Choice = Label<Count>;
  using Model = typename Gating<Gate<M>>::template Model<X, Count>;
  const int top = gate.options.top;
  check(top >= 0 && top <= Count, {"a gate: expected 0 to ", Count, " members to be asked for a row"}, top);
  Learned<Model, Choice> whole;
  whole.out_of_fold = CrossFitting::empty<Choice>(data.rows(), Count, false);
  GateLesson lesson = gate_lesson(judged);
  if (!lesson.differs) return whole;

  auto taught = data.subset(lesson.positions).template with_targets<Choice>(std::move(lesson.best), Count);
  if constexpr (capabilities_of<M>.weights) taught = taught.with_weights(std::move(lesson.weight));
  const bool keep = context.keep_folds() && want.model;
  auto learned = learn(gate.member, taught, context.child(0, short_name<M>()), Want{want.model && !keep, true, want.folds || keep});
  for (std::size_t r = 0; r < lesson.positions.size(); ++r) {
    if (!learned.out_of_fold->covers(static_cast<std::ptrdiff_t>(r))) continue;
    const auto w = whole.out_of_fold->values().row(lesson.positions[r]);
    const auto from = learned.out_of_fold->values().row(static_cast<std::ptrdiff_t>(r));
    std::copy(from.begin(), from.end(), w.begin());
    keep_top(std::span<float, Count>(w), top);
    whole.out_of_fold->set_covered(lesson.positions[r], true);
  }
  whole.folds.resize(learned.folds.size());
  for (std::size_t f = 0; f < learned.folds.size() && want.folds; ++f)
    if (learned.folds[f]) whole.folds[f] = Model{{{*learned.folds[f]}, Count}, top};
  if (want.model) whole.model = Model{kept<X>(learned, keep, Count), top};
  return whole;
}

template <class G>
bool guarded(const G& gate) {
  if constexpr (requires { gate.guard; }) return gate.guard;
  else return gate.options.guard;
}

/// Row i of a whole out of the rows of its members, where all have one.
template <class Y, class... P>
void mix_row(Predictions<OutOfFold, Y>& mixed, std::ptrdiff_t i, std::span<const float> weights, const Predictions<P, Y>&... members) {
  const auto y = mixed.values().row(i);
  for (float& v : y) v = 0;
  std::size_t m = 0;
  const auto add = [&](const auto& member) {
    const float w = weights[m++];
    if (w != 0) MeanRule::add(member.values().row(i), w, y);
  };
  (add(members), ...);
  mixed.set_covered(i, (members.covers(i) && ...));
}

/// What the gates chose for each row, out of fold, and its loss.
template <class Y, class X, class Choice, class... P>
std::pair<Predictions<OutOfFold, Y>, GatedRows> mix_members(const Dataset<X, Y>& data, const JudgedMembers& judged,
                                                            const Predictions<OutOfFold, Choice>& chosen,
                                                            const Predictions<P, Y>&... members) {
  auto mixed = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  const auto rows = static_cast<std::size_t>(data.rows());
  GatedRows gated{chosen.values(), Buffer<std::uint8_t>(rows), Buffer<float>(rows)};
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!chosen.covers(i) || !(members.covers(i) && ...)) continue;
    mix_row(mixed, i, chosen.values().row(i), members...);
    const auto at = static_cast<std::size_t>(i);
    gated.loss[at] = loss_of_row<Y>(mixed.values().row(i), data.target(i));
    gated.counts[at] = judged.counts[at] != 0 && std::isfinite(gated.loss[at]);
  }
  return {std::move(mixed), std::move(gated)};
}

template <class G, class... Members, class X, class Y>
Learned<SelectModelOf<X, Y, G, Members...>, Y> learn_select(const Select<G, Members...>& spec, const Dataset<X, Y>& data,
                                                            const Context& context, Want want) {
  using Model = SelectModelOf<X, Y, G, Members...>;
  constexpr int count = sizeof...(Members);
  if (context.nested() && want.out_of_fold) return learn_by_refitting(spec, data, context, want);
  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  const bool keep = context.keep_folds() && want.model;
  auto members = learn_members(spec.members, data, below, Want{want.model && !keep, true, want.folds || keep});
  const auto judged = std::apply([&](const auto&... m) { return judge_members(data, Gating<G>::hears, *m.out_of_fold...); }, members);
  auto gate = learn_gate(spec.gate, data, judged, std::integral_constant<int, count>{}, below.child(count, short_name<G>()),
                         Want{want.model, true, want.folds});
  auto [mixed, gated] =
      std::apply([&](const auto&... m) { return mix_members<Y>(data, judged, *gate.out_of_fold, *m.out_of_fold...); }, members);

  const auto report_without = [&, &gated = gated](int f, bool there) {
    Buffer<std::uint8_t> use(static_cast<std::size_t>(data.rows()));
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) use[static_cast<std::size_t>(i)] = plan->teaches(f, data.origin(i));
    return judge_gate(judged, gated, use, there, guarded(spec.gate));
  };
  Learned<Model, Y> whole;
  const auto assemble = [&](auto& gate_model, int f, auto keep_of) {
    SelectionReport report = report_without(f, gate_model.has_value());
    if (!report.gated) gate_model.reset();
    const auto of = [&](auto&... m) { return Model{{keep_of(m)...}, std::move(gate_model), std::move(report), data.outputs()}; };
    return std::apply(of, members);
  };
  if (want.folds) {
    gate.folds.resize(static_cast<std::size_t>(plan->k()));
    whole.folds.resize(gate.folds.size());
    for (std::size_t f = 0; f < whole.folds.size(); ++f)
      if (std::apply([&](const auto&... m) { return (m.folds[f].has_value() && ...); }, members))
        whole.folds[f] = assemble(gate.folds[f], static_cast<int>(f), [&](auto& m) {
          return kept_fold<X>(m, f, data.outputs());
        });
  }
  if (want.out_of_fold) {
    const bool any = std::find(gated.counts.begin(), gated.counts.end(), std::uint8_t{1}) != gated.counts.end();
    for (int f = 0; f < plan->k(); ++f) {
      const SelectionReport report = report_without(f, any);
      if (report.gated) continue;
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
        if (plan->tests(f, data.origin(i)))
          std::apply([&, &mixed = mixed](const auto&... m) { mix_row(mixed, i, report.weights, *m.out_of_fold...); }, members);
    }
    whole.out_of_fold = std::move(mixed);
  }
  if (want.model) whole.model = assemble(gate.model, -1, [&](auto& m) { return kept<X>(m, keep, data.outputs()); });
  return whole;
}

}  // namespace tutti::detail
