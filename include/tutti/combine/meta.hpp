// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/scores.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/train/learn.hpp>

#include <span>
#include <type_traits>

namespace tutti {

/// The data of a meta-learner: one row for each row that every member covers, holding the out-of-fold outputs of all
/// members side by side. Targets, weights, groups, time and original row numbers come with it, so the same fold plan
/// applies. Only out-of-fold predictions are accepted: anything else does not compile.
template <class Provenance>
inline constexpr bool may_teach_a_meta_learner = false;
template <>
inline constexpr bool may_teach_a_meta_learner<OutOfFold> = true;

template <class Z, class X, class Y>
struct MetaRows {
  Dataset<Z, Y> data;
  Buffer<RowIndex> positions;  // the row of the original data behind each row of `data`
};

/// `show(outputs, z)` decides what the meta-learner sees of a member.
template <class Z, class X, class Y, class Show, class... Provenance>
MetaRows<Z, X, Y> meta_rows(const Dataset<X, Y>& data, Show&& show, const Predictions<Provenance, Y>&... members) {
  static_assert(error::composition_fits<typename meta::first_other<
                    error::none, std::conditional_t<may_teach_a_meta_learner<Provenance>, error::none,
                                                    error::Mismatch<Predictions<Provenance, Y>, error::GetsType<Provenance>, error::out_of_fold_predictions>>...>>,
                "a meta-learner learns from out-of-fold predictions only: see Mismatch<Where, Gets, Needs>");
  MetaRows<Z, X, Y> rows;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    if ((members.covers(i) && ...)) rows.positions.push_back(static_cast<RowIndex>(i));
  check(!rows.positions.empty(), "expected out-of-fold predictions for at least one row", rows.positions.size());

  const std::size_t k = static_cast<std::size_t>(data.outputs()), width = k * sizeof...(Provenance);
  Buffer<float> z(rows.positions.size() * width);
  for (std::size_t r = 0; r < rows.positions.size(); ++r) {
    float* out = z.data() + r * width;
    ((show(std::span<const float>(members.values().row(rows.positions[r])), std::span<float>(out, k)), out += k), ...);
  }
  rows.data = data.subset(rows.positions).template with_inputs<Z>(std::make_shared<const typename Z::Storage>(static_cast<int>(width), std::move(z)));
  return rows;
}

/// The out-of-fold predictions of a head, at the rows of the original data; `finish(row, position)` may complete them.
template <class Y, class X, class Y2, class Finish>
Predictions<OutOfFold, Y> spread(const Predictions<OutOfFold, Y2>& head, const Buffer<RowIndex>& positions, const Dataset<X, Y>& data, Finish&& finish) {
  auto all = CrossFitting::empty<Y>(data.rows(), data.outputs(), false);
  for (std::size_t r = 0; r < positions.size(); ++r) {
    if (!head.covers(static_cast<std::ptrdiff_t>(r))) continue;
    const auto from = head.values().row(static_cast<std::ptrdiff_t>(r));
    const auto to = all.values().row(positions[r]);
    std::copy(from.begin(), from.end(), to.begin());
    finish(to, static_cast<std::ptrdiff_t>(positions[r]));
    all.set_covered(positions[r], true);
  }
  return all;
}

/// The same data with one-hot targets, for a regressor on labels.
template <class X, class Y>
Dataset<X, Reals<Y::outputs>> one_hot(const Dataset<X, Y>& data) {
  const std::size_t k = static_cast<std::size_t>(data.classes());
  Buffer<float> targets(static_cast<std::size_t>(data.rows()) * k);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) targets[static_cast<std::size_t>(i) * k + static_cast<std::size_t>(data.y(i).index())] = 1;
  return data.template with_targets<Reals<Y::outputs>>(std::move(targets), data.classes());
}

/// The link that is likeliest on the out-of-fold scores of a one-hot meta-learner, for rows of a fold on those that may teach
/// them; -1: on all. Where none may, as in front of a forward plan, it is ScoreLink as it stands.
template <class X, class Y, class Y2>
ScoreLink likeliest_link(const Dataset<X, Y>& data, const Predictions<OutOfFold, Y2>& out_of_fold, const FoldPlan& plan, int fold = -1) {
  ScoredRows rows{data.classes()};
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!out_of_fold.covers(i) || !plan.teaches(fold, data.origin(i))) continue;
    const auto z = out_of_fold.values().row(i);
    rows.scores.append(z);
    rows.labels.push_back(data.y(i).index());
    rows.weight.push_back(data.weight(i));
  }
  return rows.labels.empty() ? ScoreLink{} : likeliest_link(rows);
}

}  // namespace tutti
