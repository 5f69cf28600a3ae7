// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/judged_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

/// A metric on many choices of the same rows.
namespace tutti::detail {

/// What is drawn together: rows that count, each alone, or those of one group.
struct DrawnUnits {
  Buffer<RowIndex> rows;
  Buffer<std::size_t> first{0};  // of each unit, and the end

  explicit DrawnUnits(const Judged& j) {
    SortKeys keys;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0)
        keys.push_back({j.group.empty() ? i : j.group[static_cast<std::size_t>(i)], static_cast<RowIndex>(i)});
    sort_keys(keys);
    for (std::size_t n = 0; n < keys.size(); ++n) {
      if (n > 0 && keys[n].first != keys[n - 1].first) first.push_back(n);
      rows.push_back(keys[n].second);
    }
    first.push_back(rows.size());
  }
  std::ptrdiff_t size() const noexcept { return std::ssize(first) - 1; }
  std::span<const RowIndex> unit(std::ptrdiff_t u) const noexcept { return units(u, u + 1); }
  std::span<const RowIndex> units(std::ptrdiff_t begin, std::ptrdiff_t end) const noexcept {
    const std::size_t from = first[static_cast<std::size_t>(begin)], to = first[static_cast<std::size_t>(end)];
    return {rows.data() + from, to - from};
  }
};

/// metric(rows) for each of `count` choices of rows, `choose` fills them in; side by side, a fixed number in a chunk.
template <class On, class Choose>
Buffer<double> scores_of_choices(const AnyMetric& metric, const Judged& j, std::ptrdiff_t count, const Choose& choose) {
  Buffer<double> scores(static_cast<std::size_t>(count));
  parallel::for_each<On>(count, 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    JudgedRows chosen;
    for (std::ptrdiff_t n = begin; n < end; ++n) {
      chosen.clear(j);
      choose(n, chosen);
      scores[static_cast<std::size_t>(n)] = metric(chosen.judged());
    }
  });
  return scores;
}

/// The scores without one unit each; of many units without one of `most` parts of them each.
template <class On>
Buffer<double> scores_without(const AnyMetric& metric, const Judged& j, const DrawnUnits& all) {
  constexpr std::ptrdiff_t most = 1000;
  const std::ptrdiff_t parts = std::min(all.size(), most);
  return scores_of_choices<On>(metric, j, parts, [&](std::ptrdiff_t n, JudgedRows& chosen) {
    chosen.append(j, all.units(0, all.size() * n / parts));
    chosen.append(j, all.units(all.size() * (n + 1) / parts, all.size()));
  });
}

}  // namespace tutti::detail
