// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/one_vs_rest.hpp>

#include <limits>

namespace tutti {

/// Average precision, the area under the precision-recall curve by steps: sum_n (R_n - R_{n-1}) P_n over the thresholds
/// between different scores, from the highest down. With two classes it judges the probability of class `positive`; with
/// more, and of flags, it is the mean over the classes of each against the rest, over those that occur, plain or weighted
/// by how often they are true; or that of one class, Averaging::binary.
/// Cost     N log N for two classes, K N log N for K.
/// Errors   DataError, ShapeError as checked_classes; DataError for another way to average. NaN where no class that is
///          judged occurs (scikit-learn: 0, also for each absent class of a mean); NaN when an output is.
/// Source   scikit-learn 1.2, average_precision_score.
struct AveragePrecision {
  static constexpr const char* name = "AP";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary, and where there are two classes

  double operator()(const Judged& j) const { return detail::one_vs_rest(j, averaging, positive, &area); }

 private:
  static double area(const Buffer<detail::Tied>& scores) {
    double sum = 0, ours = 0, all = 0;  // weights so far
    for (const detail::Tied& t : scores) {
      ours += t.ours;
      all += t.ours + t.others;
      sum += t.ours * (ours / all);
    }
    return ours > 0 ? sum / ours : std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace tutti
