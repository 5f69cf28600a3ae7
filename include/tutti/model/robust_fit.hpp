// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/normal_point.hpp>
#include <tutti/model/column_values.hpp>
#include <tutti/model/robust.hpp>

namespace tutti {

namespace detail {
[[gnu::cold]] inline ScaledColumns fitted_robust(const Robust& spec, const Preparation& on) {
  on.expect_quantiles(spec.low, spec.high);
  const double unit = spec.unit_variance ? normal_point(spec.high) - normal_point(spec.low) : 1;
  on.expect(std::isfinite(unit) && unit > 0, {"expected 0 < low < high < 1 for unit_variance"});
  const Buffer<std::uint8_t> acts = on.acts();
  ScaledColumns m{Buffer<double>(acts.size()), Buffer<double>(acts.size(), 1.0)};
  on.each_sorted(acts, [&](std::size_t j, const SortedColumn& column) {
    if (column.empty()) return;
    if (spec.centre) m.centre[j] = column.quantile(0.5);
    if (spec.scale) m.scale[j] = usable_scale(column.quantile(spec.high) - column.quantile(spec.low)) / unit;
  });
  return m;
}
}  // namespace detail

template <class X, class Y>
Robust::Model Robust::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_robust(*this, {rows, data.schema(), context.path(), "Robust"});
}

}  // namespace tutti
