// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <limits>

namespace tutti::detail {

/// The number below which a standard normal number lies with probability p; infinite at 0 and 1, NaN outside.
/// Cost     three calls of erfc and exp; the error is some units in the last place.
/// Source   Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23, then Halley's iteration.
inline double normal_point(double p) noexcept {
  if (!(p > 0 && p < 1)) {
    const double infinite = std::numeric_limits<double>::infinity();
    return p == 0 ? -infinite : p == 1 ? infinite : std::numeric_limits<double>::quiet_NaN();
  }
  if (p == 0.5) return 0;
  if (p > 0.5) return -normal_point(1 - p);  // 1 - p is exact, and small p have all their digits
  const double t = std::sqrt(-2 * std::log(p));
  double x =
      (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int i = 0; i < 3; ++i) {
    const double gap = 0.5 * std::erfc(-x * 0.7071067811865476) - p;
    const double step = gap * 2.5066282746310002 * std::exp(0.5 * x * x);
    x -= step / (1 + 0.5 * x * step);
  }
  return x;
}

}  // namespace tutti::detail
