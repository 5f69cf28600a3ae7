// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/branches_fit.hpp>

namespace tutti::detail {

template <class F, class Rest, class X, class Y>
typename FedTypes<F, Rest, X, Y>::Model fit_fed(const F& fuse, const Rest& rest, const Dataset<X, Y>& data,
                                                const Context& context) {
  PartRows made;
  auto first = fit_part(fuse, data, context.child(0, short_name<F>()), made);
  const auto taught = taught_rows(data, made.taught);
  const auto rows =
      with_numbers<typename FedTypes<F, Rest, X, Y>::Z>(taught, width_of(first), std::move(made));
  return {std::move(first), fit_member(rest, rows, context.child(1, short_name<Rest>()))};
}

/// The branch as the rows of other folds than f know it: a part is fitted to them; an estimator is not, what it says of a row is
/// out of fold as it stands.
template <class B, class X, class Y>
LearnedBranch<B, X, Y> without_fold(const B& spec, const LearnedBranch<B, X, Y>& whole,
                                    const Dataset<X, Y>& data, std::span<const RowIndex> train,
                                    const Context& context, int place, int f) {
  LearnedBranch<B, X, Y> own;
  if constexpr (is_part<B>) {
    learn_branch(own, spec, data.subset(train), context.repeat("fold", f), place, Want{}, {});
  } else {
    own.width = whole.width;
    own.made.columns = whole.made.columns;
    own.predicted.emplace(std::ssize(train), whole.width, false);
    for (std::size_t i = 0; i < train.size(); ++i) {
      own.predicted->set_covered(static_cast<std::ptrdiff_t>(i), whole.predicted->covers(train[i]));
      own.made.numbers.append(whole.made.numbers.data() + std::ptrdiff_t{train[i]} * whole.width,
                              static_cast<std::size_t>(whole.width));
    }
    if (!whole.folds.empty()) own.model = whole.folds[static_cast<std::size_t>(f)];
  }
  return own;
}
/// Exchanges its numbers for those of the fold's rows.
template <class B, class X, class Y>
void turn_to_fold(LearnedBranch<B, X, Y>& own, const LearnedBranch<B, X, Y>& whole, const Dataset<X, Y>& data,
                  std::span<const RowIndex> test) {
  own.made.numbers.clear();
  if constexpr (is_part<B>) {
    own.made.numbers.resize(test.size() * static_cast<std::size_t>(own.width));
    outputs_of_rows<X, Y>(*own.model, data.subset(test), 0,
                          Rows<float>(own.made.numbers.data(), std::ssize(test), own.width));
  } else {
    for (const RowIndex i : test)
      own.made.numbers.append(whole.made.numbers.data() + std::ptrdiff_t{i} * whole.width,
                              static_cast<std::size_t>(whole.width));
  }
}

/// Transforms that learn are not the same without a fold: the rest is fitted anew for each fold, to what they and the estimators
/// make of the rows of the others.
/// What it says about the rows of the fold goes to `out`.
template <class F, class Rest, class X, class Y, class Branches, std::size_t... I>
std::optional<typename FedTypes<F, Rest, X, Y>::Model> learn_fed_fold(
    const F& fuse, const Rest& rest, const Branches& branches, const Dataset<X, Y>& data,
    const Context& below, int f, Predictions<OutOfFold, Y>& out, std::index_sequence<I...>) {
  using Z = typename FedTypes<F, Rest, X, Y>::Z;
  const auto split = sides(*below.plan(data), f, data);
  if (split.first.empty() || split.second.empty()) return std::nullopt;
  const Context at_fuse = below.child(0, short_name<F>());
  auto own = std::make_tuple(without_fold(
      std::get<I>(fuse.branches), std::get<I>(branches), data, split.first,
      at_fuse.child(static_cast<int>(I), short_name<std::tuple_element_t<I, decltype(fuse.branches)>>()),
      static_cast<int>(I), f)...);
  const auto taught = data.subset(split.first);
  const auto covered = covered_rows(taught, std::get<I>(own)...);
  if (covered.empty()) return std::nullopt;  // nothing to learn from: the first fold of a forward plan
  auto head = fit_member(rest, fed_rows<Z>(taught, covered, std::get<I>(own)...),
                         below.child(1, short_name<Rest>()).repeat("fold", f));

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
const std::optional<typename LearnedBranch<B, X, Y>::Model>& fold_model(const LearnedBranch<B, X, Y>& branch,
                                                                        std::size_t f) {
  if constexpr (is_part<B>) return branch.model;
  else return branch.folds[f];
}

template <class... B> constexpr bool same_in_all_folds(const Fuse<B...>*) {
  return ((is_stateless<B> || !is_part<B>)&&...);
}

/// The rest learns at once from the rows of which all branches have numbers: the model of all rows, and what else is wanted.
template <class F, class Rest, class X, class Y, class Branches>
void learn_fed_rows(Learned<typename FedTypes<F, Rest, X, Y>::Model, Y>& whole, const Rest& rest,
                    Branches& branches, const Dataset<X, Y>& data, const Context& below, Want want) {
  using Types = FedTypes<F, Rest, X, Y>;
  using Model = typename Types::Model;
  const auto positions = std::apply([&](const auto&... b) { return covered_rows(data, b...); }, branches);
  check_covered(positions);
  const auto rows = std::apply(
      [&](const auto&... b) { return fed_rows<typename Types::Z>(data, positions, b...); }, branches);
  auto head = learn(rest, rows, below.child(1, short_name<Rest>()), want);
  whole.folds.resize(head.folds.size());
  const auto fold = [&](std::size_t f, const auto&... b) {
    if (head.folds[f] && (fold_model(b, f).has_value() && ...))
      whole.folds[f] = Model{{{*fold_model(b, f)...}}, std::move(*head.folds[f])};
  };
  for (std::size_t f = 0; f < head.folds.size(); ++f)
    std::apply([&](const auto&... b) { fold(f, b...); }, branches);
  const auto assemble = [&](auto&... b) { return Model{{{std::move(*b.model)...}}, std::move(*head.model)}; };
  if (want.model) whole.model = std::apply(assemble, branches);
  if (want.out_of_fold)
    whole.out_of_fold = spread(*head.out_of_fold, positions, data, [](std::span<float>, std::ptrdiff_t) {});
}

template <class Form, class F, class Rest, class X, class Y>
Learned<typename FedTypes<F, Rest, X, Y>::Model, Y> learn_fed(const Form& form, const F& fuse,
                                                              const Rest& rest, StackOptions options,
                                                              const Dataset<X, Y>& data,
                                                              const Context& context, Want want) {
  check_stack_options<has_probabilities<Y>>(options, context);
  if (context.nested() && want.out_of_fold) return learn_by_refitting(form, data, context, want);
  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  auto branches = learn_branches(fuse, data, below.child(0, short_name<F>()), want, options);

  Learned<typename FedTypes<F, Rest, X, Y>::Model, Y> whole;
  const bool each_fold =
      !same_in_all_folds(static_cast<const F*>(nullptr)) && (want.out_of_fold || want.folds);
  if (want.model || !each_fold)
    learn_fed_rows<F>(whole, rest, branches, data, below, each_fold ? Want{} : want);
  if (!each_fold) return whole;

  auto out = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  whole.folds.resize(static_cast<std::size_t>(plan->k()));
  parallel::for_each(plan->k(), 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
    whole.folds[static_cast<std::size_t>(f)] =
        learn_fed_fold(fuse, rest, branches, data, below, static_cast<int>(f), out,
                       std::make_index_sequence<std::tuple_size_v<decltype(fuse.branches)>>{});
  });
  if (!want.folds) whole.folds.clear();
  if (want.out_of_fold) whole.out_of_fold = std::move(out);
  return whole;
}

}  // namespace tutti::detail
