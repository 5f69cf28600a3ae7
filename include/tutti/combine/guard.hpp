// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/judged_members.hpp>
#include <tutti/combine/selection.hpp>
#include <tutti/core/rows.hpp>

#include <algorithm>
#include <cmath>

namespace tutti::detail {

/// What gates chose for each row out of fold.
struct GatedRows {
  Rows<const float> weights{};       // (rows, members)
  Buffer<std::uint8_t> counts{};     // (rows): some gate that has not seen the row chose
  Buffer<float> loss{};              // (rows): of what was chosen
};

/// The best single member, the earlier of equals, or the mean of all where that is better still.
template <class = void>
[[gnu::cold]] void choose_statically(SelectionReport& report, const JudgedMembers& judged, const Buffer<double>& w) {
  const auto count = static_cast<std::size_t>(judged.members);
  Buffer<double> loss(count + 1);  // the mean of all comes last
  double total = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (w[i] == 0) continue;
    total += w[i];
    for (std::size_t m = 0; m < count; ++m) loss[m] += w[i] * static_cast<double>(judged.loss[i * count + m]);
    loss[count] += w[i] * static_cast<double>(judged.average_loss[i]);
  }
  const auto best = static_cast<std::size_t>(std::min_element(loss.begin(), loss.end()) - loss.begin());
  report.weights.assign(count, best == count ? 1.0f / static_cast<float>(count) : 0.0f);
  if (best < count) report.weights[best] = 1;
  report.static_loss = total > 0 ? loss[best] / total : 0;
}

/// Whether the gate is worth its while on the rows of `use`: the mean loss must fall by more than one standard error of the
/// paired differences (the rule of Breiman et al., 1984, for the simpler of two). Without the guard a gate that is there stays.
/// The static ensemble was the best of several on these very rows, so it is the gate that has the harder stand.
template <class = void>
[[gnu::cold]] SelectionReport judge_gate(const JudgedMembers& judged, const GatedRows& gated, const Buffer<std::uint8_t>& use, bool there,
                                         bool guard) {
  const auto count = static_cast<std::size_t>(judged.members), rows = static_cast<std::size_t>(judged.rows);
  const auto weights_where = [&](auto&& counts) {
    Buffer<double> w(rows);
    for (std::size_t i = 0; i < rows; ++i)
      if (use[i] != 0 && judged.counts[i] != 0 && counts(i)) w[i] = static_cast<double>(judged.weight[i]);
    return w;
  };
  SelectionReport report;
  choose_statically(report, judged, weights_where([](std::size_t) { return true; }));
  const Buffer<double> w = weights_where([&](std::size_t i) { return gated.counts[i] != 0; });

  const auto stayed = [&](std::size_t i) {  // the loss without a gate
    const auto largest = std::max_element(report.weights.begin(), report.weights.end());
    const auto best = static_cast<std::size_t>(largest - report.weights.begin());
    return static_cast<double>(report.weights[best] == 1 ? judged.loss[i * count + best] : judged.average_loss[i]);
  };
  double total = 0, gain = 0, squares = 0;
  report.shares.assign(count, 0.0f);
  Buffer<double> share(count);
  for (std::size_t i = 0; i < rows; ++i) {
    if (w[i] == 0) continue;
    total += w[i];
    report.gate_loss += w[i] * static_cast<double>(gated.loss[i]);
    gain += w[i] * (stayed(i) - static_cast<double>(gated.loss[i]));
    for (std::size_t m = 0; m < count; ++m)
      share[m] += w[i] * static_cast<double>(gated.weights[static_cast<std::ptrdiff_t>(i * count + m)]);
  }
  if (total > 0) report.gate_loss /= total, gain /= total;
  for (std::size_t i = 0; i < rows; ++i) {
    const double d = w[i] == 0 ? 0 : w[i] * (stayed(i) - static_cast<double>(gated.loss[i]) - gain);
    squares += d * d;
  }
  report.standard_error = total > 0 ? std::sqrt(squares) / total : 0;
  report.gated = there && (!guard || gain > report.standard_error);
  for (std::size_t m = 0; m < count; ++m)
    report.shares[m] = report.gated && total > 0 ? static_cast<float>(share[m] / total) : report.weights[m];
  return report;
}

}  // namespace tutti::detail
