// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>
#include <tutti/measure/default_metrics.hpp>
#include <tutti/measure/judge.hpp>
#include <tutti/measure/judged_rows.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <iosfwd>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tutti {

/// The scores of the rows of one group.
struct GroupLine {
  std::int64_t group = 0;
  std::ptrdiff_t rows = 0;
  Buffer<double> scores;  // in the order of GroupReport::metrics; NaN where no row has weight
};

/// What `evaluate_groups` found; prints as a table.
struct GroupReport {
  Buffer<AnyMetric> metrics;
  Buffer<GroupLine> groups;  // by their numbers
  GroupLine whole;           // all rows together

  /// How far the scores of the groups lie apart by a metric's name: the largest less the smallest, those that are NaN left
  /// out.
  /// Errors   DataError for a metric that was not evaluated.
  double gap(std::string_view metric) const {
    for (std::size_t m = 0; m < metrics.size(); ++m)
      if (metrics[m].name() == metric) return gap_of(m);
    throw DataError("evaluate_groups: no metric is called " + detail::spelled(metric));
  }
  /// The same of metric m of them.
  double gap_of(std::size_t m) const noexcept {
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const GroupLine& g : groups)
      if (const double s = g.scores[m]; !std::isnan(s)) {
        least = std::min(least, s);
        most = std::max(most, s);
      }
    return most >= least ? most - least : std::numeric_limits<double>::quiet_NaN();
  }
};

namespace detail {
inline void append_cell(std::string& text, std::string_view cell, std::size_t width) {
  text += std::string(width > cell.size() ? width - cell.size() : 0, ' ');
  text += cell;
}
inline std::string spelled_digits(double score) {
  char cell[32];
  std::snprintf(cell, sizeof cell, "%.5g", score);
  return cell;
}
}  // namespace detail

/// One line for each group, then all rows together and the gap between the groups.
[[gnu::cold]] inline std::string to_string(const GroupReport& r) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view rows, auto&& cell) {
    detail::append_cell(text, name, 12);
    detail::append_cell(text, rows, 10);
    for (std::size_t m = 0; m < r.metrics.size(); ++m) detail::append_cell(text, cell(m), detail::score_width(r.metrics[m]));
  };
  line("group", "rows", [&](std::size_t m) { return std::string(r.metrics[m].name()); });
  const auto scores = [&](std::string_view name, const GroupLine& g) {
    text += '\n';
    line(name, std::to_string(g.rows), [&](std::size_t m) { return detail::spelled_digits(g.scores[m]); });
  };
  for (const GroupLine& g : r.groups) scores(std::to_string(g.group), g);
  scores("all", r.whole);
  text += '\n';
  line("gap", "", [&](std::size_t m) { return detail::spelled_digits(r.gap_of(m)); });
  return text;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const GroupReport& r) {
  return out << to_string(r);
}

namespace detail {
[[gnu::cold]] inline Buffer<double> scores_of(const Buffer<AnyMetric>& metrics, const Judged& j) {
  double weight = 0;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) weight += j.weight_of(i);
  Buffer<double> scores;
  for (const AnyMetric& m : metrics) scores.push_back(weight > 0 ? m(j) : std::numeric_limits<double>::quiet_NaN());
  return scores;
}
[[gnu::cold]] inline GroupReport group_report(const Judged& j, std::span<const std::int64_t> group, Buffer<AnyMetric> metrics) {
  check(std::ssize(group) == j.rows(), {"expected a group for each of ", j.rows(), " rows"}, group.size());
  GroupReport report{std::move(metrics), {}, {0, j.rows(), {}}};
  report.whole.scores = scores_of(report.metrics, j);
  SortKeys keys(group.size());
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = {group[i], static_cast<RowIndex>(i)};
  sort_keys(keys);
  Buffer<RowIndex> rows;
  for (std::size_t n = 0; n < keys.size(); ++n) {
    rows.push_back(keys[n].second);
    if (n + 1 < keys.size() && keys[n + 1].first == keys[n].first) continue;
    report.groups.push_back({keys[n].first, std::ssize(rows), scores_of(report.metrics, JudgedRows(j, rows).judged())});
    rows.clear();
  }
  return report;
}
}  // namespace detail

/// The scores of each group of rows, side by side: fairness between groups of people, strength by region or year. `group`
/// has a number for each row; without metrics those that default_metrics names.
/// Cost     each metric on all rows, and on the rows of each group.
/// Errors   as the metrics; DataError for another number of groups than rows.
template <Metric... Metrics>
GroupReport evaluate_groups(const Judged& j, std::span<const std::int64_t> group, const Metrics&... metrics) {
  const bool labels = !j.labels.empty();
  if constexpr (sizeof...(Metrics) > 0)
    return detail::group_report(j, group, {AnyMetric(metrics).for_targets(labels, j.flags)...});
  else return detail::group_report(j, group, default_metrics(labels, j.classes, j.flags));
}

/// The same of a fitted model, by the data's own groups.
/// Errors   besides, as judge; DataError for data without groups.
template <class Spec, class X, class Y, Metric... Metrics>
GroupReport evaluate_groups(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, const Metrics&... metrics) {
  check(data.has_groups(), "evaluate_groups: expected data with a group column", "none");
  const Judgement judged = judge(model, data);
  return evaluate_groups(judged, Judged(judged).group, metrics...);
}

/// The same by what `by` says of the inputs of a row: [](const auto& x) { return x[0] > 65; }.
template <class Spec, class X, class Y, class By, Metric... Metrics>
  requires(std::invocable<const By&, ViewOf<X>> && !Metric<By>)
GroupReport evaluate_groups(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, const By& by, const Metrics&... metrics) {
  Buffer<std::int64_t> group(static_cast<std::size_t>(data.rows()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    group[static_cast<std::size_t>(i)] = static_cast<std::int64_t>(by(data.x(i)));
  return evaluate_groups(judge(model, data), group, metrics...);
}

}  // namespace tutti
