// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/dynamic_selection.hpp>
#include <tutti/combine/select_fit.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/neighbour_index_fit.hpp>
#include <tutti/model/prepared_columns.hpp>

namespace tutti::detail {

/// The regions of these rows, which are the rows `positions` of those that were judged.
template <class = void>
[[gnu::cold]] Regions fit_regions(const RowSource& x, const Buffer<RowIndex>& positions, const JudgedMembers& judged,
                                  const Buffer<std::uint8_t>& numbers, int classes, int k, const std::string& path) {
  const Moments moments = checked_moments(x, path, "dynamic selection", {.missing = true});
  Regions regions{judged.members, classes, std::min(k, static_cast<int>(positions.size()))};
  for (std::size_t j = 0; j < numbers.size(); ++j) {
    regions.mean.push_back(moments.mean[j]);
    regions.scale.push_back(numbers[j] == 0 ? 0 : moments.variance[j] > 0 ? 1 / std::sqrt(moments.variance[j]) : 1);
  }
  const auto columns = static_cast<std::size_t>(x.width), members = static_cast<std::size_t>(judged.members);
  Buffer<float> rows(positions.size() * columns);
  parallel::for_each(x.rows, 256, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      float* const row = rows.data() + i * x.width;
      x.read(i, row);
      regions.standardise(row, row);
    }
  });
  for (const RowIndex i : positions) {
    regions.loss.append(judged.loss.data() + i * members, members);
    regions.correct.append(judged.right.data() + i * members, members);
    regions.weight.push_back(judged.weight[i]);
  }
  regions.index = neighbour_index(std::move(rows), x.width, RowDistance{}, 16);
  return regions;
}

/// The rows that may be neighbours, of those that `counts(original row)` lets in.
template <class X, class Y>
Buffer<RowIndex> competent_rows(const Dataset<X, Y>& data, const JudgedMembers& judged, auto&& counts) {
  Buffer<RowIndex> positions;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (judged.counts[at] != 0 && judged.weight[at] > 0 && counts(data.origin(i))) positions.push_back(static_cast<RowIndex>(i));
  }
  return positions;
}

/// Regions of all rows, and for the rows of a fold those of the others.
template <RegionRule Rule, class X, class Y, int Count>
auto learn_gate(const Rule& rule, const Dataset<X, Y>& data, const JudgedMembers& judged, std::integral_constant<int, Count>,
                const Context& context, Want want) {
  using Choice = Label<Count>;
  using Model = RegionGate<X, Count, Rule>;
  check(rule.k >= 1, "expected at least one neighbour", rule.k);
  const auto plan = context.plan(data);
  const auto numbers = number_columns(data.schema(), data.width());
  const auto regions_of = [&](auto&& counts) {
    std::optional<Model> model;
    const Buffer<RowIndex> positions = competent_rows(data, judged, counts);
    if (positions.empty()) return model;
    const auto part = data.subset(positions);
    const int classes = Y::is_label ? data.outputs() : 0;
    model = Model{fit_regions(row_source(part), positions, judged, numbers, classes, rule.k, context.path())};
    return model;
  };
  Learned<Model, Choice> whole;
  whole.out_of_fold = CrossFitting::empty<Choice>(data.rows(), Count, false);
  if (want.folds) whole.folds.resize(static_cast<std::size_t>(plan->k()));
  parallel::for_each(plan->k() + 1, 1, [&](std::ptrdiff_t task, std::ptrdiff_t) {
    const int f = static_cast<int>(task);
    if (f == plan->k()) {
      if (want.model) whole.model = regions_of([](RowIndex) { return true; });
      return;
    }
    std::optional<Model> model = regions_of([&](RowIndex origin) { return plan->trains(f, origin); });
    if (!model) return;
    const Buffer<RowIndex> tested = sides(*plan, f, data).second;
    const auto test = data.subset(tested);
    parallel::for_each(test.rows(), prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      const WorkspaceLease lease(model->workspace_bytes(prediction_block));
      const Workspace::Scope scope(*lease);
      ViewOf<X> views[prediction_block];
      float w[prediction_block * Count];
      const std::span<ViewOf<X>> block(views, static_cast<std::size_t>(end - begin));
      test.views(begin, block);
      model->weights(block, Rows<float>(w, end - begin, Count), *lease);
      for (std::ptrdiff_t r = begin; r < end; ++r) {
        const std::ptrdiff_t row = tested[static_cast<std::size_t>(r)];
        std::copy_n(w + (r - begin) * Count, Count, whole.out_of_fold->values().row(row).begin());
        whole.out_of_fold->set_covered(row, true);
      }
    });
    if (want.folds) whole.folds[static_cast<std::size_t>(f)] = std::move(model);
  });
  return whole;
}

}  // namespace tutti::detail
