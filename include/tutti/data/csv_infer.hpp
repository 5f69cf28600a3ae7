// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/csv_plan.hpp>
#include <tutti/data/csv_text.hpp>

namespace tutti::detail {

/// What the cells of one column look like.
struct CsvLook {
  std::size_t cells = 0, numbers = 0, dates = 0, bytes = 0;  // without missing ones
  CsvNames names{};

  void add(std::string_view cell) {
    double value = 0;
    ++cells;
    bytes += cell.size();
    if (parse_number(cell, value)) ++numbers;
    else if (parse_time(cell, value)) ++dates;
    else names.add(cell);
  }
  /// Numbers or dates where all are, or nearly all: then the others are mistakes, which reading will name. Else texts where
  /// most are different, else categories.
  ColumnKind kind() const {
    const auto nearly_all = [this](std::size_t n) { return n == cells || (cells >= 20 && 10 * n >= 9 * cells); };
    if (nearly_all(numbers)) return ColumnKind::numeric;
    if (nearly_all(dates)) return ColumnKind::date;
    const auto different = static_cast<std::size_t>(names.size()) + numbers + dates;
    const bool varied = different > std::max<std::size_t>(64, cells / 10), sentences = bytes > 32 * cells && 2 * different > cells;
    return varied || sentences ? ColumnKind::text : ColumnKind::categorical;
  }
};

/// Finds out the kinds of those columns of tables that the options do not name, from a sample of whole records.
inline void infer_kinds(CsvPlan& plan, const CsvHeader& header, const CsvOptions& options, const CsvDialect& dialect, CsvText text) {
  const auto named = [&](const std::string& name) {
    for (const Buffer<std::string>* list : {&options.numeric, &options.categorical, &options.dates, &options.text})
      for (const std::string& other : *list)
        if (other == name) return true;
    return false;
  };
  Buffer<std::ptrdiff_t> input_of(header.size(), -1);
  std::size_t next = 0;
  bool wanted = false;
  for (const CsvPart& part : plan.parts)
    for (int j = 0; j < part.width; ++j, ++next)
      if (part.store == CsvStore::table && !named(plan.schema.columns[next].name)) {
        input_of[plan.inputs[next]] = static_cast<std::ptrdiff_t>(next);
        wanted = true;
      }
  if (!wanted) return;
  Buffer<CsvLook> looks(plan.inputs.size());
  CsvScanner scanner = text.scanner(dialect);
  while (!scanner.fault() && scanner.next_row()) {
    std::size_t c = 0;
    do {
      const std::string_view cell = scanner.cell();
      if (c < header.size() && input_of[c] >= 0 && !is_missing(cell, options.missing)) looks[static_cast<std::size_t>(input_of[c])].add(cell);
      ++c;
    } while (!scanner.fault() && scanner.next_cell());
  }
  for (const std::ptrdiff_t i : input_of)
    if (i >= 0) plan.schema.columns[static_cast<std::size_t>(i)].kind = looks[static_cast<std::size_t>(i)].kind();
}

/// Whether the first line holds names: it does where the options name one of its cells, and unless one of them is a number.
inline bool looks_like_header(const Buffer<std::string>& cells, const CsvOptions& options) {
  const auto is_number = [](std::string_view text) {
    double value = 0;
    return parse_number(text, value);
  };
  const auto names = [&](std::string_view name) {
    if (name.empty() || is_number(name)) return false;
    for (const std::string& cell : cells)
      if (cell == name) return true;
    return false;
  };
  for (const std::string* name : {&options.target, &options.weight, &options.group, &options.time, &options.id})
    if (names(*name)) return true;
  for (const Buffer<std::string>* list : {&options.targets, &options.columns, &options.categorical, &options.numeric, &options.text, &options.dates})
    for (const std::string& name : *list)
      if (names(name)) return true;
  for (const std::string& cell : cells)
    if (is_number(cell)) return false;
  return true;
}

}  // namespace tutti::detail
