// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/one_vs_rest.hpp>

#include <cstddef>
#include <limits>

namespace tutti {

/// The area under the ROC curve: the chance that a row of the class scores higher than a row of another
/// class, ties counting half (Mann-Whitney), rows drawn by weight. With two classes it judges the probability
/// of class `positive`; with more, and of flags, it is the mean over the classes of each against the rest, over those
/// classes for which it is defined, plain or weighted by how often they are true; or that of one class, Averaging::binary.
/// One against one it is the mean over all pairs of classes that occur of the two areas of the one against the other,
/// weighted by how often the pair is true.
/// Cost     N log N for two classes, K N log N for K, K^2 N log N one against one.
/// Errors   DataError, ShapeError as checked_classes; DataError for another way to average. NaN where it is not defined,
///          that is when fewer than two classes occur (scikit-learn raises there, and when any class is absent); NaN when
///          an output is.
/// Source   Hanley and McNeil, The meaning and use of the area under a ROC curve (Radiology 143, 1982); Hand and Till, A
///          simple generalisation of the area under the ROC curve (2001), one against one; scikit-learn 1.2, roc_auc_score,
///          which takes no weights there.
struct AUC {
  static constexpr const char* name = "AUC";
  static constexpr bool higher_is_better = true, labels = true, flags = true;

  Averaging averaging = Averaging::macro;
  int positive = 1;         // read by Averaging::binary, and where there are two classes
  bool one_vs_one = false;  // of labels

  double operator()(const Judged& j) const {
    if (!one_vs_one || j.flags || j.classes == 2) return detail::one_vs_rest(j, averaging, positive, &area);
    checked_labels(j);
    detail::check_one_vs_rest(averaging);
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    if (has_nan(j)) return undefined;
    double sum = 0, of = 0;
    for (int a = 0; a < j.classes; ++a)
      for (int b = a + 1; b < j.classes; ++b) {
        const auto ours = detail::tied(j, a, b);
        const double one = area(ours), other = area(detail::tied(j, b, a));
        if (!(one >= 0)) continue;
        const detail::Tied all = detail::sum(ours);
        const double w = averaging == Averaging::weighted ? all.ours + all.others : 1;
        sum += w * (one + other) / 2;
        of += w;
      }
    return of > 0 ? sum / of : undefined;
  }

 private:
  static double area(const Buffer<detail::Tied>& scores) {
    double won = 0, ours = 0, others = 0;  // pairs won, weights so far
    for (const detail::Tied& t : scores) {
      won += t.others * (ours + t.ours / 2);
      ours += t.ours;
      others += t.others;
    }
    return ours > 0 && others > 0 ? won / (ours * others) : std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace tutti
