// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace tutti {

/// Drift detection by the rate p of errors: with s = sqrt(p (1 - p) / n), and p', s' where p + s was least, it warns while
/// p + s >= p' + warn s' and alarms at p + s >= p' + alarm s'. add(error) says whether it has just alarmed, and begins anew then.
/// For errors of 0 and 1; a mean of fractions is below the variance it assumes, so it alarms later. A stream whose first `fewest`
/// errors are all 0 alarms at the first 1. p' of few errors is low by chance now and then: `fewest` of some hundreds alarms less
/// often on streams that stay alike.
/// Cost     a few numbers.
/// Errors   DataError for options out of range and for errors outside [0, 1].
/// Source   Gama, Medas, Castillo, Rodrigues, Learning with drift detection, SBIA 2004.
struct DDM {
  double warn = 2, alarm = 3;
  int fewest = 30;  // errors before which it says nothing

  double rate = 0, least_rate = 0, least_deviation = std::numeric_limits<double>::infinity();
  std::int64_t seen = 0, warned = 0;  // warned: errors since it began to warn; 0: it does not
  bool alarmed = false;

  bool add(double error) {
    check(warn > 0 && alarm >= warn && std::isfinite(alarm), "DDM: expected an alarm at no fewer deviations than a warning", alarm);
    check(error >= 0 && error <= 1, "DDM: expected an error from 0 to 1", error);
    if (alarmed) *this = fresh();
    rate += (error - rate) / static_cast<double>(++seen);
    if (seen < fewest) return false;
    const double deviation = std::sqrt(rate * (1 - rate) / static_cast<double>(seen));
    if (rate + deviation < least_rate + least_deviation) {
      least_rate = rate;
      least_deviation = deviation;
    }
    const double level = rate + deviation - least_rate;
    warned = level >= warn * least_deviation && level > least_deviation ? warned + 1 : 0;
    return alarmed = warned > 0 && level >= alarm * least_deviation;
  }
  /// Errors since it began to warn; behind an alarm, those that led to it.
  std::int64_t since() const { return warned; }
  DDM fresh() const { return {.warn = warn, .alarm = alarm, .fewest = fewest}; }

  static void visit(auto& self, auto& archive) {
    archive("warn", self.warn)("alarm", self.alarm)("fewest", self.fewest)("rate", self.rate)("least_rate", self.least_rate);
    archive("least_deviation", self.least_deviation)("seen", self.seen)("warned", self.warned)("alarmed", self.alarmed);
  }
  [[gnu::cold]] void loaded() const {
    check<FileError>(warn > 0 && alarm >= warn && rate >= 0 && rate <= 1 && least_rate >= 0 && least_deviation >= 0 &&
        seen >= 0 && warned >= 0,
                     "DDM: expected rates in range", rate);
  }
};

}  // namespace tutti
