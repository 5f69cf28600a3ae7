// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/hedge.hpp>

#include <array>

namespace tutti::detail {

template <class X, class Y, class... Members>
Learned<HedgeModel<X, Y, ModelOf<Members, X, Y>...>, Y> learn_hedge(const Hedge<Members...>& form, const Dataset<X, Y>& data,
                                                                    const Context& context, Want want) {
  using Model = HedgeModel<X, Y, ModelOf<Members, X, Y>...>;
  const HedgeWeights hedge(sizeof...(Members), form.options);
  const BoundedLoss judge = bounded_loss(data, form.options.scale);
  const Average<Members...> mean = std::apply([](const auto&... m) { return Average<Members...>(m...); }, form.members);
  auto learned = learn_committee<MeanRule>(mean, data, context, want);

  Learned<Model, Y> whole;
  if (learned.model) whole.model = Model{std::move(*learned.model), hedge, judge};
  whole.out_of_fold = std::move(learned.out_of_fold);
  whole.folds.resize(learned.folds.size());
  for (std::size_t f = 0; f < learned.folds.size(); ++f)
    if (learned.folds[f]) whole.folds[f] = Model{std::move(*learned.folds[f]), hedge, judge};
  return whole;
}

/// What each member loses on the batch, in the mean over its rows.
template <class X, class Y, class... Models>
std::array<double, sizeof...(Models)> member_losses(const std::tuple<Models...>& models, const Dataset<X, Y>& batch,
    const BoundedLoss& judge) {
  const Buffer<float> weight = row_weights(batch);
  std::array<double, sizeof...(Models)> lost{};
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    parallel::invoke([&] {
      const Buffer<double> rows = row_losses(std::get<I>(models), batch, judge);
      lost[I] = weighted_mean({rows.data(), rows.size()}, {weight.data(), weight.size()});
    }...);
  }(std::index_sequence_for<Models...>{});
  return lost;
}

template <class X, class Y, class... Models, class State>
HedgeModel<X, Y, Models...> update_hedge(const HedgeModel<X, Y, Models...>& model, const Dataset<X, Y>& batch, State& state) {
  bool any = false;
  for (std::ptrdiff_t i = 0; i < batch.rows(); ++i) any = any || batch.weight(i) > 0;
  if (!any) return model;  // no round
  HedgeModel<X, Y, Models...> next = model;
  const auto lost = member_losses(model.mean.members, batch, model.judge);
  next.hedge.add({lost.data(), lost.size()});
  for (std::size_t m = 0; m < sizeof...(Models); ++m) next.mean.weights[m] = static_cast<float>(next.hedge.weights()[m]);
  next.mean.members = update_members(model.mean.members, batch, state.members);
  return next;
}

}  // namespace tutti::detail
