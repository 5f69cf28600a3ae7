// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/judged.hpp>

#include <cstddef>
#include <limits>
#include <string_view>

namespace tutti {

/// How the scores of single classes, or of single flags, become one number.
enum class Averaging {
  macro,     // their mean over the classes that occur, or over all flags
  micro,     // from the counts of all classes together
  weighted,  // their mean, weighted by how often a class is true
  binary,    // the score of one class alone, `positive`
  samples    // of flags: the mean over the rows of each row's score
};

/// The name of a way to average.
constexpr std::string_view name_of(Averaging averaging) noexcept {
  constexpr std::string_view names[] = {"macro", "micro", "weighted", "binary", "samples"};
  return names[static_cast<std::size_t>(averaging)];
}

namespace detail {

/// What is counted of one class, in weights.
struct ClassCounts {
  double right = 0, of_true = 0, of_predicted = 0;

  void add(bool truth, bool predicted, double w) noexcept {
    right += truth && predicted ? w : 0;
    of_true += truth ? w : 0;
    of_predicted += predicted ? w : 0;
  }
};
/// part / all; 0 of nothing.
struct Ratio {
  double part, all;
  double value() const noexcept { return all > 0 ? part / all : 0; }
};
using RatioOf = Ratio (*)(const ClassCounts&, double option);

inline bool flag_predicted(const Judged& j, std::ptrdiff_t i, std::ptrdiff_t k) noexcept { return j.outputs(i, k) > 0.5f; }
inline bool is_true(const Judged& j, std::ptrdiff_t i, std::ptrdiff_t k) noexcept {
  return j.flags ? j.number(i, k) > 0.5f : j.label(i) == k;
}

/// The counts of every class or flag, over the rows that count.
inline Buffer<ClassCounts> class_counts(const Judged& j) {
  Buffer<ClassCounts> counts(static_cast<std::size_t>(j.outputs.width()));
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
    const double w = j.weight_of(i);
    if (!(w > 0)) continue;
    if (j.flags)
      for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k)
        counts[static_cast<std::size_t>(k)].add(is_true(j, i, k), flag_predicted(j, i, k), w);
    else {
      const int truth = j.label(i), predicted = j.predicted(i);
      counts[static_cast<std::size_t>(truth)].add(true, truth == predicted, w);
      if (truth != predicted) counts[static_cast<std::size_t>(predicted)].add(false, true, w);
    }
  }
  return counts;
}

inline double mean_over_rows(const Judged& j, double total, RatioOf score, double option) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
    const double w = j.weight_of(i);
    if (!(w > 0)) continue;
    ClassCounts row;
    for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k) row.add(is_true(j, i, k), flag_predicted(j, i, k), 1);
    sum += w * score(row, option).value();
  }
  return sum / total;
}

inline void check_positive(const Judged& j, Averaging averaging, int positive) {
  check(averaging != Averaging::binary || (positive >= 0 && positive < j.outputs.width()),
        {"expected a positive class below ", j.outputs.width()}, positive);
}

/// One number of the classes' counts that `counts` holds. A class that is neither true nor predicted is left out; a flag
/// counts in any case.
inline double averaged(const Buffer<ClassCounts>& counts, bool flags, Averaging averaging, RatioOf score, double option = 0) {
  double sum = 0, of = 0;
  for (const ClassCounts& c : counts) {
    if (!flags && !(c.of_true + c.of_predicted > 0)) continue;
    const Ratio r = score(c, option);
    const double w = averaging == Averaging::weighted ? c.of_true : averaging == Averaging::micro ? r.all : 1;
    sum += averaging == Averaging::micro ? r.part : w * r.value();
    of += w;
  }
  return of > 0 ? sum / of : 0;
}

/// What the scores made of counts have in common: checks, then one number of a ratio for each class.
inline double averaged(const Judged& j, Averaging averaging, int positive, RatioOf score, double option = 0) {
  const double total = checked_classes(j);
  check_positive(j, averaging, positive);
  check(averaging != Averaging::samples || j.flags, "expected flags to average over samples", "labels");
  if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
  if (averaging == Averaging::samples) return mean_over_rows(j, total, score, option);
  const Buffer<ClassCounts> counts = class_counts(j);
  if (averaging == Averaging::binary) return score(counts[static_cast<std::size_t>(positive)], option).value();
  return averaged(counts, j.flags, averaging, score, option);
}

inline Ratio precision_of(const ClassCounts& c, double) { return {c.right, c.of_predicted}; }
inline Ratio recall_of(const ClassCounts& c, double) { return {c.right, c.of_true}; }
inline Ratio f_beta_of(const ClassCounts& c, double beta) {
  return {(1 + beta * beta) * c.right, beta * beta * c.of_true + c.of_predicted};
}
inline Ratio jaccard_of(const ClassCounts& c, double) { return {c.right, c.of_true + c.of_predicted - c.right}; }

}  // namespace detail

}  // namespace tutti
