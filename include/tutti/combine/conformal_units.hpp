// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/all_outputs.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace tutti::detail {

/// The unit of each output's errors: their mean on the rows that a judge has learnt from. Where it knows these by heart a thousandth of
/// the target's standard deviation, and 1 where it does not vary. No row that is a score has a part in it.
/// Source   the formula of a joint score: Diquigiovanni, Fontana, Vantini, Conformal prediction bands for multivariate functional
///          data, J. Multivariate Analysis 189 (2022), §3, of functions; here of columns.
template <class X, class Y, class Judge>
void append_units(Buffer<float>& units, const Judge& judge, const Dataset<X, Y>& taught) {
  const Buffer<float> said = all_outputs<X, Y>(judge, taught, taught.outputs());
  const auto k = static_cast<std::size_t>(taught.outputs());
  for (std::size_t o = 0; o < k; ++o) {
    double misses = 0, mean = 0, squares = 0, n = 0;
    for (std::ptrdiff_t i = 0; i < taught.rows(); ++i) {
      const double y = static_cast<double>(taught.target(i)[o]), away = y - mean;
      misses += std::abs(y - static_cast<double>(said[static_cast<std::size_t>(i) * k + o]));
      mean += away / ++n;
      squares += away * (y - mean);
    }
    const auto unit = static_cast<float>(std::max(misses / n, std::sqrt(squares / n) / 1000));
    units.push_back(unit > 0 ? unit : 1);
  }
}
/// How far off a row is: |y - m|, of several numbers the largest, each in its unit.
template <class X, class Y>
float miss_of(const Dataset<X, Y>& data, std::ptrdiff_t i, std::span<const float> said, std::span<const float> units) {
  const auto y = data.target(i);
  if (units.empty()) return std::abs(static_cast<float>(y[0]) - said[0]);
  float most = 0;
  for (std::size_t o = 0; o < said.size(); ++o) {
    const float own = std::abs(static_cast<float>(y[o]) - said[o]) / units[o];
    if (!(own <= most)) most = own;
    if (own != own) break;  // NaN stays
  }
  return most;
}

}  // namespace tutti::detail
