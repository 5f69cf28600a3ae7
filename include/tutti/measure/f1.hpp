// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/confusion_matrix.hpp>

#include <limits>

namespace tutti {

/// How the scores of single classes become one number.
enum class Averaging {
  macro,     // their mean over the classes that occur
  micro,     // from the counts of all classes together
  weighted,  // their mean, weighted by how often a class is true
  binary     // the score of one class alone, `positive`
};

/// F1 of a class is 2 tp / (2 tp + fp + fn), and 0 where it is never right; `averaging` makes one number of
/// them. A class that is neither true nor predicted in any row that counts is left out of the macro mean. The
/// micro average is the accuracy. The binary score of a class that does not occur is 0.
/// Errors   DataError, ShapeError as checked_labels; DataError for a positive class that is none. NaN when an
///          output is NaN.
/// Source   scikit-learn 1.2, f1_score; there a class of weight 0 still lowers the macro mean.
struct F1 {
  static constexpr const char* name = "F1";
  static constexpr bool higher_is_better = true, labels = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;  // read by Averaging::binary

  double operator()(const Judged& j) const {
    const ConfusionMatrix m(j);
    if (averaging == Averaging::binary)
      check(positive >= 0 && positive < m.classes(), {"expected a positive class below ", m.classes()},
            positive);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    if (averaging == Averaging::binary)
      return ratio(2 * m(positive, positive), m.of_true(positive) + m.of_predicted(positive));

    double sum = 0, of = 0;
    for (int k = 0; k < m.classes(); ++k) {
      const double right = 2 * m(k, k), all = m.of_true(k) + m.of_predicted(k);  // all = 2 tp + fp + fn
      if (!(all > 0)) continue;
      const double w = averaging == Averaging::weighted ? m.of_true(k)
                       : averaging == Averaging::micro  ? all
                                                        : 1;
      sum += w * (right / all);
      of += w;
    }
    return sum / of;
  }

 private:
  static double ratio(double part, double all) { return all > 0 ? part / all : 0; }
};

}  // namespace tutti
