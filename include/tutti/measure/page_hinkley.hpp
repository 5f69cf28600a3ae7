// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <cmath>
#include <cstdint>

namespace tutti {

/// The Page-Hinkley test for a rise of the mean: m_t = sum_i (x_i - mean of x_1 ... x_i - delta) rises above its least value so far
/// by more than `threshold`. `delta` is the rise that is tolerated; a larger threshold alarms later and less often by chance.
/// add(error) says whether it has just been exceeded, and begins anew then.
/// Cost     a few numbers.
/// Errors   DataError for options out of range and for errors that are not finite.
/// Source   Page, Biometrika 41 (1954); Gama et al., A survey on concept drift adaptation, ACM Comp. Surveys 46 (2014).
struct PageHinkley {
  double delta = 0.005;
  double threshold = 50;
  int fewest = 30;  // errors before which it says nothing

  double mean = 0, sum = 0, least = 0;
  std::int64_t seen = 0, risen = 0;  // risen: errors since the sum was least
  bool alarmed = false;

  bool add(double error) {
    check(delta >= 0 && std::isfinite(delta), "PageHinkley: expected a delta of 0 or more", delta);
    check(threshold > 0 && std::isfinite(threshold), "PageHinkley: expected a threshold above 0", threshold);
    check(std::isfinite(error), "PageHinkley: expected a finite error", error);
    if (alarmed) *this = fresh();
    mean += (error - mean) / static_cast<double>(++seen);
    sum += error - mean - delta;
    ++risen;
    if (sum <= least) {
      least = sum;
      risen = 0;
    }
    return alarmed = seen >= fewest && sum - least > threshold;
  }
  /// Errors since the mean began to rise; behind an alarm, those that led to it.
  std::int64_t since() const { return risen; }
  PageHinkley fresh() const { return {.delta = delta, .threshold = threshold, .fewest = fewest}; }

  static void visit(auto& self, auto& archive) {
    archive("delta", self.delta)("threshold", self.threshold)("fewest", self.fewest)("mean", self.mean)("sum", self.sum);
    archive("least", self.least)("seen", self.seen)("risen", self.risen)("alarmed", self.alarmed);
  }
  [[gnu::cold]] void loaded() const {
    check<FileError>(delta >= 0 && threshold > 0 && seen >= 0 && risen >= 0 && risen <= seen &&
        std::isfinite(sum) && least <= sum && std::isfinite(mean),
                     "PageHinkley: expected sums in range", sum);
  }
};

}  // namespace tutti
