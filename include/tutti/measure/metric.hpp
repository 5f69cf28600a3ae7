// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/judged.hpp>

#include <cmath>
#include <concepts>
#include <string_view>

namespace tutti {

/// A metric is a value: `name` as printed, `higher_is_better`, `labels` (it judges labels; otherwise
/// numbers), and double operator()(const Judged&) const. Its fields, if any, are its options. No base class,
/// no registration.
template <class M>
concept Metric = std::copyable<M> && requires(const M& metric, const Judged& judged) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::higher_is_better } -> std::convertible_to<bool>;
  { M::labels } -> std::convertible_to<bool>;
  { metric(judged) } -> std::convertible_to<double>;
};

/// True if score `now` is better than `best`. NaN is never better; anything is better than NaN.
inline bool improves(bool higher_is_better, double now, double best) noexcept {
  if (std::isnan(now)) return false;
  if (std::isnan(best)) return true;
  return higher_is_better ? now > best : now < best;
}

}  // namespace tutti
