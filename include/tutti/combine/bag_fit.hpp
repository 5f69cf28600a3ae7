// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/bag.hpp>
#include <tutti/combine/members_update.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/model/out_of_bag_fit.hpp>
#include <tutti/train/fit.hpp>

namespace tutti::detail {

/// Errors   FitError for rows that the member cannot take; DataError for options that mean nothing.
template <class M, class X, class Y>
void check_draws(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context) {
  refuse_what_it_cannot_take<Bag<M>>(data, context);
  const BagOptions& o = bag.options;
  check(o.members >= 1, "expected at least one member", o.members);
  check(o.rows > 0 && (o.replace || o.rows <= 1),
        "expected a share of rows above 0 (at most 1 without replacement)", o.rows);
}

/// Rows by class: in each class, as many are drawn.
/// Errors   DataError where targets are no labels.
template <class X, class Y> Buffer<Buffer<RowIndex>> rows_to_draw(const Dataset<X, Y>& data, bool balanced) {
  check(Y::is_label || !balanced, "balanced: expected labels, the targets are", "numbers");
  Buffer<Buffer<RowIndex>> of(balanced ? static_cast<std::size_t>(data.outputs()) : 1);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    std::size_t c = 0;
    if constexpr (Y::is_label) c = balanced ? static_cast<std::size_t>(data.y(i).index()) : 0;
    of[c].push_back(static_cast<RowIndex>(i));
  }
  Buffer<Buffer<RowIndex>> present;
  for (auto& rows : of)
    if (!rows.empty()) present.push_back(std::move(rows));
  return present;
}

/// One bootstrap, or one subset, ascending. A class alone is drawn from the stream itself.
[[gnu::cold]] inline Buffer<RowIndex> draw_bag(const Buffer<Buffer<RowIndex>>& classes, std::size_t draws,
                                               bool replace, Random random) {
  std::size_t each = std::max<std::size_t>(1, (draws + classes.size() / 2) / classes.size());
  if (!replace)
    for (const auto& rows : classes) each = std::min(each, rows.size());
  Buffer<RowIndex> drawn;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    Random own = classes.size() == 1 ? random : random.stream(std::uint64_t{c});
    Buffer<RowIndex> rows = classes[c];
    if (replace) {
      for (std::size_t i = 0; i < each; ++i)
        drawn.push_back(classes[c][own.below(static_cast<std::uint32_t>(rows.size()))]);
    } else {
      shuffle(std::span<RowIndex>(rows), own);
      drawn.append(rows.data(), each);
    }
  }
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

/// The mean of the members that have not seen a row, in their order.
template <class X, class Y, class Model, template <class> class Learning>
Predictions<OutOfFold, Y> out_of_bag_rows(const Many<X, Y, Model, Learning>& whole, const SeenRows& seen,
                                          const Dataset<X, Y>& data, const FoldPlan& plan) {
  auto honest = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  parallel::for_each(data.rows(), prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    ViewOf<X> views[prediction_block];
    std::ptrdiff_t row[prediction_block];
    int heard[prediction_block] = {};
    const WorkspaceLease lease(whole.workspace_bytes(prediction_block));
    Buffer<float> said(static_cast<std::size_t>(prediction_block * whole.width));
    for (std::size_t m = 0; m < whole.models.size(); ++m) {
      std::ptrdiff_t n = 0;
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        if (plan.fold(data.origin(i)) < 0 || seen.seen(static_cast<std::ptrdiff_t>(m), i)) continue;
        views[n] = data.x(i);
        row[n++] = i;
      }
      const Rows<float> own(said.data(), n, whole.width);
      outputs<X, Y>(whole.models[m], std::span<const ViewOf<X>>(views, static_cast<std::size_t>(n)), own,
                    *lease);
      for (std::ptrdiff_t r = 0; r < n; ++r) {
        MeanRule::add(own.row(r), 1, honest.values().row(row[r]));
        ++heard[row[r] - begin];
      }
    }
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      if (heard[i - begin] == 0) continue;
      for (float& v : honest.values().row(i)) v /= static_cast<float>(heard[i - begin]);
      honest.set_covered(i, true);
    }
  });
  return honest;
}

/// The members, each on its draw; `seen`, where it is to be noted, says which rows these are.
/// Needs    what check_draws has let pass.
template <class M, class X, class Y>
Bagged<M, X, Y> draw_members(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context, bool note,
                             std::optional<SeenRows>& seen) {
  const BagOptions& o = bag.options;
  const Buffer<Buffer<RowIndex>> classes = rows_to_draw(data, o.balanced);
  const auto draws = std::max<std::size_t>(
      1, static_cast<std::size_t>(static_cast<double>(o.rows) * static_cast<double>(data.rows()) + 0.5));
  Buffer<std::optional<ModelOf<M, X, Y>>> fitted(static_cast<std::size_t>(o.members));
  if (note) seen.emplace(data, o.members);
  parallel::for_each(o.members, 1, [&](std::ptrdiff_t m, std::ptrdiff_t) {
    const Buffer<RowIndex> rows = draw_bag(classes, draws, o.replace,
                                           context.random("bootstrap").stream(static_cast<std::uint64_t>(m)));
    if (seen) seen->mark(m, rows);
    fitted[static_cast<std::size_t>(m)] =
        fit_member(bag.member, data.subset(rows), context.child(static_cast<int>(m), short_name<M>()));
  });
  Bagged<M, X, Y> models{{}, data.outputs()};
  for (auto& m : fitted) models.models.push_back(std::move(*m));
  return models;
}

template <class M, class X, class Y>
Learned<Bagged<M, X, Y>, Y> learn_bag(const Bag<M>& bag, const Dataset<X, Y>& data, const Context& context,
                                      Want want) {
  check_draws(bag, data, context);
  const bool honest = want.out_of_fold && bag.options.out_of_bag && !want.folds && !context.nested() &&
                      !context.plan(data)->forward();
  if (want.folds || (want.out_of_fold && !honest)) return learn_by_refitting(bag, data, context, want);
  std::optional<SeenRows> seen;
  Learned<Bagged<M, X, Y>, Y> whole;
  whole.model = draw_members(bag, data, context, honest, seen);
  if (honest) whole.out_of_fold = out_of_bag_rows(*whole.model, *seen, data, *context.plan(data));
  return whole;
}

}  // namespace tutti::detail
