// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/variance_filter.hpp>

namespace tutti {

namespace detail {
[[gnu::cold]] inline SelectedColumns fitted_variance_filter(const VarianceFilter& spec,
                                                            const Preparation& on) {
  SelectedColumns m{
      on.rows.width, {}, checked_moments(on.rows, on.path, on.name, {.missing = true}).variance};
  const Buffer<std::uint8_t> acts = on.acts();
  for (std::size_t j = 0; j < acts.size(); ++j) {
    if (acts[j] == 0) m.scores[j] = std::numeric_limits<double>::quiet_NaN();
    if (acts[j] == 0 || m.scores[j] > spec.threshold) m.of.push_back(static_cast<std::int32_t>(j));
  }
  on.expect(!m.of.empty(),
            {"expected a column with a variance above ", spec.threshold, ", got none of ", acts.size()});
  return m;
}
}  // namespace detail

template <class X, class Y>
VarianceFilter::Model VarianceFilter::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_variance_filter(*this, {rows, data.schema(), context.path(), "VarianceFilter"});
}

}  // namespace tutti
