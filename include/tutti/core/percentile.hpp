// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tutti::detail {

/// The numbers that are defined, in order.
inline Buffer<double> sorted_defined(const Buffer<double>& values) {
  SortKeys keys;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) keys.push_back({ordered(values[i]), static_cast<RowIndex>(i)});
  sort_keys(keys);
  Buffer<double> sorted;
  for (const auto& key : keys) sorted.push_back(values[key.second]);
  return sorted;
}
/// The number below which the share p of sorted numbers lies, between two of them in proportion.
inline double percentile(const Buffer<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  if (!(at >= 0)) return std::numeric_limits<double>::quiet_NaN();
  const std::size_t below = static_cast<std::size_t>(at), above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace tutti::detail
