// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/judged.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

/// How the output of the true class stands beside those of the others.
namespace tutti {

/// Top-k accuracy: the weighted share of rows whose true class is among the k most probable ones. Ties go to the lowest
/// class, as in `predict`, so that TopK{1} is the accuracy.
/// Cost     N K.
/// Errors   DataError, ShapeError as checked_labels; DataError for a k below 1. NaN when an output is NaN.
/// Source   scikit-learn 1.2, top_k_accuracy_score, where ties go to the highest class.
struct TopK {
  static constexpr const char* name = "top-k";
  static constexpr bool higher_is_better = true, labels = true;

  int k = 5;

  double operator()(const Judged& j) const {
    check(k >= 1, "k: expected at least 1", k);
    const double total = checked_labels(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    double right = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
      const int y = j.label(i);
      int before = 0;
      for (int c = 0; c < j.classes; ++c)
        before += j.outputs(i, c) > j.outputs(i, y) || (c < y && j.outputs(i, c) == j.outputs(i, y));
      if (before < k) right += j.weight_of(i);
    }
    return right / total;
  }
};

/// Hinge loss of the outputs as they are: the weighted mean of max(0, 1 - (s_y - max_{k != y} s_k)), as Crammer and Singer
/// have it. Probabilities give a margin of at most 1, reached when certain. With one class it is 0.
/// Errors   DataError, ShapeError as checked_labels. NaN when an output is NaN.
/// Source   Crammer, Singer, On the algorithmic implementation of multiclass kernel-based vector machines (2001);
///          scikit-learn 1.2, hinge_loss, which for two classes takes the decision s_1 - s_0.
struct Hinge {
  static constexpr const char* name = "hinge";
  static constexpr bool higher_is_better = false, labels = true;

  double operator()(const Judged& j) const {
    const double total = checked_labels(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    if (j.classes == 1) return 0;
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); w > 0) {
        float rival = -std::numeric_limits<float>::infinity();
        for (int k = 0; k < j.classes; ++k)
          if (k != j.label(i)) rival = std::max(rival, j.outputs(i, k));
        sum += w * std::max(0.0, 1 - (static_cast<double>(j.outputs(i, j.label(i))) - static_cast<double>(rival)));
      }
    return sum / total;
  }
};

}  // namespace tutti
