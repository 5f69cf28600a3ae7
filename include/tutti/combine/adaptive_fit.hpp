// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/adaptive.hpp>
#include <tutti/train/fit.hpp>

#include <memory>
#include <utility>

namespace tutti::detail {

template <class Whole, class M, class D, class X, class Y>
Learned<Whole, Y> learn_adaptive(const Adaptive<M, D>& form, const Dataset<X, Y>& data, const Context& context, Want want) {
  const AdaptiveOptions& o = form.options;
  check(o.fewest >= 1, "fewest: expected at least 1 row", o.fewest);
  check(o.keep >= o.fewest, {"keep: expected at least the fewest rows, ", o.fewest}, o.keep);
  check(o.scale >= 0 && std::isfinite(o.scale), "scale: expected 0 or more", o.scale);
  const D begin = form.detector.fresh();
  (void)D(begin).add(0.0);  // says which of its options it cannot have
  const BoundedLoss judge = bounded_loss(data, o.scale);
  auto member = learn(form.member, data, context.child(0, short_name<M>()), want);

  Learned<Whole, Y> whole;
  if (member.model) whole.model = Whole{std::move(*member.model), begin, o, judge, form.member};
  whole.out_of_fold = std::move(member.out_of_fold);
  whole.folds.resize(member.folds.size());
  for (std::size_t f = 0; f < member.folds.size(); ++f)
    if (member.folds[f]) whole.folds[f] = Whole{std::move(*member.folds[f]), begin, o, judge, form.member};
  return whole;
}

/// What a detector hears of each row: labels 0 or 1, others their loss.
template <class X, class Y, class Model>
Buffer<double> row_errors(const Model& model, const Dataset<X, Y>& data, const BoundedLoss& judge) {
  if constexpr (!Y::is_label) {
    return row_losses(model, data, judge);
  } else {
    Buffer<float> y(static_cast<std::size_t>(data.rows() * data.outputs()));
    const Rows<float> said(y.data(), data.rows(), data.outputs());
    outputs_of_rows<X, Y>(model, data, 0, said);
    Buffer<double> wrong(static_cast<std::size_t>(data.rows()));
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
        wrong[static_cast<std::size_t>(i)] = Y::decide(said.row(i), nullptr) == data.y(i) ? 0 : 1;
    return wrong;
  }
}

/// Keeps the rows of the batch that have a weight, and of all only the newest.
template <class X, class Y, class Learning> void keep_rows(Learning& learning, const Dataset<X, Y>& batch, std::size_t most) {
  for (std::ptrdiff_t i = 0; i < batch.rows(); ++i) {
    if (!(batch.weight(i) > 0)) continue;
    const auto row = batch.x(i);
    learning.x.append(row.data(), static_cast<std::size_t>(row.size()));
    learning.y.append(batch.target(i));
    learning.weight.push_back(batch.weight(i));
  }
  const std::size_t rows = learning.weight.size(), old = rows > most ? rows - most : 0;
  if (old == 0) return;
  const auto forget = [&](auto& values) {
    values = std::remove_cvref_t<decltype(values)>(values.begin() + static_cast<std::ptrdiff_t>(values.size() / rows * old), values.end());
  };
  forget(learning.x);
  forget(learning.y);
  forget(learning.weight);
}

/// The newest `n` of the kept rows.
template <class X, class Y, class Learning> Dataset<X, Y> newest_rows(const Learning& learning, std::size_t n, const Dataset<X, Y>& like) {
  const std::size_t rows = learning.weight.size();
  const auto tail = [&](const auto& values) {
    const std::size_t each = values.size() / rows;
    return std::remove_cvref_t<decltype(values)>(values.end() - static_cast<std::ptrdiff_t>(each * n), values.end());
  };
  SideColumns side;
  for (const float w : learning.weight)
    if (w != 1) side.weight = tail(learning.weight);  // a member that honours none has seen none
  auto storage = std::make_shared<const typename X::Storage>(like.width(), tail(learning.x));
  return Dataset<X, Y>(std::move(storage), tail(learning.y), std::move(side), like.schema(), like.outputs());
}

template <class M, class X, class Y, class D, class State>
AdaptiveModel<M, X, Y, D> update_adaptive(const AdaptiveModel<M, X, Y, D>& model, const Dataset<X, Y>& batch,
                                          AdaptiveLearning<M, X, Y, D, State>& learning) {
  check(learning.spec.has_value(), "state.spec: expected the spec of the member, which files do not hold", "none");
  if (batch.empty()) return model;
  auto next = learning;
  const Buffer<double> errors = row_errors(model.member, batch, model.judge);
  for (std::ptrdiff_t i = 0; i < batch.rows(); ++i) {
    if (!(batch.weight(i) > 0)) continue;
    if (next.waiting > 0) {
      ++next.waiting;
    } else if (next.detector.add(errors[static_cast<std::size_t>(i)])) {
      ++next.alarms;
      next.waiting = std::max<std::int64_t>(1, next.detector.since());
    }
  }
  keep_rows(next, batch, static_cast<std::size_t>(model.options.keep));

  AdaptiveModel<M, X, Y, D> after = model;
  if (next.waiting >= model.options.fewest) {
    const auto n = std::min(next.weight.size(), static_cast<std::size_t>(next.waiting));
    const Random random = next.random.stream("fit").stream(static_cast<std::uint64_t>(++next.fits));
    FitOptions options;
    options.seed = random.key();
    after.member = fit_member(*next.spec, newest_rows(next, n, batch), Context(options, short_name<M>()));
    next.member = state_or_nothing<X, Y>(after.member, random.stream("member"));
    next.detector = model.detector.fresh();
    next.waiting = 0;
  } else if constexpr (HasUpdate<ModelOf<M, X, Y>, X, Y>) {
    after.member = model.member.update(batch, next.member);
  }
  learning = std::move(next);
  return after;
}

}  // namespace tutti::detail
