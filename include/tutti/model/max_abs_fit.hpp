// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/max_abs.hpp>

namespace tutti {

namespace detail {
[[gnu::cold]] inline ScaledColumns fitted_max_abs(const Preparation& on) {
  const Extremes found = on.extremes();
  const Buffer<std::uint8_t> acts = on.acts();
  ScaledColumns m{Buffer<double>(acts.size()), Buffer<double>(acts.size(), 1.0)};
  for (std::size_t j = 0; j < acts.size(); ++j)
    if (acts[j] != 0) m.scale[j] = usable_scale(std::max(std::abs(found.least[j]), std::abs(found.most[j])));
  return m;
}
}  // namespace detail

template <class X, class Y>
MaxAbs::Model MaxAbs::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_max_abs({rows, data.schema(), context.path(), "MaxAbs"});
}

}  // namespace tutti
