// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/random.hpp>
#include <tutti/measure/mutual_information.hpp>
#include <tutti/model/column_values.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace tutti::detail {

/// What numbers are called in a list of all different ones, 0, 1, 2 ...
[[gnu::noinline]] inline Buffer<std::int32_t> numbered(std::span<const double> values) {
  const Ascending sorted(values);
  Buffer<std::int32_t> code(values.size());
  std::int32_t next = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && sorted.value[i] != sorted.value[i - 1]) ++next;
    code[sorted.row[i]] = next;
  }
  return code;
}

/// Numbers in units of their deviation, with a noise of 1e-10 of their size that keeps equal ones apart; a constant
/// becomes zeros.
[[gnu::noinline]] inline Buffer<double> kept_apart(Buffer<double> values, Random noise) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0, size = 0;
  for (const double v : values) mean += (v - values[0]) / n;
  for (const double v : values) squares += (v - values[0] - mean) * (v - values[0] - mean) / n;
  if (!(squares > 0)) return Buffer<double>(values.size());
  for (double& v : values) {
    v /= std::sqrt(squares);
    size += std::abs(v) / n;
  }
  for (double& v : values) v += 1e-10 * std::max(1.0, size) * noise.normal();
  return values;
}

/// What columns are judged by: the target of the rows that count, as classes or as numbers.
template <class = void>  // templates: programs that select no columns do not compile what is in here
struct ToldOf {
  Buffer<std::int32_t> classes{};
  Buffer<double> numbers{};  // empty: classes
  int neighbours = 3;

  static bool constant(const Buffer<double>& apart) noexcept {
    return std::all_of(apart.begin(), apart.end(), [](double v) { return v == 0; });
  }
  double by(Buffer<double> column, bool discrete, const Random& noise) const {
    if (classes.empty() && constant(numbers)) return 0;
    if (discrete) {
      const Buffer<std::int32_t> code = numbered(column);
      return numbers.empty() ? mutual_information<>(code, classes) : mutual_information<>(numbers, code, neighbours);
    }
    const Buffer<double> apart = kept_apart(std::move(column), noise);
    if (constant(apart)) return 0;
    return numbers.empty() ? mutual_information<>(apart, classes, neighbours) : mutual_information<>(apart, numbers, neighbours);
  }
};

/// The mutual information of each column that is judged and the target, NaN of the others.
/// Errors   FitError without a row of positive weight, for numbers that are not finite, weights that differ, or no more
///          than `neighbours` rows.
template <class = void>
[[gnu::cold]] Buffer<double> column_information(const Preparation& on, const Buffer<std::uint8_t>& judged,
                                                const Buffer<std::uint8_t>& discrete, const Buffer<double>& target,
                                                bool labels, int neighbours, const Random& noise) {
  checked_moments(on.rows, on.path, on.name, {.variance = false});
  const ColumnValues columns(on.rows);
  for (const double w : columns.weight())
    on.expect(w == columns.weight()[0], {"expected weights that are all alike (or 0) for mutual information, got ",
                                         columns.weight()[0], " and ", w});
  on.expect(neighbours >= 1, {"expected neighbours of 1 or more, got ", neighbours});
  on.expect(labels || std::ssize(columns.weight()) > neighbours,
            {"expected more than ", neighbours, " rows for mutual information, got ", columns.rows()});
  Buffer<double> told;
  for (std::size_t i = 0; i < target.size(); ++i)
    if (on.rows.weight[i] > 0) told.push_back(target[i]);
  ToldOf<> of{{}, {}, neighbours};
  if (labels) of.classes = numbered(told);
  else of.numbers = kept_apart(std::move(told), noise.stream("target"));
  Buffer<double> scores(judged.size(), std::numeric_limits<double>::quiet_NaN());
  parallel::for_each(std::ssize(judged), 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
    for (auto j = static_cast<std::size_t>(first); j < static_cast<std::size_t>(last); ++j) {
      if (judged[j] == 0) continue;
      Buffer<double> column;
      for (const float v : columns.column(j)) column.push_back(static_cast<double>(v));
      scores[j] = of.by(std::move(column), discrete[j] != 0, noise.stream(j));
    }
  });
  return scores;
}

}  // namespace tutti::detail
