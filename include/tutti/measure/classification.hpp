// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/judged.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tutti {

/// The weighted share of rows whose most probable class is the true one: sum w [argmax p = y] / sum w. Of flags
/// the share of rows where all are right.
/// Errors   DataError, ShapeError as checked_labels. NaN when an output is NaN.
struct Accuracy {
  static constexpr const char* name = "accuracy";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  double operator()(const Judged& j) const {
    const double total = checked_classes(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    double right = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.flags ? all_right(j, i) : j.predicted(i) == j.label(i)) right += j.weight_of(i);
    return right / total;
  }

 private:
  static bool all_right(const Judged& j, std::ptrdiff_t i) noexcept {
    for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
      if ((j.outputs(i, k) > 0.5f) != (j.number(i, k) > 0.5f)) return false;
    return true;
  }
};

/// Mean negative natural logarithm of the true class's probability: -sum w ln(q_y) / sum w, where q is p
/// clipped to [eps, 1 - eps], eps = 2^-23, and then divided by its sum over the classes; so a certain error
/// costs about 15.9. With one class it is 0. Rows that do not sum to 1 (votes, scores) are scaled so that
/// they do, after the clipping. Of flags the mean over all of -ln q for a yes, -ln(1 - q) for a no.
/// Errors   DataError, ShapeError as checked_labels. NaN when an output is NaN.
/// Source   scikit-learn 1.2, log_loss on float32 probabilities; the logarithms and sums are in double here.
struct LogLoss {
  static constexpr const char* name = "log-loss";
  static constexpr bool higher_is_better = false, labels = true, flags = true;

  double operator()(const Judged& j) const {
    if (j.flags) return of_flags(j);
    const double total = checked_labels(j);
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0) {
        double all = 0;
        for (const float p : j.outputs.row(i)) all += clipped(p);
        sum -= w * std::log(clipped(j.outputs(i, j.label(i))) / all);
      }
    return sum / total;
  }

 private:
  static double of_flags(const Judged& j) {
    const double total = checked_numbers(j);
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0)
        for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k) {
          const double q = clipped(j.outputs(i, k));
          sum -= w * std::log(j.number(i, k) > 0.5f ? q : 1 - q);
        }
    return sum / (total * static_cast<double>(j.outputs.width()));
  }
  static double clipped(float p) {
    constexpr double eps = std::numeric_limits<float>::epsilon();
    return std::clamp(static_cast<double>(p), eps, 1 - eps);  // NaN stays NaN
  }
};

}  // namespace tutti
