// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <cstddef>
#include <span>

namespace tutti::detail {

/// The factors by which classes of these weights come to weigh alike, and all together what they weighed: the sum of the
/// weights / (number of classes that have any x own weight). A class without weight gets 1.
inline Buffer<double> balancing_factors(std::span<const double> weight_of_class) {
  double all = 0, present = 0;
  for (const double w : weight_of_class) {
    all += w;
    present += w > 0;
  }
  Buffer<double> factor(weight_of_class.size(), 1.0);
  for (std::size_t k = 0; k < factor.size(); ++k)
    if (weight_of_class[k] > 0) factor[k] = all / (present * weight_of_class[k]);
  return factor;
}

}  // namespace tutti::detail
