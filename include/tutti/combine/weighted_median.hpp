// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>

namespace tutti::detail {

/// The least of n values that has at least half of the weight at or below it. Values and weights change places.
/// Needs    n >= 1, weights above 0.
/// Cost     linear, on average.
inline float weighted_median(float* value, float* weight, std::ptrdiff_t n) noexcept {
  double half = 0, below = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) half += static_cast<double>(weight[i]) / 2;
  std::ptrdiff_t low = 0, high = n;
  float pivot = value[0];
  while (low < high) {
    const float a = value[low], b = value[low + (high - low) / 2], c = value[high - 1];
    pivot = std::max(std::min(a, b), std::min(std::max(a, b), c));
    double less = 0, equal = 0;
    std::ptrdiff_t left = low, at = low, right = high;  // [low, left) below the pivot, [right, high) above it
    while (at < right) {
      const auto w = static_cast<double>(weight[at]);
      if (value[at] < pivot) {
        less += w;
        std::swap(value[at], value[left]);
        std::swap(weight[at++], weight[left++]);
      } else if (value[at] > pivot) {
        std::swap(value[at], value[--right]);
        std::swap(weight[at], weight[right]);
      } else {
        equal += w;
        ++at;
      }
    }
    if (left > low && below + less >= half) high = left;
    else if (below + less + equal >= half) return pivot;
    else {
      below += less + equal;
      low = right;
    }
  }
  return pivot;
}

}  // namespace tutti::detail
