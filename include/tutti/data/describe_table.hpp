// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/percentile.hpp>
#include <tutti/core/table.hpp>
#include <tutti/data/calendar.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace tutti {

namespace detail {

/// "2024-02-29", with " 12:30:05" where the time is not midnight; beyond the calendar the seconds since 1970.
[[gnu::cold]] inline std::string spelled_date(double seconds) {
  const double days = std::floor(seconds / 86400);
  if (!on_the_calendar(days)) return joined({seconds, " s"});
  const CalendarDay day(static_cast<std::int64_t>(days));
  const int rest = static_cast<int>(std::floor(seconds) - days * 86400);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", day.year, day.month, day.day);
  std::string out = text;
  if (rest != 0) {
    std::snprintf(text, sizeof text, " %02d:%02d:%02d", rest / 3600, rest / 60 % 60, rest % 60);
    out += text;
  }
  return out;
}

[[gnu::cold]] inline std::string described_numbers(const Buffer<double>& values) {  // sorted
  double mean = 0, square = 0;
  for (const double v : values) mean += (v - values[0]) / static_cast<double>(values.size());
  mean += values[0];
  for (const double v : values) square += (v - mean) * (v - mean);
  const double sd = values.size() > 1 ? std::sqrt(square / static_cast<double>(values.size() - 1)) : 0;
  char text[200];
  std::snprintf(text, sizeof text, "mean %.6g, sd %.6g, min %.6g, quartiles %.6g %.6g %.6g, max %.6g", mean, sd, values[0],
                percentile(values, 0.25), percentile(values, 0.5), percentile(values, 0.75), values.back());
  return text;
}

[[gnu::cold]] inline std::string described_categories(const TableColumn& c) {
  const Buffer<std::string>& names = c.column.categories;
  Buffer<std::ptrdiff_t> count(names.size());
  for (const std::int32_t code : c.codes)
    if (code >= 0) ++count[static_cast<std::size_t>(code)];
  std::string text = joined({names.size(), names.size() == 1 ? " category: " : " categories: "});
  for (int shown = 0; shown < 4; ++shown) {
    std::size_t top = 0;
    for (std::size_t i = 1; i < count.size(); ++i)
      if (count[i] > count[top]) top = i;
    if (count.empty() || count[top] <= 0) break;
    text += joined({shown > 0 ? ", " : "", names[top], " ", count[top]});
    count[top] = 0;
  }
  for (const std::ptrdiff_t n : count)
    if (n > 0) return text + ", ...";
  return text;
}

[[gnu::cold]] inline std::string described(const TableColumn& c, std::ptrdiff_t& missing) {
  missing = 0;
  if (c.column.kind == ColumnKind::categorical) {
    for (const std::int32_t code : c.codes) missing += code < 0;
    return described_categories(c);
  }
  if (c.column.kind == ColumnKind::text) {
    for (std::ptrdiff_t i = 0; i < c.size(); ++i) missing += c.texts[i].empty();
    const std::ptrdiff_t n = c.size() - missing;
    return joined({n == 0 ? 0 : static_cast<std::ptrdiff_t>(c.texts.bytes()) / n, " bytes on average"});
  }
  const Buffer<double> values = sorted_defined(c.numbers);
  missing = c.size() - std::ssize(values);
  if (values.empty()) return "no values";
  if (c.column.kind == ColumnKind::numeric) return described_numbers(values);
  return joined({"from ", spelled_date(values[0]), " to ", spelled_date(values.back())});
}

}  // namespace detail

/// What a table holds, a line for each column: its kind, how many values are missing, and moments and quartiles of numbers,
/// the most frequent categories, the first and last date, the mean length of texts.
/// Cost     a sort of each column of numbers or dates.
[[gnu::cold]] inline std::string describe(const Table& table) {
  std::size_t widest = 6;
  for (const Column& c : table.columns()) widest = std::max(widest, c.name.size());
  std::string out = detail::joined({table.rows(), " rows, ", table.width(), " columns"});
  for (std::ptrdiff_t j = 0; j < table.width(); ++j) {
    const TableColumn& c = table.column(j);
    std::ptrdiff_t missing = 0;
    const std::string text = detail::described(c, missing);
    out += "\n  " + c.column.name + std::string(widest + 2 - c.column.name.size(), ' ');
    const std::string_view kind = plural(c.column.kind);
    out += std::string(kind) + std::string(12 - kind.size(), ' ') + text;
    if (missing > 0) out += detail::joined({"; ", missing, " missing"});
  }
  return out;
}

/// The same of the table in a dataset, with its target.
template <class Y>
std::string describe(const Dataset<Table, Y>& data) {
  std::string out = describe(*data.storage());
  if (data.rows() != data.storage()->rows()) out = detail::joined({data.rows(), " rows, of a table of ", out});
  if (!data.schema().target.empty()) out += "\n  target: " + data.schema().target;
  return out;
}

}  // namespace tutti
