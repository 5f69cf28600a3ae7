// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/finite_rows.hpp>
#include <tutti/core/learned.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/meta/type_name.hpp>

#include <exception>
#include <optional>
#include <string>

namespace tutti {

namespace detail {

template <class Spec, class X, class Y>
concept LearnsAtOnce = requires(const Spec& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
  Behaviour<Spec>::learn(spec, data, context, want);
};

[[noreturn, gnu::noinline, gnu::cold]] inline void refuse_weights(const Context& context) {
  throw FitError(context.path(), "the data have weights, which this member cannot honour");
}

/// What a member cannot take is refused before it sees it.
template <class Spec, class X, class Y>
void refuse_what_it_cannot_take(const Dataset<X, Y>& data, const Context& context) {
  constexpr Capabilities can = capabilities_of<Spec>;
  if (!can.weights && data.has_weights()) refuse_weights(context);
  if constexpr (has_to_be_finite<X>(can)) {
    const FirstMissing at = *data.template shared_of_inputs<FirstMissing>(0, [&] { return first_missing(data); });
    if (at.row >= 0)
      throw FitError(context.path(), words_of_missing(data.schema(), data.origin(at.row), at.column, data.x(at.row)[at.column]));
  }
}

/// To be called in a catch block: throws what was caught on, with the path of the node where it has none.
[[noreturn, gnu::noinline, gnu::cold]] inline void rethrow_named(const Context& context) {
  try {
    throw;
  } catch (const FitError&) {
    throw;
  } catch (const std::exception& e) {
    throw FitError(context.path(), e.what());
  }
}

/// Runs one fit; whatever goes wrong inside is thrown on with the path of the node.
template <class F>
auto named(const Context& context, F&& f) {
  try {
    return f();
  } catch (...) {
    rethrow_named(context);
  }
}

template <class X, class Y>
struct FoldSides {
  Dataset<X, Y> train, test;
  Buffer<RowIndex> test_positions;
};
template <class X, class Y>
std::pair<Dataset<X, Y>, Dataset<X, Y>> sides_of(const FoldPlan& plan, int f, const Dataset<X, Y>& data) {
  const auto s = sides(plan, f, data);
  return {data.subset(s.first), data.subset(s.second)};
}
/// The two sides of fold f, made once for all members.
template <class X, class Y>
std::shared_ptr<const FoldSides<X, Y>> fold_sides(const FoldPlan& plan, int f, const Dataset<X, Y>& data) {
  const std::uint64_t key = Random(reinterpret_cast<std::uintptr_t>(&plan)).stream(static_cast<std::uint64_t>(f)).key();
  return data.template shared<FoldSides<X, Y>>(key, [&] {  // a plan lives as long as the fit, so its address names it
    auto [train, test] = sides(plan, f, data);
    return FoldSides<X, Y>{data.subset(train), data.subset(test), std::move(test)};
  });
}

}  // namespace detail

/// Fits one member of any kind on all rows of `data`.
/// Errors   FitError with the path of the member that failed.
template <class Spec, class X, class Y>
ModelOf<Spec, X, Y> fit_member(const Spec& spec, const Dataset<X, Y>& data, const Context& context) {
  if constexpr (detail::LearnsAtOnce<Spec, X, Y>) {
    return std::move(*learn(spec, data, context, Want{}).model);
  } else {
    context.progress().expect(1);
    auto model = detail::named(context, [&] {
      context.stop().now(context.path());  // throws where nothing is to be kept; else what was begun is brought to its end
      detail::refuse_what_it_cannot_take<Spec>(data, context);
      return Behaviour<Spec>::fit(spec, data, context);
    });
    context.progress().finish(1, context.path());
    return model;
  }
}

/// Cross-fitting by brute force: the member is fitted once for each fold of the plan (and once on all rows).
/// Cost     k fits, beside the one on all rows; all of them are independent tasks.
template <class Spec, class X, class Y>
LearnedOf<Spec, X, Y> learn_by_refitting(const Spec& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
  using Model = ModelOf<Spec, X, Y>;
  LearnedOf<Spec, X, Y> learned;
  if (!want.out_of_fold && !want.folds) {
    learned.model = fit_member(spec, data, context);
    return learned;
  }
  if constexpr (!detail::LearnsAtOnce<Spec, X, Y>) detail::refuse_what_it_cannot_take<Spec>(data, context);  // not a matter of folds
  const auto plan = context.plan(data);
  const Context below = context.with_plan(plan);
  if (want.out_of_fold) learned.out_of_fold = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  Buffer<std::optional<Model>> folds(static_cast<std::size_t>(plan->k()));

  parallel::for_each(plan->k() + 1, 1, [&](std::ptrdiff_t task, std::ptrdiff_t) {
    if (task == plan->k()) {
      if (!want.model) return;
      learned.model = fit_member(spec, data, below);
    } else {
      const int f = static_cast<int>(task);
      const auto fold = detail::fold_sides(*plan, f, data);
      if (!fold->train.empty() && !fold->test.empty()) {
        std::optional<Model>& model = folds[static_cast<std::size_t>(f)];
        model = fit_member(spec, fold->train, below.repeat("fold", f));
        if (want.out_of_fold) {
          Buffer<float> y(static_cast<std::size_t>(fold->test.rows() * data.outputs()));
          outputs_of_rows<X, Y>(*model, fold->test, 0, Rows<float>(y.data(), fold->test.rows(), data.outputs()));
          learned.out_of_fold->set_rows(fold->test_positions, y);
        }
        if (!want.folds) model.reset();
      }
    }
  });
  if (want.folds) learned.folds = std::move(folds);
  return learned;
}

/// Everything that is wanted of one member, in the cheapest way that leaks nothing.
template <class Spec, class X, class Y>
LearnedOf<Spec, X, Y> learn(const Spec& spec, const Dataset<X, Y>& data, const Context& context, Want want) {
  return detail::named(context, [&] {
    if constexpr (detail::LearnsAtOnce<Spec, X, Y>) return Behaviour<Spec>::learn(spec, data, context, want);
    else return learn_by_refitting(spec, data, context, want);
  });
}

}  // namespace tutti
