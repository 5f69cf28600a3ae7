// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/feature_part_fit.hpp>
#include <tutti/combine/fuse.hpp>
#include <tutti/combine/stack_fit.hpp>

namespace tutti::detail {

/// One branch: fitted to all rows, its numbers for these rows; of an estimator, which rows have such, and its fold models.
template <class B, class X, class Y> struct LearnedBranch {
  using Model = typename BranchOf<B, X, Y>::Model;
  std::optional<Model> model;
  Buffer<std::optional<Model>> folds;
  PartRows made;
  std::optional<PredictionRows> predicted;
  int width = 0;
};

/// What the outputs of an estimator are called as columns: "Forest[1]: setosa".
template <class Y, class X>
[[gnu::cold]] Buffer<Column> output_columns(const Dataset<X, Y>& data, const std::string& name, int place) {
  Buffer<Column> columns;
  const ClassNames& classes = data.schema().classes;
  for (int k = 0; k < data.outputs(); ++k) {
    const bool has_name = k < std::ssize(classes);
    columns.push_back({joined(
        {name, "[", place, "]: ", has_name ? classes[static_cast<std::size_t>(k)] : std::to_string(k)})});
  }
  return columns;
}
/// Columns that nobody has named, of a transform.
[[gnu::cold]] inline void name_columns(PartRows& made, int width, const std::string& name, int place) {
  if (std::ssize(made.columns) == width) return;
  made.columns.clear();
  for (int j = 0; j < width; ++j) made.columns.push_back({joined({name, "[", place, "]: ", j})});
}

/// Numbers of some rows as those of all, and which rows have such.
[[gnu::cold]] inline void spread_numbers(PartRows& made, int width, std::ptrdiff_t rows,
                                         std::optional<PredictionRows>& covers) {
  if (made.taught.empty()) return;
  covers.emplace(rows, width, false);
  covers->set_rows(made.taught, made.numbers);
  const auto all = std::as_const(*covers).values();
  made.numbers.assign(std::span(all.data(), static_cast<std::size_t>(all.size())));
  made.taught.clear();
}

template <class B, class X, class Y>
void learn_branch(LearnedBranch<B, X, Y>& learned, const B& spec, const Dataset<X, Y>& data,
                  const Context& context, int place, Want want, const StackOptions& o) {
  if constexpr (is_part<B>) {
    if (!want.model && !is_stateless<B>) return;  // each fold has one of its own
    learned.model = fit_part(spec, data, context, learned.made);
    learned.width = width_of(*learned.model);
    spread_numbers(learned.made, learned.width, data.rows(), learned.predicted);
    name_columns(learned.made, learned.width, short_name<B>(), place);
  } else {
    const bool keep = context.keep_folds() && want.model;
    auto estimator =
        learn_repeatedly(spec, data, context, Want{want.model && !keep, true, want.folds || keep}, o.repeats);
    learned.folds.resize(want.folds ? estimator.folds.size() / static_cast<std::size_t>(o.repeats) : 0);
    for (std::size_t f = 0; f < learned.folds.size(); ++f)
      if (estimator.folds[f])
        learned.folds[f] =
            typename LearnedBranch<B, X, Y>::Model{{{*estimator.folds[f]}, data.outputs()}, o.logits};
    if (want.model)
      learned.model =
          typename LearnedBranch<B, X, Y>::Model{kept<X>(estimator, keep, data.outputs()), o.logits};
    learned.predicted = std::move(*estimator.out_of_fold);
    learned.width = data.outputs();
    const auto values = std::as_const(*learned.predicted).values();
    learned.made.numbers.append(values.data(), static_cast<std::size_t>(values.size()));
    if constexpr (has_probabilities<Y>)
      for (std::ptrdiff_t i = 0; o.logits && i < data.rows(); ++i)
        to_logits<Y>(
            {learned.made.numbers.data() + i * learned.width, static_cast<std::size_t>(learned.width)});
    learned.made.columns = output_columns(data, short_name<B>(), place);
  }
}

template <class X, class Y, class... B>
std::tuple<LearnedBranch<B, X, Y>...> learn_branches(const Fuse<B...>& fuse, const Dataset<X, Y>& data,
                                                     const Context& context, Want want,
                                                     const StackOptions& o) {
  std::tuple<LearnedBranch<B, X, Y>...> learned;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    parallel::invoke([&] {
      constexpr int place = static_cast<int>(I);
      learn_branch(std::get<I>(learned), std::get<I>(fuse.branches), data,
                   context.child(place, short_name<B>()), place, want, o);
    }...);
  }
  (std::index_sequence_for<B...>{});
  return learned;
}

/// The numbers of one branch for some rows.
struct Strip {
  const float* numbers;
  int width;
};
/// The strips side by side, a row for each of `positions`.
[[gnu::cold]] inline Buffer<float> side_by_side(std::span<const Strip> strips,
                                                std::span<const RowIndex> positions, int width) {
  Buffer<float> z(positions.size() * static_cast<std::size_t>(width));
  float* out = z.data();
  for (const RowIndex i : positions)
    for (const Strip& s : strips) out = std::copy_n(s.numbers + std::ptrdiff_t{s.width} * i, s.width, out);
  return z;
}

/// The rows of what follows: all branches side by side for the rows at `positions`.
template <class Z, class X, class Y, class... L>
Dataset<Z, Y> fed_rows(const Dataset<X, Y>& data, std::span<const RowIndex> positions, const L&... branches) {
  const Strip strips[] = {{branches.made.numbers.data(), branches.width}...};
  const int width = (0 + ... + branches.width);
  PartRows made{side_by_side(strips, positions, width), {}};
  if (!data.schema().columns.empty()) (made.columns.append(branches.made.columns), ...);
  return with_numbers<Z>(data.subset(positions), width, std::move(made));
}

/// The rows of which every branch has numbers.
template <class X, class Y, class... L>
Buffer<RowIndex> covered_rows(const Dataset<X, Y>& data, const L&... branches) {
  Buffer<RowIndex> positions;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    if (((!branches.predicted || branches.predicted->covers(i)) && ...))
      positions.push_back(static_cast<RowIndex>(i));
  return positions;
}

/// Refuses to teach anything with no row.
[[gnu::cold]] inline void check_covered(const Buffer<RowIndex>& rows) {
  check(!rows.empty(), "expected out-of-fold predictions for at least one row", rows.size());
}

template <class... B, class X, class Y>
typename PartOf<Fuse<B...>, X, Y>::Model fit_part(const Fuse<B...>& fuse, const Dataset<X, Y>& data,
                                                  const Context& context, PartRows& made) {
  auto branches = learn_branches(fuse, data, context, Want{}, {});
  return std::apply(
      [&](auto&... b) {
        const Strip strips[] = {{b.made.numbers.data(), b.width}...};
        const Buffer<RowIndex> covered = covered_rows(data, b...);
        check_covered(covered);
        made.numbers = side_by_side(strips, covered, (0 + ... + b.width));
        if (std::ssize(covered) < data.rows()) made.taught = covered;
        if (!data.schema().columns.empty()) (made.columns.append(b.made.columns), ...);
        return typename PartOf<Fuse<B...>, X, Y>::Model{{std::move(*b.model)...}};
      },
      branches);
}

}  // namespace tutti::detail
