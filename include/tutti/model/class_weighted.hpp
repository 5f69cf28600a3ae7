// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/measure/class_weights.hpp>
#include <tutti/model/class_balance.hpp>

namespace tutti {

namespace detail {
template <class X, int K>
Dataset<X, Label<K>> times_by_class(const Dataset<X, Label<K>>& data, std::span<const double> times) {
  Buffer<float> weights(static_cast<std::size_t>(data.rows()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    weights[static_cast<std::size_t>(i)] =
        static_cast<float>(static_cast<double>(data.weight(i)) * times[static_cast<std::size_t>(data.y(i).index())]);
  return data.with_weights(std::move(weights));
}
}  // namespace detail

/// The same rows, each weighing as many times more as its class says: class_weighted(flowers, {1, 5, 2}). What is fitted to
/// them has class weights at every depth: members, meta-learners, calibration, the choice of members, scores.
/// Needs    labels.
/// Errors   DataError: another number of weights than classes; a weight that is not positive and finite.
template <class X, int K>
Dataset<X, Label<K>> class_weighted(const Dataset<X, Label<K>>& data, const ClassWeights& weights) {
  if (!weights) return data;
  weights.check(data.outputs());
  Buffer<double> times(static_cast<std::size_t>(data.outputs()));
  for (std::size_t k = 0; k < times.size(); ++k) times[k] = weights[static_cast<std::ptrdiff_t>(k)];
  return detail::times_by_class(data, times);
}

/// The same with weights by which all classes that have any come to weigh alike, and all rows together what they weighed.
template <class X, int K>
Dataset<X, Label<K>> class_balanced(const Dataset<X, Label<K>>& data) {
  Buffer<double> own(static_cast<std::size_t>(data.outputs()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) own[static_cast<std::size_t>(data.y(i).index())] += static_cast<double>(data.weight(i));
  return detail::times_by_class(data, detail::balancing_factors(own));
}

}  // namespace tutti
