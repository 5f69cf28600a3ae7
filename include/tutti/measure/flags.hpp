// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/averaging.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>

/// Metrics of several answers of yes or no at once. The share of rows where all are right is Accuracy; precision, recall,
/// F-beta, Jaccard, AUC and AP judge flags as well.
namespace tutti {

namespace detail {
/// The weighted mean over the rows of what score says of one row of flags.
inline double mean_over_flag_rows(const Judged& j, double (*score)(const Judged& j, std::ptrdiff_t row)) {
  check(j.flags, "expected flags to judge", j.labels.empty() ? "numbers" : "labels");
  const double total = checked_numbers(j);
  if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (const double w = j.weight_of(i); w > 0) sum += w * score(j, i);
  return sum / total;
}
/// The flags of row i whose output is at least `score`: of the true ones, of all.
inline Ratio at_or_above(const Judged& j, std::ptrdiff_t i, float score) noexcept {
  Ratio found{0, 0};
  for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
    if (j.outputs(i, k) >= score) {
      ++found.all;
      found.part += is_true(j, i, k);
    }
  return found;
}
}  // namespace detail

/// The weighted share of answers that are wrong; of labels 1 - accuracy.
/// Errors   DataError, ShapeError as checked_classes. NaN when an output is NaN.
/// Source   scikit-learn 1.2, hamming_loss.
struct HammingLoss {
  static constexpr const char* name = "Hamming loss";
  static constexpr bool higher_is_better = false, labels = true, flags = true;

  double operator()(const Judged& j) const {
    const double total = checked_classes(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    double wrong = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (const double w = j.weight_of(i); !j.flags) wrong += j.predicted(i) != j.label(i) ? w : 0;
      else
        for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
          wrong += detail::is_true(j, i, k) != detail::flag_predicted(j, i, k) ? w : 0;
    return wrong / (j.flags ? total * static_cast<double>(j.outputs.width()) : total);
  }
};

/// How far down the ranking of its flags a row's last true one stands: the number of flags with a score at least as high,
/// 0 where none is true; the weighted mean over the rows.
/// Cost     N K.
/// Errors   DataError, ShapeError as checked_numbers; DataError for other targets. NaN when an output is NaN.
/// Source   scikit-learn 1.2, coverage_error.
struct CoverageError {
  static constexpr const char* name = "coverage error";
  static constexpr bool higher_is_better = false, labels = false, flags = true;

  double operator()(const Judged& j) const { return detail::mean_over_flag_rows(j, &of_row); }

 private:
  static double of_row(const Judged& j, std::ptrdiff_t i) {
    bool any = false;
    float least = std::numeric_limits<float>::infinity();
    for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
      if (detail::is_true(j, i, k)) {
        any = true;
        least = std::min(least, j.outputs(i, k));
      }
    return any ? detail::at_or_above(j, i, least).all : 0;
  }
};

/// Label ranking average precision: for each true flag the share of true ones among those that score at least as high, the
/// mean over the row's true flags, then over the rows by weight; 1 where none or all are true.
/// Cost     N K^2.
/// Errors   DataError, ShapeError as checked_numbers; DataError for other targets. NaN when an output is NaN.
/// Source   scikit-learn 1.2, label_ranking_average_precision_score.
struct LabelRankingAveragePrecision {
  static constexpr const char* name = "LRAP";
  static constexpr bool higher_is_better = true, labels = false, flags = true;

  double operator()(const Judged& j) const { return detail::mean_over_flag_rows(j, &of_row); }

 private:
  static double of_row(const Judged& j, std::ptrdiff_t i) {
    double sum = 0, truths = 0;
    for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
      if (detail::is_true(j, i, k)) {
        sum += detail::at_or_above(j, i, j.outputs(i, k)).value();
        ++truths;
      }
    return truths > 0 ? sum / truths : 1;
  }
};

/// The share of pairs of a true and a false flag of a row where the false one scores at least as high; the weighted mean
/// over the rows, 0 where none or all are true.
/// Cost     N K^2.
/// Errors   DataError, ShapeError as checked_numbers; DataError for other targets. NaN when an output is NaN.
/// Source   scikit-learn 1.2, label_ranking_loss.
struct RankingLoss {
  static constexpr const char* name = "ranking loss";
  static constexpr bool higher_is_better = false, labels = false, flags = true;

  double operator()(const Judged& j) const { return detail::mean_over_flag_rows(j, &of_row); }

 private:
  static double of_row(const Judged& j, std::ptrdiff_t i) {
    double wrong = 0, truths = 0;
    for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
      if (detail::is_true(j, i, k)) {
        const detail::Ratio above = detail::at_or_above(j, i, j.outputs(i, k));
        wrong += above.all - above.part;
        ++truths;
      }
    const double pairs = truths * (static_cast<double>(j.outputs.width()) - truths);
    return pairs > 0 ? wrong / pairs : 0;
  }
};

}  // namespace tutti
