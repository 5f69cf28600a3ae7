// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/feature_part.hpp>

namespace tutti::detail {

/// What became of the rows that a part was fitted to, and what its columns are called.
struct PartRows {
  Buffer<float> numbers{};
  Buffer<Column> columns{};
  Buffer<RowIndex> taught{};  // the rows that they are of; empty: all
};

/// Fits a part; in `made` are its numbers for the rows that may be learnt from, of models that have not seen their targets.
template <class S, class X, class Y>
typename PartOf<S, X, Y>::Model fit_part(const S& spec, const Dataset<X, Y>& data, const Context& context,
                                         PartRows& made) {
  return named(context, [&] {
    refuse_what_it_cannot_take<S>(data, context);
    typename PartOf<S, X, Y>::Model part{fitted_transform(spec, data, context, made.numbers, made.taught)};
    made.columns = transformed_columns(part.transform, data.schema().columns);
    return part;
  });
}
template <meta::FixedString Name, class M, class X, class Y>
typename PartOf<On<Name, M>, X, Y>::Model fit_part(const On<Name, M>& on, const Dataset<X, Y>& data,
                                                   const Context& context, PartRows& made) {
  return {fit_part(on.member, data.template field<Name>(), context.child(0, short_name<M>()), made)};
}
template <class... B, class X, class Y>
typename PartOf<Fuse<B...>, X, Y>::Model fit_part(const Fuse<B...>& fuse, const Dataset<X, Y>& data,
                                                  const Context& context, PartRows& made);

/// The same rows with these numbers as inputs.
template <class Z, class X, class Y>
Dataset<Z, Y> with_numbers(const Dataset<X, Y>& data, int width, PartRows&& made) {
  return data.template with_inputs<Z>(
      std::make_shared<const typename Z::Storage>(width, std::move(made.numbers)), std::move(made.columns));
}
template <class First, class... Tail, class X, class Y>
typename PartOf<Cascade<First, Tail...>, X, Y>::Model fit_part(const Cascade<First, Tail...>& chain,
                                                               const Dataset<X, Y>& data,
                                                               const Context& context, PartRows& made) {
  const Context at_first = context.child(0, short_name<First>());
  if constexpr (sizeof...(Tail) == 0) {
    return fit_part(std::get<0>(chain.steps), data, at_first, made);
  } else {
    using Rest = typename RestOf<Tail...>::type;
    PartRows between;
    auto first = fit_part(std::get<0>(chain.steps), data, at_first, between);
    const Buffer<RowIndex> taught = std::move(between.taught);
    const auto seen = with_numbers<typename PartOf<First, X, Y>::Z>(taught_rows(data, taught),
                                                                    width_of(first), std::move(between));
    auto rest = fit_part(rest_of(chain), seen, context.child(1, short_name<Rest>()), made);
    if (made.taught.empty()) made.taught = taught;
    else if (!taught.empty())
      for (RowIndex& i : made.taught) i = taught[i];
    return {std::move(first), std::move(rest)};
  }
}

}  // namespace tutti::detail
