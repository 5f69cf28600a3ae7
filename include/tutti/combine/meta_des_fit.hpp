// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/dynamic_selection_fit.hpp>
#include <tutti/combine/meta_des.hpp>

namespace tutti::detail {

/// Adds to regions of the rows `positions` what the members said there.
template <class = void>
[[gnu::cold]] MetaRegions meta_regions(Regions regions, const Buffer<RowIndex>& positions, const JudgedMembers& judged,
                                       const MetaDesOptions& options) {
  MetaRegions known;
  const auto width = judged.profile.size() / static_cast<std::size_t>(judged.rows);
  const auto members = static_cast<std::size_t>(judged.members);
  Buffer<float> profiles;
  for (const RowIndex i : positions) {
    profiles.append(judged.profile.data() + i * width, width);
    known.chance.append(judged.chance.data() + i * members, members);
  }
  known.regions = std::move(regions);
  known.profiles = neighbour_index(std::move(profiles), static_cast<int>(width), RowDistance{}, 16);
  known.alike = std::min(options.profiles, static_cast<int>(positions.size()));
  known.wanted = options.k;
  known.wanted_alike = options.profiles;
  return known;
}

/// Rows on which members disagree, and the evidence for each member there.
struct Evidence {
  Buffer<RowIndex> rows{};
  Buffer<float> z{};  // (rows members, numbers)
};
/// That of the rows of fold f that count and that `use(original row)` lets in.
template <class X, class Y>
void gather_evidence(Evidence& evidence, const MetaRegions& known, const Dataset<X, Y>& data, const JudgedMembers& judged,
                     const FoldPlan& plan, int f, auto&& use) {
  const std::size_t width = judged.profile.size() / static_cast<std::size_t>(judged.rows);
  const auto numbers = static_cast<std::size_t>(judged.members * known.evidence());
  Buffer<float> row(static_cast<std::size_t>(data.width()));
  Buffer<Neighbour> found(static_cast<std::size_t>(known.regions.neighbours + known.alike));
  for (const RowIndex i : sides(plan, f, data).second) {
    const std::span<const float> profile(judged.profile.data() + i * width, width);
    if (judged.counts[i] == 0 || !use(data.origin(i)) || known.agreed(profile)) continue;
    evidence.rows.push_back(i);
    evidence.z.resize(evidence.z.size() + numbers);
    data.x(i).copy_to(row.data());
    known.gather(row.data(), profile, found.data(), Rows<float>(evidence.z.end() - numbers, judged.members, known.evidence()));
  }
}

/// The evidence as rows to learn from: one for each member of each row, and whether the member was right.
template <class X, class Y>
Dataset<Row<Dynamic>, Label<2>> evidence_rows(const Evidence& evidence, const Dataset<X, Y>& data, const JudgedMembers& judged,
                                              int numbers) {
  Buffer<RowIndex> rows;
  Buffer<std::int32_t> right;
  const auto members = static_cast<std::size_t>(judged.members);
  for (const RowIndex i : evidence.rows)
    for (std::size_t m = 0; m < members; ++m) {
      rows.push_back(i);
      right.push_back(judged.right[i * members + m]);
    }
  const auto inputs = std::make_shared<const DenseStorage<float>>(numbers, evidence.z);
  return data.subset(rows).template with_inputs<Row<Dynamic>>(inputs).template with_targets<Label<2>>(std::move(right), 2);
}

/// What is learnt for fold f has seen nothing of the fold, not even as a neighbour: two rows that are neighbours of each other would
/// tell each other's labels. So the evidence of a row of fold g, that it learns from, is of regions without f and without g.
/// Cost     k (k + 1) / 2 indices and k searches for each row.
template <class M, class X, class Y, int Count>
auto learn_gate(const MetaDes<M>& gate, const Dataset<X, Y>& data, const JudgedMembers& judged, std::integral_constant<int, Count>,
                const Context& context, Want want) {
  using Choice = Label<Count>;
  using Model = typename Gating<MetaDes<M>>::template Model<X, Count>;
  const MetaDesOptions o = gate.options;
  check(o.k >= 1, "expected at least one neighbour", o.k);
  check(o.profiles >= 1, "expected at least one similar row", o.profiles);
  const auto plan = context.plan(data);
  const auto numbers = number_columns(data.schema(), data.width());
  const int folds = plan->k(), columns = 2 * o.k + o.profiles + 2;
  const auto regions_of = [&](auto&& counts) {
    std::optional<MetaRegions> known;
    const auto positions = competent_rows(data, judged, counts);
    if (positions.empty()) return known;
    const auto part = data.subset(positions);
    Regions regions = fit_regions(row_source(part), positions, judged, numbers, data.outputs(), o.k, context.path());
    known = meta_regions(std::move(regions), positions, judged, o);
    return known;
  };
  const auto fit_on = [&](const Evidence& evidence, const Context& at) {
    return fit_member(gate.member, evidence_rows(evidence, data, judged, columns), at);
  };
  const Context below = context.child(0, short_name<M>());
  Learned<Model, Choice> whole;
  whole.out_of_fold = CrossFitting::empty<Choice>(data.rows(), Count, false);
  whole.folds.resize(static_cast<std::size_t>(folds));
  Buffer<Evidence> own(static_cast<std::size_t>(folds));
  parallel::for_each(folds, 1, [&](std::ptrdiff_t task, std::ptrdiff_t) {
    const int f = static_cast<int>(task);
    const auto at = static_cast<std::size_t>(task);
    auto known = regions_of([&](RowIndex origin) { return plan->trains(f, origin); });
    if (!known) return;
    for (const RowIndex i : sides(*plan, f, data).second) {
      for (float& w : whole.out_of_fold->values().row(i)) w = 1.0f / Count;
      whole.out_of_fold->set_covered(i, true);
    }
    gather_evidence(own[at], *known, data, judged, *plan, f, [](RowIndex) { return true; });
    Evidence others;
    for (int g = 0; g < folds; ++g) {
      if (g == f) continue;
      const auto without_both = regions_of([&](RowIndex origin) { return plan->trains(f, origin) && plan->trains(g, origin); });
      const auto taught = [&](RowIndex origin) { return plan->trains(f, origin); };
      if (without_both) gather_evidence(others, *without_both, data, judged, *plan, g, taught);
    }
    if (others.rows.empty()) return;
    whole.folds[at] = Model{std::move(*known), {{fit_on(others, below.repeat("fold", f))}, 2}};
    if (own[at].rows.empty()) return;
    const auto asked = evidence_rows(own[at], data, judged, columns);
    Buffer<float> right(static_cast<std::size_t>(2 * asked.rows()));
    outputs_of_rows<Row<Dynamic>, Label<2>>(whole.folds[at]->classifier, asked, 0, Rows<float>(right.data(), asked.rows(), 2));
    for (std::size_t r = 0; r < own[at].rows.size(); ++r) {
      const auto w = whole.out_of_fold->values().row(own[at].rows[r]);
      for (std::size_t m = 0; m < Count; ++m) w[m] = right[2 * (r * Count + m) + 1] > 0.5f ? 1.0f : 0.0f;
      keep_top(std::span<float, Count>(w), 0);
    }
  });
  Evidence all;
  for (const Evidence& of_fold : own) {
    all.rows.append(of_fold.rows);
    all.z.append(of_fold.z);
  }
  if (want.model && !all.rows.empty()) whole.model = Model{*regions_of([](RowIndex) { return true; }), {{fit_on(all, below)}, 2}};
  return whole;
}

}  // namespace tutti::detail
