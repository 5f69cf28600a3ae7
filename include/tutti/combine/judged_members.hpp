// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/predictions.hpp>

#include <cmath>
#include <cstdint>
#include <span>

namespace tutti::detail {

/// How the members did on each row, out of fold: what gates and guards learn from, without the types of rows and members.
struct JudgedMembers {
  std::ptrdiff_t rows = 0;
  int members = 0;
  Buffer<float> loss{};            // (rows, members): Brier's score of a label, the squared error of numbers
  Buffer<float> average_loss{};    // (rows): of the mean of all members
  Buffer<std::uint8_t> right{};    // (rows, members): a label that was predicted
  Buffer<std::uint8_t> counts{};   // (rows): predicted by all members, in finite numbers
  Buffer<float> weight{};          // (rows)
  Buffer<float> chance{};          // (rows, members): the probability of the true class

  float loss_of(std::ptrdiff_t row, int member) const noexcept { return loss[static_cast<std::size_t>(row * members + member)]; }
};

/// sum_k (y_k - t_k)^2, t one-hot for a label: Brier's score, 0 to 2, or the squared error.
/// Source   Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950).
template <class Y>
float loss_of_row(std::span<const float> y, std::span<const typename Y::Element> target) noexcept {
  double sum = 0;
  for (std::size_t k = 0; k < y.size(); ++k) {
    double truth;
    if constexpr (Y::is_label) truth = static_cast<std::size_t>(target[0]) == k ? 1 : 0;
    else truth = static_cast<double>(target[k]);
    const double d = static_cast<double>(y[k]) - truth;
    sum += d * d;
  }
  return static_cast<float>(sum);
}

/// The losses of members out of fold. Rows that a member leaves out, or answers with NaN or infinity, do not count.
template <class X, class Y, class... P>
JudgedMembers judge_members(const Dataset<X, Y>& data, const Predictions<P, Y>&... members) {
  static_assert((std::is_same_v<P, OutOfFold> && ...));
  constexpr std::size_t count = sizeof...(P);
  const auto rows = static_cast<std::size_t>(data.rows());
  JudgedMembers judged;
  judged.rows = data.rows();
  judged.members = static_cast<int>(count);
  judged.loss.resize(rows * count);
  judged.right.resize(rows * count);
  judged.chance.resize(rows * count);
  judged.average_loss.resize(rows);
  judged.counts.resize(rows);
  judged.weight.resize(rows);
  Buffer<float> mean(static_cast<std::size_t>(data.outputs()));
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = static_cast<std::ptrdiff_t>(i);
    const auto target = data.target(row);
    for (float& v : mean) v = 0;
    judged.weight[i] = data.weight(row);
    std::size_t at = i * count;
    const auto judge = [&](const auto& member) {
      const std::span<const float> y = member.values().row(row);
      for (std::size_t k = 0; k < y.size(); ++k) mean[k] += y[k] / static_cast<float>(count);
      judged.loss[at] = loss_of_row<Y>(y, target);
      if constexpr (Y::is_label) {
        judged.right[at] = Y::decide(y, nullptr).index() == target[0];
        judged.chance[at] = y[static_cast<std::size_t>(target[0])];
      }
      ++at;
    };
    (judge(members), ...);
    judged.average_loss[i] = loss_of_row<Y>(mean, target);
    bool finite = std::isfinite(judged.average_loss[i]);
    for (std::size_t m = i * count; m < at; ++m) finite = finite && std::isfinite(judged.loss[m]);
    judged.counts[i] = finite && (members.covers(row) && ...);
  }
  return judged;
}

}  // namespace tutti::detail
