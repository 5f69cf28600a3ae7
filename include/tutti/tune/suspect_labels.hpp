// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/predictions.hpp>

namespace tutti {

/// A row whose label out-of-fold predictions contradict.
struct SuspectLabel {
  RowIndex row = 0;
  int given = 0, likely = 0;  // classes
  float probability_of_given = 0, probability_of_likely = 0;
};

/// Labels that out-of-fold probabilities contradict. A class is confident of a row where its probability reaches the mean
/// that rows of that label have; a label is doubtful where its own class is not confident and another is, of which the
/// most probable is likely. Rows that no fold covers are not judged.
/// Cost     2 N K flops.
/// Errors   ShapeError for predictions of other rows.
/// Source   Northcutt, Jiang and Chuang, Confident learning: estimating uncertainty in dataset labels, JAIR 70 (2021).
template <class X, class Y>
  requires(Y::is_label)
Buffer<SuspectLabel> suspect_labels(const Predictions<OutOfFold, Y>& p, const Dataset<X, Y>& data) {
  check<ShapeError>(p.rows() == data.rows(), {"expected predictions of ", data.rows(), " rows"}, p.rows());
  const auto classes = static_cast<std::size_t>(data.outputs());
  Buffer<double> sum(classes), weight(classes);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (!p.covers(i)) continue;
    const auto k = static_cast<std::size_t>(data.target(i)[0]);
    sum[k] += static_cast<double>(data.weight(i)) *
              static_cast<double>(p.values()(i, static_cast<std::ptrdiff_t>(k)));
    weight[k] += static_cast<double>(data.weight(i));
  }
  const auto confident = [&](std::size_t k, float probability) {
    return weight[k] > 0 && static_cast<double>(probability) >= sum[k] / weight[k];
  };
  Buffer<SuspectLabel> suspects;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto row = p.values().row(i);
    const auto given = static_cast<std::size_t>(data.target(i)[0]);
    if (!p.covers(i) || confident(given, row[given])) continue;
    std::size_t likely = given;
    for (std::size_t k = 0; k < classes; ++k)
      if (k != given && confident(k, row[k]) && (likely == given || row[k] > row[likely])) likely = k;
    if (likely != given)
      suspects.push_back({static_cast<RowIndex>(i), static_cast<int>(given), static_cast<int>(likely),
                          row[given], row[likely]});
  }
  return suspects;
}

}  // namespace tutti
