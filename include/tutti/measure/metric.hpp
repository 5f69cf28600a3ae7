// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/monitor.hpp>
#include <tutti/measure/judged.hpp>

#include <concepts>
#include <string_view>

namespace tutti {

/// A metric is a value: `name` as printed, `higher_is_better`, `labels` (it judges labels), and double
/// operator()(const Judged&) const. Its fields, if any, are its options. No base class, no registration. If it has
/// them:
///   static constexpr bool flags, true: it judges flags
///   static constexpr bool numbers: whether it judges numbers; left out, it does if it judges neither labels nor flags
template <class M>
concept Metric = requires(const M& metric, const Judged& judged) {
  M(metric);
  { M::name } -> std::convertible_to<std::string_view>;
  { M::higher_is_better } -> std::convertible_to<bool>;
  { M::labels } -> std::convertible_to<bool>;
  { metric(judged) } -> std::convertible_to<double>;
};

}  // namespace tutti
