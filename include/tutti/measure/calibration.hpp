// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/averaging.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

/// Whether probabilities mean what they say.
namespace tutti {

/// Mean squared error of probabilities. With two classes (p_1 - [y = 1])^2, between 0 and 1; with more sum_k (p_k - [y =
/// k])^2, between 0 and 2, as Brier has it; of flags the mean over all of (p - y)^2.
/// Errors   DataError, ShapeError as checked_classes. NaN when an output is NaN.
/// Source   Brier, Verification of forecasts expressed in terms of probability (1950); scikit-learn 1.2,
///          brier_score_loss (two classes only).
struct Brier {
  static constexpr const char* name = "Brier";
  static constexpr bool higher_is_better = false, labels = true, flags = true;

  double operator()(const Judged& j) const {
    const double total = checked_classes(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    const std::ptrdiff_t first = !j.flags && j.classes == 2 ? 1 : 0;
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0)
        for (std::ptrdiff_t k = first; k < j.outputs.width(); ++k) {
          const double e = static_cast<double>(j.outputs(i, k)) - (detail::is_true(j, i, k) ? 1 : 0);
          sum += w * (e * e);
        }
    return sum / (j.flags ? total * static_cast<double>(j.outputs.width()) : total);
  }
};

/// Expected calibration error: sum_b w_b |accuracy_b - confidence_b| / sum w. The confidence of a row is the probability of
/// the class that is predicted; bin b of `bins` bins of equal width has the rows whose confidence is above b / bins and at
/// most (b + 1) / bins, the first one also 0.
/// Errors   DataError, ShapeError as checked_labels; DataError for fewer than one bin. NaN when an output is NaN.
/// Source   Guo et al., On calibration of modern neural networks (ICML 2017), equation 3, with 15 bins.
struct ECE {
  static constexpr const char* name = "ECE";
  static constexpr bool higher_is_better = false, labels = true;

  int bins = 15;

  double operator()(const Judged& j) const {
    check(bins >= 1, "bins: expected at least one", bins);
    const double total = checked_labels(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    Buffer<double> surplus(static_cast<std::size_t>(bins));  // confidence - accuracy, in weights
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0) {
        const int guess = j.predicted(i);
        const double confidence = j.outputs(i, guess);
        const double bin = std::clamp(std::ceil(confidence * bins) - 1, 0.0, bins - 1.0);
        surplus[static_cast<std::size_t>(bin)] += w * (confidence - (guess == j.label(i) ? 1 : 0));
      }
    double sum = 0;
    for (const double s : surplus) sum += std::abs(s);
    return sum / total;
  }
};

}  // namespace tutti
