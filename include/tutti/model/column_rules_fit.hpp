// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/nearest_name.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/model/column_lists.hpp>
#include <tutti/model/column_rules.hpp>

#include <algorithm>
#include <cmath>

namespace tutti::detail {

/// The place of a marked column.
/// Errors   DataError for a place or a name that the data do not have; the nearest name is suggested.
[[gnu::cold]] inline std::size_t place_of(const ColumnMark& mark, const Schema& schema, int width, std::string_view option) {
  if (mark.name.empty()) {
    check(mark.place >= 0 && mark.place < width, {option, ": expected a column below ", width}, mark.place);
    return static_cast<std::size_t>(mark.place);
  }
  for (std::size_t j = 0; j < schema.columns.size(); ++j)
    if (schema.columns[j].name == mark.name) return j;
  throw DataError(joined({option, ": there is no column \"", mark.name, "\"", meant(mark.name, column_names(schema))}));
}

/// The rules that options and the kinds of columns give to boosting; empty lists where there are none.
/// Errors   DataError for a column that is not there, a direction other than -1, 0 and 1, one of a column of categories,
///          more than 63 sets, options of categories that make no sense.
[[gnu::cold]] inline ColumnRules column_rules(const Monotone& monotone, const Interactions& interactions, const CategoryOptions& category,
                                              const Schema& schema, int width, std::ptrdiff_t rows) {
  ColumnRules rules;
  const auto n = static_cast<std::size_t>(width);
  rules.category = category;
  check(category.smooth >= 0 && std::isfinite(category.smooth), "categories: expected a smooth of 0 or more", category.smooth);
  check(category.lambda >= 0 && std::isfinite(category.lambda), "categories: expected a lambda of 0 or more", category.lambda);
  check(category.most >= 1, "categories: expected most of 1 or more", category.most);
  check(category.min_rows >= 0, "categories: expected min_rows of 0 (default) or more", category.min_rows);
  if (category.min_rows == 0) rules.category.min_rows = static_cast<int>(std::clamp<std::ptrdiff_t>(rows / 20, 1, 100));
  if (category.sets)
    for (std::size_t j = 0; j < std::min(n, schema.columns.size()); ++j) {
      if (schema.columns[j].kind != ColumnKind::categorical || schema.columns[j].categories.empty()) continue;
      rules.categories.resize(n);
      rules.categories[j] = static_cast<std::int32_t>(schema.columns[j].categories.size());
    }
  for (const ColumnMark& m : monotone.marks()) {
    check(m.mark >= -1 && m.mark <= 1, "monotone: expected -1, 0 or 1", m.mark);
    const std::size_t j = place_of(m, schema, width, "monotone");
    if (m.mark == 0) continue;
    const std::int32_t categories = rules.categories_of(static_cast<int>(j));
    check(categories == 0, {"monotone: expected a column of numbers, because categories have no order; column ", j, " has categories"},
          categories);
    rules.monotone.resize(n);
    rules.monotone[j] = static_cast<std::int8_t>(m.mark);
  }
  if (!interactions) return rules;
  rules.sets.resize(n);
  for (const ColumnMark& m : interactions.marks()) {
    check(m.mark < 63, "interactions: expected at most 63 sets, got number", m.mark);
    rules.sets[place_of(m, schema, width, "interactions")] |= std::uint64_t{1} << m.mark;
  }
  for (std::uint64_t& sets : rules.sets)
    if (sets == 0) sets = std::uint64_t{1} << 63;
  return rules;
}

}  // namespace tutti::detail
