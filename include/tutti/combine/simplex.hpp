// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/rows.hpp>

#include <cstddef>
#include <span>

namespace tutti {

/// The nearest point of the probability simplex, in place: p = max(v - t, 0) with t such that sum p = 1.
/// A row with NaN stays NaN.
/// Cost     O(K) passes over K numbers at worst, two or three in practice; no memory.
/// Source   Michelot, A finite algorithm for finding the projection of a point onto the canonical simplex, JOTA 50 (1986).
inline void project_on_simplex(std::span<float> v) noexcept {
  double sum = 0;
  for (const float a : v) sum += a;
  double threshold = (sum - 1) / static_cast<double>(v.size());
  for (std::size_t count = v.size(), last = 0; count != last;) {
    last = count;
    count = 0;
    sum = 0;
    for (const float a : v)
      if (a > threshold) {
        sum += a;
        ++count;
      }
    if (count == 0) break;
    threshold = (sum - 1) / static_cast<double>(count);
  }
  for (float& a : v) a = a > threshold ? static_cast<float>(a - threshold) : (a == a ? 0.0f : a);
}

/// p <- (1 - share) p + share / K: how a projection, whose zeros claim a certainty that no data can give, becomes a
/// probability again.
inline void mix_with_uniform(std::span<float> p, float share) noexcept {
  for (float& a : p) a = (1 - share) * a + share / static_cast<float>(p.size());
}

}  // namespace tutti
