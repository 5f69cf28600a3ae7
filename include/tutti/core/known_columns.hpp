// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/schema.hpp>

#include <string_view>

namespace tutti::detail {

/// Says how the columns of a table differ from those that a model knows.
/// Errors   ShapeError, unless they are the same.
[[gnu::cold]] inline void check_known_columns(const Buffer<Column>* got, const Buffer<Column>* known) {
  static const Buffer<Column> none;
  const Buffer<Column>&have = got != nullptr ? *got : none, &want = known != nullptr ? *known : none;
  constexpr std::string_view hint = "; read the file with the model's schema, or say aligned(table, model.schema())";
  if (have.size() != want.size())
    throw ShapeError(joined({"expected a row of a table with ", want.size(), " columns, got ", have.size(), hint}));
  for (std::size_t j = 0; j < want.size(); ++j) {
    if (have[j].name != want[j].name)
      throw ShapeError(joined({"column ", j, " of the table: expected \"", want[j].name, "\", got \"", have[j].name, "\"", hint}));
    if (have[j].kind != want[j].kind)
      throw ShapeError(joined({"the column \"", want[j].name, "\": expected ", plural(want[j].kind), ", got ", plural(have[j].kind), hint}));
    if (have[j].categories != want[j].categories)
      throw ShapeError(joined({"the column \"", want[j].name, "\" has other categories than the model knows", hint}));
  }
}

}  // namespace tutti::detail
