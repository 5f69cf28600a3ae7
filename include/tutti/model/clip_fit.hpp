// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/clip.hpp>
#include <tutti/model/column_values.hpp>

namespace tutti {

namespace detail {

/// The limits of one column that has numbers.
inline std::pair<double, double> limits_of(const Clip& spec, const SortedColumn& column) {
  if (spec.by == Limits::quantiles) return {column.quantile(spec.low), column.quantile(spec.high)};
  if (spec.by == Limits::iqr) {
    const double low = column.quantile(0.25), high = column.quantile(0.75);
    const double reach = (spec.factor > 0 ? spec.factor : 1.5) * (high - low);
    return {low - reach, high + reach};
  }
  double mean = 0, variance = 0;
  for (std::size_t k = 0; k < column.size(); ++k)
    mean += column.weight(k) * (column.value[k] - column.value[0]);
  mean = column.value[0] + mean / column.total();
  for (std::size_t k = 0; k < column.size(); ++k)
    variance += column.weight(k) * (column.value[k] - mean) * (column.value[k] - mean);
  const double reach = (spec.factor > 0 ? spec.factor : 3.0) * std::sqrt(variance / column.total());
  return {mean - reach, mean + reach};
}

[[gnu::cold]] inline Clip::Model fitted_clip(const Clip& spec, const Preparation& on) {
  if (spec.by == Limits::quantiles) on.expect_quantiles(spec.low, spec.high);
  if (spec.by == Limits::given)
    on.expect(spec.low <= spec.high, {"expected low <= high, got ", spec.low, " and ", spec.high});
  on.expect(spec.factor >= 0, {"expected a factor of 0 or more, got ", spec.factor});
  const Buffer<std::uint8_t> acts = on.acts();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  Clip::Model m{spec.to_missing, Buffer<double>(acts.size(), -infinite),
                Buffer<double>(acts.size(), infinite)};
  const auto set = [&](std::size_t j, std::pair<double, double> limits) {
    m.low[j] = limits.first;
    m.high[j] = limits.second;
  };
  if (spec.by == Limits::given) {
    for (std::size_t j = 0; j < acts.size(); ++j)
      if (acts[j] != 0) set(j, {spec.low, spec.high});
  } else {
    on.each_sorted(acts, [&](std::size_t j, const SortedColumn& column) {
      if (!column.empty()) set(j, limits_of(spec, column));
    });
  }
  return m;
}

}  // namespace detail

template <class X, class Y> Clip::Model Clip::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_clip(*this, {rows, data.schema(), context.path(), "Clip"});
}

}  // namespace tutti
