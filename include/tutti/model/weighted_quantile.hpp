// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti::detail {

/// The least value that has at least the share `level` of the weight at or below it; where it has exactly that, the
/// middle between it and the next one, as a median of an even number of values is. A row that is repeated counts as its
/// weight does. NaN without any weight.
/// Needs    finite values, weights of 0 or more, a level above 0 and below 1.
/// Source   Hyndman and Fan, Sample quantiles in statistical packages (1996), definition 2.
inline double weighted_quantile(const Buffer<double>& value, const Buffer<float>& weight, double level) {
  SortKeys keys;
  double total = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!(weight[i] > 0)) continue;
    keys.push_back({ordered(value[i]), static_cast<RowIndex>(i)});
    total += static_cast<double>(weight[i]);
  }
  sort_keys(keys);
  double below = 0;
  for (std::size_t n = 0; n < keys.size(); ++n) {
    below += static_cast<double>(weight[keys[n].second]);
    const bool last = n + 1 == keys.size();
    if (below < level * total && !last) continue;
    const double low = value[keys[n].second];
    return below == level * total && !last ? low + (value[keys[n + 1].second] - low) / 2 : low;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace tutti::detail
