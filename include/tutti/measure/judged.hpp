// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/target.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tutti {

/// What was predicted beside what was true: a view, all that a metric sees. A row of weight 0 counts as
/// absent.
/// Shapes   outputs (N, classes) or (N, width); labels (N) or numbers (N, width); weight (N), or empty: all
///          1; group (N), or empty: none.
struct Judged {
  Rows<const float> outputs{};             // probabilities for labels, values for numbers
  std::span<const std::int32_t> labels{};  // the true classes
  std::span<const float> numbers{};        // the true values, row after row
  std::span<const float> weight{};
  int classes = 0;  // of labels; 0 for numbers
  bool flags = false;  // outputs are probabilities of flags, numbers 0 or 1
  std::span<const std::int64_t> group{};  // rows that belong together: one query, one patient

  std::ptrdiff_t rows() const noexcept { return outputs.rows(); }
  int label(std::ptrdiff_t i) const noexcept { return labels[static_cast<std::size_t>(i)]; }
  float number(std::ptrdiff_t i, std::ptrdiff_t column) const noexcept {
    return numbers[static_cast<std::size_t>(i * outputs.width() + column)];
  }
  double weight_of(std::ptrdiff_t i) const noexcept {
    return weight.empty() ? 1.0 : weight[static_cast<std::size_t>(i)];
  }
  /// The class that `predict` answers: the most probable one, ties to the lowest.
  int predicted(std::ptrdiff_t i) const noexcept {
    return Label<Dynamic>::decide(outputs.row(i), nullptr).index();
  }
};

/// True if an output of a row that counts is NaN. Every metric is NaN then: a diverged model never looks
/// good.
inline bool has_nan(const Judged& j) noexcept {
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0)
      for (const float p : j.outputs.row(i))
        if (std::isnan(p)) return true;
  return false;
}

/// The sum of the weights, positive and finite.
/// Errors   DataError for no rows, another number of weights than rows, a weight that is negative or not
///          finite, or no weight above 0.
inline double checked_weight(const Judged& j) {
  check(j.rows() > 0, "expected at least one row to judge", j.rows());
  check(j.weight.empty() || std::ssize(j.weight) == j.rows(), {"expected ", j.rows(), " weights"},
        j.weight.size());
  double total = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
    const double w = j.weight_of(i);
    check(w >= 0 && std::isfinite(w), {"row ", i, ": expected a weight that is finite and not negative"}, w);
    total += w;
  }
  check(total > 0, "expected a row to judge whose weight is above 0; the sum of all weights is", total);
  return total;
}

/// Checks that labels were predicted; returns the total weight.
/// Errors   DataError as checked_weight, or for a label that is no class; ShapeError for other widths.
inline double checked_labels(const Judged& j) {
  const double total = checked_weight(j);
  check<ShapeError>(std::ssize(j.labels) == j.rows(), {"expected ", j.rows(), " labels to judge"},
                    j.labels.size());
  check<ShapeError>(j.classes > 0 && j.outputs.width() == j.classes,
                    {"expected ", j.classes, " probabilities in a row"}, j.outputs.width());
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    check(j.label(i) >= 0 && j.label(i) < j.classes, {"row ", i, ": expected a class below ", j.classes},
          j.label(i));
  return total;
}

/// Checks that numbers were predicted; returns the total weight.
/// Errors   DataError as checked_weight; ShapeError for other widths.
inline double checked_numbers(const Judged& j) {
  const double total = checked_weight(j);
  check<ShapeError>(j.outputs.width() > 0, "expected at least one number in a row", j.outputs.width());
  check<ShapeError>(std::ssize(j.numbers) == j.outputs.size(),
                    {"expected ", j.outputs.size(), " numbers to judge"}, j.numbers.size());
  return total;
}

/// Checks that labels or flags were predicted; returns the total weight.
/// Errors   as checked_labels; of flags as checked_numbers.
inline double checked_classes(const Judged& j) { return j.flags ? checked_numbers(j) : checked_labels(j); }

}  // namespace tutti
