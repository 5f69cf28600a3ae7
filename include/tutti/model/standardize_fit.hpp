// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/moments.hpp>
#include <tutti/model/prepared_columns.hpp>
#include <tutti/model/standardize.hpp>

namespace tutti {

template <class X, class Y>
Standardize::Model<X, Y> Standardize::fit(const Dataset<X, Y>& data, Context context) const {
  Moments m = detail::checked_moments(row_source(data), context.path(), "Standardize", {.missing = true});
  for (double& v : m.variance) v = v > 0 ? std::sqrt(v) : 1.0;
  const Buffer<std::uint8_t> acts = detail::number_columns(data.schema(), data.width());
  for (std::size_t j = 0; j < acts.size(); ++j)
    if (acts[j] == 0) m.mean[j] = 0, m.variance[j] = 1;
  return {std::move(m.mean), std::move(m.variance)};
}

}  // namespace tutti
