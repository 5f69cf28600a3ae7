// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/minmax.hpp>
#include <tutti/model/scaled_columns.hpp>

namespace tutti {

namespace detail {
[[gnu::cold]] inline MinMax::Model fitted_min_max(const MinMax& spec, const Preparation& on) {
  on.expect(spec.low < spec.high, {"expected low < high, got ", spec.low, " and ", spec.high});
  Extremes found = on.extremes();
  MinMax::Model m{spec.low, spec.high, spec.clip, on.acts(), std::move(found.least), std::move(found.most)};
  for (std::size_t j = 0; j < m.range.size(); ++j) m.range[j] = usable_scale(m.range[j] - m.least[j]);
  return m;
}
}  // namespace detail

template <class X, class Y>
MinMax::Model MinMax::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_min_max(*this, {rows, data.schema(), context.path(), "MinMax"});
}

}  // namespace tutti
