// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/quantile_transform.hpp>

namespace tutti {

namespace detail {
[[gnu::cold]] inline QuantileTransform::Model fitted_quantiles(const QuantileTransform& spec,
                                                               const Preparation& on) {
  on.expect(spec.quantiles >= 1, {"expected at least one quantile, got ", spec.quantiles});
  const Buffer<std::uint8_t> acts = on.acts();
  const double most = std::max(1.0, std::min(static_cast<double>(spec.quantiles), on.rows.total));
  const auto n = static_cast<std::size_t>(most);
  Buffer<Buffer<double>> lists(acts.size());
  on.each_sorted(acts, [&](std::size_t j, const SortedColumn& column) {
    for (std::size_t k = 0; k < n && !column.empty(); ++k) {
      const double q = column.quantile(n == 1 ? 0 : static_cast<double>(k) / static_cast<double>(n - 1));
      lists[j].push_back(k == 0 ? q : std::max(q, lists[j].back()));
    }
  });
  QuantileTransform::Model m{spec.normal, {}};
  for (const Buffer<double>& list : lists) m.quantiles.add({list.data(), list.size()});
  return m;
}
}  // namespace detail

template <class X, class Y>
QuantileTransform::Model QuantileTransform::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_quantiles(*this, {rows, data.schema(), context.path(), "QuantileTransform"});
}

}  // namespace tutti
