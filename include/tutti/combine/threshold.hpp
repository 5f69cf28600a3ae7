// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/units.hpp>

#include <algorithm>
#include <cmath>

namespace tutti {

/// What a learnt threshold is best for: F1 of the second class, the mean of both classes' recalls, accuracy.
enum class Aim : int { f1, balanced, accuracy };

namespace detail {

/// Rows by their probability of the second class, as weights of the two classes.
struct ThresholdRow {
  double probability = 0, weight[2] = {0, 0};
};
inline double worth(Aim aim, const double (&above)[2], const double (&all)[2]) noexcept {
  const double hits = above[1], false_alarms = above[0], misses = all[1] - above[1],
               rejections = all[0] - above[0];
  if (aim == Aim::f1) return 2 * hits / std::max(2 * hits + false_alarms + misses, 1e-300);
  if (aim == Aim::balanced) return hits / std::max(all[1], 1e-300) + rejections / std::max(all[0], 1e-300);
  return hits + rejections;
}
/// The best threshold between the different probabilities, of equals the one nearest to a half.
[[gnu::cold]] inline double best_threshold(Aim aim, const Buffer<ThresholdRow>& rows) {
  SortKeys keys(rows.size());
  double all[2] = {0, 0}, above[2] = {0, 0};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys[i] = {ordered(-rows[i].probability), static_cast<RowIndex>(i)};
    for (int k = 0; k < 2; ++k) all[k] += rows[i].weight[k];
  }
  sort_keys(keys);
  double best = 0.5, most = -1, last = 1;  // last: the probability above the threshold at hand
  for (std::size_t i = 0; i <= keys.size(); ++i) {
    const double next = i < keys.size() ? rows[keys[i].second].probability : 0, at = 0.5 * (last + next);
    if (next < last || i == keys.size()) {
      const double now = worth(aim, above, all);
      const bool better = now > most + 1e-12, equal = std::abs(now - most) <= 1e-12;
      if (better || (equal && std::abs(at - 0.5) < std::abs(best - 0.5))) best = at;
      most = std::max(most, now);
    }
    if (i == keys.size()) break;
    for (int k = 0; k < 2; ++k) above[k] += rows[keys[i].second].weight[k];
    last = next;
  }
  return std::clamp(best, 1e-6, 1 - 1e-6);
}

}  // namespace detail

/// For two classes: the second is chosen where its probability is above `at`, given or learnt from out-of-fold predictions.
/// The probabilities are bent so that `at` becomes a half: p -> p / (2 at) below, 1 - (1 - p) / (2 (1 - at)) above. Their
/// order, and with it every ranking, stays; calibrated they are no more.
/// Cost     one sort of the out-of-fold rows where it is learnt.
/// Errors   DataError unless there are two classes and 0 < at < 1.
struct Threshold {
  static constexpr bool labels = true, numbers = false;
  static constexpr float learnt = -1;
  float at = learnt;
  Aim aim = Aim::f1;

  bool learns() const noexcept { return at == learnt; }
  void check(int outputs) const {
    tutti::check(outputs == 2, "a threshold: expected two classes", outputs);
    tutti::check(learns() || (at > 0 && at < 1), "a threshold: expected a number between 0 and 1", at);
  }
  template <class X, class Y>
  Threshold fitted(Rows<const float> outputs, const Dataset<X, Y>& data,
                   const Buffer<std::uint8_t>& counts) const {
    Buffer<detail::ThresholdRow> rows;
    for (std::ptrdiff_t i = 0; i < outputs.rows(); ++i) {
      if (counts[static_cast<std::size_t>(i)] == 0) continue;
      detail::ThresholdRow row{static_cast<double>(outputs(i, 1)), {0, 0}};
      row.weight[data.y(i).index()] = static_cast<double>(data.weight(i));
      rows.push_back(row);
    }
    return {static_cast<float>(detail::best_threshold(aim, rows)), aim};
  }
  void apply(std::span<float> y) const noexcept {
    const float p = y[1];
    y[1] = p <= at ? 0.5f * (p / at) : 1 - 0.5f * ((1 - p) / (1 - at));
    y[0] = 1 - y[1];
  }
  static void visit(auto& self, auto& archive) { archive("at", self.at)("aim", self.aim); }
  void loaded() const {
    tutti::check<FileError>(at > 0 && at < 1, "expected a threshold between 0 and 1", at);
  }
};

}  // namespace tutti
