// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/features.hpp>
#include <tutti/train/fit.hpp>
#include <tutti/train/transformed_rows.hpp>

namespace tutti {

namespace detail {

/// Of each row the fold, and which folds teach what follows: the last ones of those that have rows here.
[[gnu::cold]] inline Buffer<std::uint8_t> teaching_folds(const Buffer<int>& fold, int k, float holdout,
                                                         const Context& context) {
  check(holdout > 0 && holdout < 1, "features: expected a holdout between 0 and 1", holdout);
  Buffer<std::uint8_t> teaches(static_cast<std::size_t>(k));
  for (const int f : fold)
    if (f >= 0) teaches[static_cast<std::size_t>(f)] = 1;
  int present = 0;
  for (const std::uint8_t t : teaches) present += t;
  if (present < 2)
    throw FitError(context.path(), joined({"features: expected rows of at least 2 folds, got ", present}));
  int learning =
      present - std::clamp(static_cast<int>(holdout * static_cast<float>(present) + 0.5f), 1, present - 1);
  for (std::size_t f = 0; f < teaches.size() && learning > 0; ++f)
    if (teaches[f] != 0) teaches[f] = 0, --learning;
  return teaches;
}
/// The rows that the learner is fitted to, and those that teach what follows.
template <class X, class Y>
std::pair<Buffer<RowIndex>, Buffer<RowIndex>> split_for_features(const Dataset<X, Y>& data, float holdout,
                                                                 const Context& context) {
  const auto plan = context.plan(data);
  Buffer<int> fold(static_cast<std::size_t>(data.rows()));
  for (std::size_t i = 0; i < fold.size(); ++i)
    fold[i] = plan->fold(data.origin(static_cast<std::ptrdiff_t>(i)));
  const Buffer<std::uint8_t> teaches = teaching_folds(fold, plan->k(), holdout, context);
  std::pair<Buffer<RowIndex>, Buffer<RowIndex>> split;
  for (std::size_t i = 0; i < fold.size(); ++i)
    (fold[i] >= 0 && teaches[static_cast<std::size_t>(fold[i])] != 0 ? split.second : split.first)
        .push_back(static_cast<RowIndex>(i));
  return split;
}
template <class F> void check_frozen(const F& fitted, int width, const Context& context) {
  if (fitted.width() != width)
    throw FitError(context.path(), joined({"features: expected rows of ", fitted.width(),
                                           " numbers as the frozen model, got ", width}));
}

}  // namespace detail

template <class M, int Cut> template <class X, class Y>
  requires detail::HasFeatures<M, X, Y, Cut>
typename Features<M, Cut>::template Model<X, Y> Features<M, Cut>::fit(const Dataset<X, Y>& data,
                                                                      const Context& context) const {
  using Of = detail::FeaturesOf<M, X, Y, Cut>;
  if constexpr (meta::is_instance_of<M, Frozen>) {
    detail::check_frozen(member.model, data.width(), context);
    return Of::of(member.model, options.one_hot);
  } else {
    return Of::of(fit_member(member, data, context.child(0, detail::short_name<M>())), options.one_hot);
  }
}

template <class M, int Cut> template <class X, class Y>
  requires detail::HasFeatures<M, X, Y, Cut>
typename Features<M, Cut>::template Model<X, Y> Features<M, Cut>::fit_transform(
    const Dataset<X, Y>& data, const Context& context, Buffer<float>& rows, Buffer<RowIndex>& taught) const {
  if constexpr (meta::is_instance_of<M, Frozen>) {
    auto model = fit(data, context);
    rows = detail::transformed_rows(model, data);
    return model;
  } else {
    auto split = detail::split_for_features(data, options.holdout, context);
    auto model = fit(data.subset(split.first), context.with_plan(context.plan(data)));
    rows = detail::transformed_rows(model, data.subset(split.second));
    taught = std::move(split.second);
    return model;
  }
}

}  // namespace tutti
