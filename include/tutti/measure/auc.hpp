// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/judged.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace tutti {

/// The area under the ROC curve: the chance that a row of the class scores higher than a row of another
/// class, ties counting half (Mann-Whitney), rows drawn by weight. With two classes it judges the probability
/// of class 1; with more it is the mean over the classes of each against the rest, over those classes that
/// occur.
/// Cost     N log N for two classes, K N log N for K.
/// Errors   DataError, ShapeError as checked_labels. NaN where it is not defined, that is when fewer than two
///          classes occur (scikit-learn raises there, and when any class is absent); NaN when an output is.
/// Source   Hanley and McNeil, The meaning and use of the area under a ROC curve (Radiology 143, 1982).
struct AUC {
  static constexpr const char* name = "AUC";
  static constexpr bool higher_is_better = true, labels = true;

  double operator()(const Judged& j) const {
    checked_labels(j);
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    if (has_nan(j)) return undefined;
    Buffer<Scored> rows;
    rows.reserve(static_cast<std::size_t>(j.rows()));
    if (j.classes == 2) return against_the_rest(j, 1, rows);
    double sum = 0;
    int defined = 0;
    for (int k = 0; k < j.classes; ++k)
      if (const double area = against_the_rest(j, k, rows); area >= 0) {
        sum += area;
        ++defined;
      }
    return defined > 0 ? sum / defined : undefined;
  }

 private:
  struct Scored {
    float score;
    std::ptrdiff_t row;  // orders ties, so that sums of weights have one order
  };

  static double against_the_rest(const Judged& j, int positive, Buffer<Scored>& rows) {
    rows.clear();
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0) rows.push_back({j.outputs(i, positive), i});
    std::sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) {
      return a.score != b.score ? a.score < b.score : a.row < b.row;
    });

    double won = 0, ours = 0, others = 0;  // pairs won, weights so far
    for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
      double tied_ours = 0, tied_others = 0;
      for (; next < rows.size() && rows[next].score == rows[first].score; ++next)
        (j.label(rows[next].row) == positive ? tied_ours : tied_others) += j.weight_of(rows[next].row);
      won += tied_ours * (others + tied_others / 2);
      ours += tied_ours;
      others += tied_others;
    }
    return ours > 0 && others > 0 ? won / (ours * others) : std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace tutti
