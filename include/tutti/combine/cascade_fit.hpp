// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade.hpp>
#include <tutti/combine/meta.hpp>
#include <tutti/train/fit.hpp>
#include <tutti/train/transformed_rows.hpp>

namespace tutti::detail {

/// The fitted transform, and in `rows` what the rest of the chain learns from. A transform that has seen the targets says
/// itself what its training rows become, out of fold: fit_transform(data, context, rows) -> what fit returns. One that cannot
/// say so of all rows names those of which it can, fit_transform(data, context, rows, taught): the rest learns from them alone.
/// An empty `taught` are all rows.
template <class T, class X, class Y>
auto fitted_transform(const T& spec, const Dataset<X, Y>& data, const Context& context, Buffer<float>& rows, Buffer<RowIndex>& taught) {
  const auto checked = [&](auto model) {
    const std::ptrdiff_t n = taught.empty() ? data.rows() : std::ssize(taught);
    detail::check_count("transformed numbers", rows.size(), n * model.width(), n);
    return model;
  };
  if constexpr (requires { spec.fit_transform(data, context, rows, taught); }) {
    return checked(spec.fit_transform(data, context, rows, taught));
  } else if constexpr (requires { spec.fit_transform(data, context, rows); }) {
    return checked(spec.fit_transform(data, context, rows));
  } else {
    auto model = spec.fit(data, context);
    rows = transformed_rows(model, data);
    return model;
  }
}
/// These rows, or all where none are named.
template <class X, class Y>
Dataset<X, Y> taught_rows(const Dataset<X, Y>& data, const Buffer<RowIndex>& taught) {
  return taught.empty() ? data : data.subset(taught);
}

/// What stands behind a fitted transform learns from: `rows`, which it made of the inputs of `data`.
template <class Z, class T, class X, class Y>
Dataset<Z, Y> seen_behind(const T& transform, const Dataset<X, Y>& data, Buffer<float> rows) {
  Buffer<Column> columns = transformed_columns(transform, data.schema().columns);
  return data.template with_inputs<Z>(std::make_shared<const typename Z::Storage>(transform.width(), std::move(rows)), std::move(columns));
}

template <class X, class Y, class Z, class T, class Next, class State>
Transformed<X, Y, Z, T, Next> update_transformed(const Transformed<X, Y, Z, T, Next>& chain, const Dataset<X, Y>& batch, State& state) {
  const auto seen = seen_behind<Z>(chain.transform, batch, transformed_rows(chain.transform, batch));
  return {chain.transform, chain.next.update(seen, state)};
}

template <class T, class... Tail, class X, class Y>
auto fit_transformed(const Cascade<T, Tail...>& chain, const Dataset<X, Y>& data, const Context& context) {
  using B = Behaviour<Cascade<T, Tail...>>;
  using Z = typename B::template Z<X>;
  const Context at_first = context.child(0, short_name<T>());
  Buffer<float> rows;
  Buffer<RowIndex> taught;
  auto transform = named(at_first, [&] { return fitted_transform(std::get<0>(chain.steps), data, at_first, rows, taught); });
  const auto seen = seen_behind<Z>(transform, taught_rows(data, taught), std::move(rows));
  return typename B::template Model<X, Y>{std::move(transform), fit_member(rest_of(chain), seen, context.child(1, short_name<typename B::Rest>()))};
}

template <class M, class... Tail, class X, class Y>
auto learn_featured(const Cascade<M, Tail...>& chain, const Dataset<X, Y>& data, const Context& context, Want want) {
  using B = Behaviour<Cascade<M, Tail...>>;
  using Model = typename B::template Model<X, Y>;
  if constexpr (sizeof...(Tail) == 0) {
    return learn(std::get<0>(chain.steps), data, context.child(0, short_name<M>()), want);
  } else {
    using Z = typename B::template Z<Y>;
    if (context.nested() && want.out_of_fold) return learn_by_refitting(chain, data, context, want);
    const Context below = context.with_plan(context.plan(data));
    const bool keep = context.keep_folds() && want.model;
    auto head = learn(std::get<0>(chain.steps), data, below.child(0, short_name<M>()), Want{want.model && !keep, true, want.folds || keep});
    const auto copy = [](std::span<const float> from, std::span<float> to) { std::copy(from.begin(), from.end(), to.begin()); };
    const auto rows = meta_rows<Z>(data, copy, *head.out_of_fold);
    auto rest = learn(rest_of(chain), rows.data, below.child(1, short_name<typename B::Rest>()), want);

    Learned<Model, Y> whole;
    whole.folds.resize(rest.folds.size());
    for (std::size_t f = 0; f < rest.folds.size(); ++f)
      if (rest.folds[f] && head.folds[f]) whole.folds[f] = Model{{{*head.folds[f]}, data.outputs()}, std::move(*rest.folds[f])};
    if (want.model) whole.model = Model{kept<X>(head, keep, data.outputs()), std::move(*rest.model)};
    if (want.out_of_fold) whole.out_of_fold = spread(*rest.out_of_fold, rows.positions, data, [](std::span<float>, std::ptrdiff_t) {});
    return whole;
  }
}

}  // namespace tutti::detail
