// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/units.hpp>
#include <tutti/measure/averaging.hpp>

#include <cstddef>
#include <limits>
#include <string>

namespace tutti::detail {

/// The rows of one score, in weights: of the class, and of the others.
struct Tied {
  double ours = 0, others = 0;
};

/// The scores of class k, from the highest to the lowest, over the rows that count; of all classes, or of k and `rival`.
inline Buffer<Tied> tied(const Judged& j, int k, int rival = -1) {
  SortKeys keys;
  keys.reserve(static_cast<std::size_t>(j.rows()));
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0 && (rival < 0 || j.label(i) == k || j.label(i) == rival))
      keys.push_back({ordered(-static_cast<double>(j.outputs(i, k))), static_cast<RowIndex>(i)});
  sort_keys(keys);
  Buffer<Tied> scores;
  for (std::size_t n = 0; n < keys.size(); ++n) {
    if (n == 0 || keys[n].first != keys[n - 1].first) scores.push_back({});
    const auto i = static_cast<std::ptrdiff_t>(keys[n].second);
    (is_true(j, i, k) ? scores.back().ours : scores.back().others) += j.weight_of(i);
  }
  return scores;
}
inline Tied sum(const Buffer<Tied>& scores) noexcept {
  Tied all;
  for (const Tied& t : scores) {
    all.ours += t.ours;
    all.others += t.others;
  }
  return all;
}

inline void check_one_vs_rest(Averaging averaging) {
  check(averaging != Averaging::micro && averaging != Averaging::samples,
        "averaging: expected macro, weighted or binary for a score that ranks rows", name_of(averaging));
}

/// One number of the scores of each class against the rest, NaN where they are not defined.
inline double one_vs_rest(const Judged& j, Averaging averaging, int positive, double (*score)(const Buffer<Tied>&)) {
  checked_classes(j);
  check_one_vs_rest(averaging);
  if (!j.flags && j.classes == 2) averaging = Averaging::binary;
  check_positive(j, averaging, positive);
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  if (has_nan(j)) return undefined;
  if (averaging == Averaging::binary) return score(tied(j, positive));
  double sum_of = 0, of = 0;
  for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k) {
    const Buffer<Tied> scores = tied(j, static_cast<int>(k));
    const double one = score(scores);
    if (!(one >= 0)) continue;
    const double w = averaging == Averaging::weighted ? sum(scores).ours : 1;
    sum_of += w * one;
    of += w;
  }
  return of > 0 ? sum_of / of : undefined;
}

}  // namespace tutti::detail
