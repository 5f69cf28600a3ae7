// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/averaging.hpp>

#include <cmath>

/// Scores made of how often a class is true, predicted, and both. All of them judge labels and flags, and agree on this:
/// the score of a class is 0 where nothing is divided by nothing; a class that is neither true nor predicted in any row
/// that counts is left out of the macro mean, a flag never is; a flag is predicted where its probability is above a half.
/// Errors   DataError, ShapeError as checked_classes; DataError for a positive class that is none, or for labels
///          averaged over samples. NaN when an output is NaN.
/// Source   scikit-learn 1.2, precision_score, recall_score, fbeta_score, f1_score, jaccard_score with zero_division=0;
///          there a class of weight 0 still lowers the macro mean.
namespace tutti {

/// Of the rows predicted to be of a class the share that is: tp / (tp + fp).
struct Precision {
  static constexpr const char* name = "precision";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary

  double operator()(const Judged& j) const { return detail::averaged(j, averaging, positive, &detail::precision_of); }
};

/// Of the rows of a class the share predicted to be of it: tp / (tp + fn).
struct Recall {
  static constexpr const char* name = "recall";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary

  double operator()(const Judged& j) const { return detail::averaged(j, averaging, positive, &detail::recall_of); }
};

/// The harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn). The micro average of labels is the accuracy.
struct F1 {
  static constexpr const char* name = "F1";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary

  double operator()(const Judged& j) const { return detail::averaged(j, averaging, positive, &detail::f_beta_of, 1); }
};

/// The same with recall beta times as important as precision: (1 + b^2) tp / ((1 + b^2) tp + fp + b^2 fn).
/// Errors   besides, DataError for a beta that is negative or not finite.
struct FBeta {
  static constexpr const char* name = "F-beta";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  double beta = 2;
  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary

  double operator()(const Judged& j) const {
    check(beta >= 0 && std::isfinite(beta), "beta: expected a number of 0 or more", beta);
    return detail::averaged(j, averaging, positive, &detail::f_beta_of, beta);
  }
};

/// The rows that are of a class and predicted so, among those that are one or the other: tp / (tp + fp + fn).
struct Jaccard {
  static constexpr const char* name = "Jaccard";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary

  double operator()(const Judged& j) const { return detail::averaged(j, averaging, positive, &detail::jaccard_of); }
};

}  // namespace tutti
