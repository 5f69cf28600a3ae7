// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/table.hpp>
#include <tutti/data/csv_names.hpp>

#include <limits>
#include <string>

namespace tutti {

/// Columns made by hand: `Table{numeric_column("age", {31, 40}), categorical_column("city", {"Bern", "Genf"})}`.
/// A missing number is NaN, a missing category, date or text is empty.
[[gnu::cold]] inline TableColumn numeric_column(std::string name, Buffer<double> values) {
  return {{std::move(name), ColumnKind::numeric, {}}, std::move(values), {}, {}};
}

/// Categories get their numbers in the order of their names, as a reader gives them.
[[gnu::cold]] inline TableColumn categorical_column(std::string name, const Buffer<std::string>& values) {
  TableColumn column{{std::move(name), ColumnKind::categorical, {}}, {}, {}, {}};
  detail::CsvNames names;
  for (const std::string& value : values) column.codes.push_back(value.empty() ? -1 : names.add(value));
  Buffer<int> rank;
  names.sort(column.column.categories, rank);
  for (std::int32_t& code : column.codes)
    if (code >= 0) code = rank[static_cast<std::size_t>(code)];
  return column;
}

/// Dates as ISO 8601 spells them, "2024-02-29" or "2024-02-29T12:30:00".
/// Errors   DataError naming column and row for anything else.
[[gnu::cold]] inline TableColumn date_column(std::string name, const Buffer<std::string>& values) {
  TableColumn column{{std::move(name), ColumnKind::date, {}}, {}, {}, {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    column.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    if (!values[i].empty() && !detail::parse_time(values[i], column.numbers.back()))
      throw DataError(detail::joined({"the column \"", column.column.name, "\", row ", i, ": expected a date (2024-02-29 or 2024-02-29T12:30:00), got ", detail::shown(values[i])}));
  }
  return column;
}

[[gnu::cold]] inline TableColumn text_column(std::string name, const Buffer<std::string>& values) {
  return {{std::move(name), ColumnKind::text, {}}, {}, {}, Texts(values)};
}

}  // namespace tutti
