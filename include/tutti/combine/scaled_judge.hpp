// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/predictions.hpp>
#include <tutti/train/fit.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace tutti::detail {

template <class X, class Y>
float number_of(const Dataset<X, Y>& data, std::ptrdiff_t i) { return static_cast<float>(data.target(i)[0]); }

/// A data set of how far predictions lie from their targets, and the rows that it has.
template <class X, class Y>
struct Misses {
  Dataset<X, Y> data;
  Buffer<RowIndex> positions;
  float mean = 0;
};
template <class X, class Y>
Misses<X, Y> misses_of(const Dataset<X, Y>& data, const Predictions<OutOfFold, Y>& predicted) {
  Misses<X, Y> m;
  Buffer<float> miss;
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!predicted.covers(i)) continue;
    m.positions.push_back(static_cast<RowIndex>(i));
    miss.push_back(std::abs(number_of(data, i) - predicted.values()(i, 0)));
    sum += static_cast<double>(miss.back());
  }
  if (miss.empty()) return m;
  m.mean = static_cast<float>(sum / static_cast<double>(miss.size()));
  m.data = data.subset(m.positions).template with_targets<Y>(std::move(miss), 1);
  return m;
}
/// No error is expected to be less than a hundredth of the mean one.
inline float least_scale(float mean) noexcept { return std::max(mean / 100, std::numeric_limits<float>::min()); }

/// A member, and what expects its errors: those that it makes out of fold.
template <class Model, class Scale>
struct ScaledJudge {
  Model member;
  Scale scale;
  float mean = 0;  // of the errors
};
template <class M, class S, class X, class Y>
std::optional<ScaledJudge<ModelOf<M, X, Y>, ModelOf<S, X, Y>>> scaled_judge(const M& member, const S& scale, const Dataset<X, Y>& data,
                                                                            const Context& context) {
  auto learned = learn(member, data, context.child(0, short_name<M>()), Want{true, true, false});
  const auto misses = misses_of(data, *learned.out_of_fold);
  if (misses.positions.empty()) return {};  // the first fold of a forward plan
  return ScaledJudge<ModelOf<M, X, Y>, ModelOf<S, X, Y>>{std::move(*learned.model),
                                                         fit_member(scale, misses.data, context.child(1, short_name<S>())), misses.mean};
}

}  // namespace tutti::detail
