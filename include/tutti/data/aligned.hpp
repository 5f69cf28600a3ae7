// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/table.hpp>
#include <tutti/data/csv_names.hpp>

namespace tutti {

/// The table as a schema knows it: the schema's columns by name, in its order, with its numbers for the categories; other
/// columns are left out. What reading a file by a schema does, for tables from elsewhere: `aligned(table, model.schema())`.
/// A category that the schema does not have is missing; `unseen` counts them.
/// Errors   ShapeError for a column that is not there (the nearest name is suggested) or holds something else.
[[gnu::cold]] inline Table aligned(const Table& table, const Schema& schema, std::ptrdiff_t* unseen = nullptr) {
  Buffer<Table::Shared> columns;
  std::ptrdiff_t unknown = 0;
  for (const Column& wanted : schema.columns) {
    if (!table.has(wanted.name))
      throw ShapeError(detail::joined({"a table has no column \"", wanted.name, "\"", detail::meant(wanted.name, column_names({table.columns(), {}, {}}))}));
    TableColumn column = table[wanted.name];
    if (column.column.kind != wanted.kind)
      throw ShapeError(detail::joined({"the column \"", wanted.name, "\": expected ", plural(wanted.kind), ", got ", plural(column.column.kind)}));
    if (wanted.kind == ColumnKind::categorical) {
      detail::CsvNames known;
      known.add_all(wanted.categories);
      for (std::int32_t& code : column.codes)
        if (code >= 0) {
          code = known.find_class(column.column.categories[static_cast<std::size_t>(code)]);
          unknown += code < 0;
        }
    }
    column.column = wanted;
    columns.push_back(std::make_shared<const TableColumn>(std::move(column)));
  }
  if (unseen != nullptr) *unseen = unknown;
  return Table(std::move(columns));
}

}  // namespace tutti
