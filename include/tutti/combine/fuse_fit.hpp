// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/feature_part_fit.hpp>
#include <tutti/combine/fuse.hpp>
#include <tutti/combine/stack_fit.hpp>

namespace tutti::detail {

/// One branch: fitted to all rows, its numbers for these rows; of an estimator, which rows have such, and its fold models.
template <class B, class X, class Y>
struct LearnedBranch {
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
    columns.push_back({joined({name, "[", place, "]: ", has_name ? classes[static_cast<std::size_t>(k)] : std::to_string(k)})});
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
[[gnu::cold]] inline void spread_numbers(PartRows& made, int width, std::ptrdiff_t rows, std::optional<PredictionRows>& covers) {
  if (made.taught.empty()) return;
  covers.emplace(rows, width, false);
  covers->set_rows(made.taught, made.numbers);
  const auto all = std::as_const(*covers).values();
  made.numbers.assign(std::span(all.data(), static_cast<std::size_t>(all.size())));
  made.taught.clear();
}

template <class B, class X, class Y>
void learn_branch(LearnedBranch<B, X, Y>& learned, const B& spec, const Dataset<X, Y>& data, const Context& context, int place, Want want, const StackOptions& o) {
  if constexpr (is_part<B>) {
    if (!want.model && !is_stateless<B>) return;  // each fold has one of its own
    learned.model = fit_part(spec, data, context, learned.made);
    learned.width = width_of(*learned.model);
    spread_numbers(learned.made, learned.width, data.rows(), learned.predicted);
    name_columns(learned.made, learned.width, short_name<B>(), place);
  } else {
    const bool keep = context.keep_folds() && want.model;
    auto estimator = learn_repeatedly(spec, data, context, Want{want.model && !keep, true, want.folds || keep}, o.repeats);
    learned.folds.resize(want.folds ? estimator.folds.size() / static_cast<std::size_t>(o.repeats) : 0);
    for (std::size_t f = 0; f < learned.folds.size(); ++f)
      if (estimator.folds[f]) learned.folds[f] = typename LearnedBranch<B, X, Y>::Model{{{*estimator.folds[f]}, data.outputs()}, o.logits};
    if (want.model) learned.model = typename LearnedBranch<B, X, Y>::Model{kept<X>(estimator, keep, data.outputs()), o.logits};
    learned.predicted = std::move(*estimator.out_of_fold);
    learned.width = data.outputs();
    const auto values = std::as_const(*learned.predicted).values();
    learned.made.numbers.append(values.data(), static_cast<std::size_t>(values.size()));
    if constexpr (has_probabilities<Y>)
      for (std::ptrdiff_t i = 0; o.logits && i < data.rows(); ++i)
        to_logits<Y>({learned.made.numbers.data() + i * learned.width, static_cast<std::size_t>(learned.width)});
    learned.made.columns = output_columns(data, short_name<B>(), place);
  }
}

template <class X, class Y, class... B>
std::tuple<LearnedBranch<B, X, Y>...> learn_branches(const Fuse<B...>& fuse, const Dataset<X, Y>& data, const Context& context, Want want, const StackOptions& o) {
  std::tuple<LearnedBranch<B, X, Y>...> learned;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    parallel::invoke([&] {
      constexpr int place = static_cast<int>(I);
      learn_branch(std::get<I>(learned), std::get<I>(fuse.branches), data, context.child(place, short_name<B>()), place, want, o);
    }...);
  }(std::index_sequence_for<B...>{});
  return learned;
}

/// The numbers of one branch for some rows.
struct Strip {
  const float* numbers;
  int width;
};
/// The strips side by side, a row for each of `positions`.
[[gnu::cold]] inline Buffer<float> side_by_side(std::span<const Strip> strips, std::span<const RowIndex> positions, int width) {
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
    if (((!branches.predicted || branches.predicted->covers(i)) && ...)) positions.push_back(static_cast<RowIndex>(i));
  check(!positions.empty(), "expected out-of-fold predictions for at least one row", positions.size());
  return positions;
}

template <class... B, class X, class Y>
typename PartOf<Fuse<B...>, X, Y>::Model fit_part(const Fuse<B...>& fuse, const Dataset<X, Y>& data, const Context& context, PartRows& made) {
  auto branches = learn_branches(fuse, data, context, Want{}, {});
  return std::apply(
      [&](auto&... b) {
        const Strip strips[] = {{b.made.numbers.data(), b.width}...};
        const Buffer<RowIndex> covered = covered_rows(data, b...);
        made.numbers = side_by_side(strips, covered, (0 + ... + b.width));
        if (std::ssize(covered) < data.rows()) made.taught = covered;
        if (!data.schema().columns.empty()) (made.columns.append(b.made.columns), ...);
        return typename PartOf<Fuse<B...>, X, Y>::Model{{std::move(*b.model)...}};
      },
      branches);
}

template <class F, class Rest, class X, class Y>
typename FedTypes<F, Rest, X, Y>::Model fit_fed(const F& fuse, const Rest& rest, const Dataset<X, Y>& data, const Context& context) {
  PartRows made;
  auto first = fit_part(fuse, data, context.child(0, short_name<F>()), made);
  const auto taught = taught_rows(data, made.taught);
  const auto rows = with_numbers<typename FedTypes<F, Rest, X, Y>::Z>(taught, width_of(first), std::move(made));
  return {std::move(first), fit_member(rest, rows, context.child(1, short_name<Rest>()))};
}

/// The branch as the rows of other folds than f know it: a part is fitted to them; an estimator is not, what it says of a row is
/// out of fold as it stands.
template <class B, class X, class Y>
LearnedBranch<B, X, Y> without_fold(const B& spec, const LearnedBranch<B, X, Y>& whole, const Dataset<X, Y>& data, std::span<const RowIndex> train, const Context& context, int place, int f) {
  LearnedBranch<B, X, Y> own;
  if constexpr (is_part<B>) {
    learn_branch(own, spec, data.subset(train), context.repeat("fold", f), place, Want{}, {});
  } else {
    own.width = whole.width;
    own.made.columns = whole.made.columns;
    own.predicted.emplace(std::ssize(train), whole.width, false);
    for (std::size_t i = 0; i < train.size(); ++i) {
      own.predicted->set_covered(static_cast<std::ptrdiff_t>(i), whole.predicted->covers(train[i]));
      own.made.numbers.append(whole.made.numbers.data() + std::ptrdiff_t{train[i]} * whole.width, static_cast<std::size_t>(whole.width));
    }
    if (!whole.folds.empty()) own.model = whole.folds[static_cast<std::size_t>(f)];
  }
  return own;
}
/// Exchanges its numbers for those of the fold's rows.
template <class B, class X, class Y>
void turn_to_fold(LearnedBranch<B, X, Y>& own, const LearnedBranch<B, X, Y>& whole, const Dataset<X, Y>& data, std::span<const RowIndex> test) {
  own.made.numbers.clear();
  if constexpr (is_part<B>) {
    own.made.numbers.resize(test.size() * static_cast<std::size_t>(own.width));
    outputs_of_rows<X, Y>(*own.model, data.subset(test), 0, Rows<float>(own.made.numbers.data(), std::ssize(test), own.width));
  } else {
    for (const RowIndex i : test) own.made.numbers.append(whole.made.numbers.data() + std::ptrdiff_t{i} * whole.width, static_cast<std::size_t>(whole.width));
  }
}

/// Transforms that learn are not the same without a fold: the rest is fitted anew for each fold, to what they and the estimators
/// make of the rows of the others.
/// What it says about the rows of the fold goes to `out`.
template <class F, class Rest, class X, class Y, class Branches, std::size_t... I>
std::optional<typename FedTypes<F, Rest, X, Y>::Model> learn_fed_fold(const F& fuse, const Rest& rest, const Branches& branches, const Dataset<X, Y>& data, const Context& below, int f, Predictions<OutOfFold, Y>& out, std::index_sequence<I...>) {
  using Z = typename FedTypes<F, Rest, X, Y>::Z;
  const auto split = sides(*below.plan(data), f, data);
  if (split.first.empty() || split.second.empty()) return std::nullopt;
  const Context at_fuse = below.child(0, short_name<F>());
  auto own = std::make_tuple(without_fold(std::get<I>(fuse.branches), std::get<I>(branches), data, split.first,
                                          at_fuse.child(static_cast<int>(I), short_name<std::tuple_element_t<I, decltype(fuse.branches)>>()), static_cast<int>(I), f)...);
  const auto taught = data.subset(split.first);
  const auto covered = covered_rows(taught, std::get<I>(own)...);
  auto head = fit_member(rest, fed_rows<Z>(taught, covered, std::get<I>(own)...), below.child(1, short_name<Rest>()).repeat("fold", f));

  (turn_to_fold(std::get<I>(own), std::get<I>(branches), data, split.second), ...);
  Buffer<RowIndex> all(split.second.size());
  std::iota(all.begin(), all.end(), RowIndex{0});
  const auto asked = fed_rows<Z>(data.subset(split.second), all, std::get<I>(own)...);
  Buffer<float> y(static_cast<std::size_t>(asked.rows() * data.outputs()));
  outputs_of_rows<Z, Y>(head, asked, 0, Rows<float>(y.data(), asked.rows(), data.outputs()));
  out.set_rows(split.second, y);
  if (!(std::get<I>(own).model.has_value() && ...)) return std::nullopt;
  return typename FedTypes<F, Rest, X, Y>::Model{{{std::move(*std::get<I>(own).model)...}}, std::move(head)};
}

/// The model of fold f of a branch that is the same in all folds, or an estimator.
template <class B, class X, class Y>
const std::optional<typename LearnedBranch<B, X, Y>::Model>& fold_model(const LearnedBranch<B, X, Y>& branch, std::size_t f) {
  if constexpr (is_part<B>) return branch.model;
  else return branch.folds[f];
}

template <class... B>
constexpr bool same_in_all_folds(const Fuse<B...>*) { return ((is_stateless<B> || !is_part<B>) && ...); }

template <class Form, class F, class Rest, class X, class Y>
Learned<typename FedTypes<F, Rest, X, Y>::Model, Y> learn_fed(const Form& form, const F& fuse, const Rest& rest, StackOptions options, const Dataset<X, Y>& data, const Context& context, Want want) {
  using Model = typename FedTypes<F, Rest, X, Y>::Model;
  check_stack_options<has_probabilities<Y>>(options, context);
  if (context.nested() && want.out_of_fold) return learn_by_refitting(form, data, context, want);
  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  const bool each_fold = !same_in_all_folds(static_cast<const F*>(nullptr)) && (want.out_of_fold || want.folds);
  const auto branches = learn_branches(fuse, data, below.child(0, short_name<F>()), want, options);

  Learned<Model, Y> whole;
  if (want.model || !each_fold) {
    const auto positions = std::apply([&](const auto&... b) { return covered_rows(data, b...); }, branches);
    const auto rows = std::apply([&](const auto&... b) { return fed_rows<typename FedTypes<F, Rest, X, Y>::Z>(data, positions, b...); }, branches);
    auto head = learn(rest, rows, below.child(1, short_name<Rest>()), each_fold ? Want{} : want);
    whole.folds.resize(head.folds.size());
    for (std::size_t f = 0; f < head.folds.size(); ++f)
      if (head.folds[f] && std::apply([&](const auto&... b) { return (fold_model(b, f).has_value() && ...); }, branches))
        whole.folds[f] = std::apply([&](const auto&... b) { return Model{{{*fold_model(b, f)...}}, std::move(*head.folds[f])}; }, branches);
    if (want.model) whole.model = std::apply([&](const auto&... b) { return Model{{{*b.model...}}, std::move(*head.model)}; }, branches);
    if (!each_fold && want.out_of_fold) whole.out_of_fold = spread(*head.out_of_fold, positions, data, [](std::span<float>, std::ptrdiff_t) {});
  }
  if (!each_fold) return whole;

  auto out = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  whole.folds.resize(static_cast<std::size_t>(plan->k()));
  parallel::for_each(plan->k(), 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
    whole.folds[static_cast<std::size_t>(f)] = learn_fed_fold(fuse, rest, branches, data, below, static_cast<int>(f), out, std::make_index_sequence<std::tuple_size_v<decltype(fuse.branches)>>{});
  });
  if (!want.folds) whole.folds.clear();
  if (want.out_of_fold) whole.out_of_fold = std::move(out);
  return whole;
}

}  // namespace tutti::detail
