// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/nearest_name.hpp>
#include <tutti/model/columns.hpp>

#include <limits>

namespace tutti {

namespace detail {
/// The place of a column of this name.
[[gnu::cold]] inline std::int32_t place_of_column(const std::string& name, const ColumnChoice& on) {
  on.expect(std::ssize(on.schema.columns) == on.width,
            {"expected data whose columns have names, to find \"", name, "\""});
  for (std::int32_t j = 0; j < on.width; ++j)
    if (on.schema.columns[static_cast<std::size_t>(j)].name == name) return j;
  throw FitError(on.path,
                 joined({"there is no column \"", name, "\"", meant(name, column_names(on.schema))}));
}
template <class = void>
[[gnu::cold]] SelectedColumns chosen_columns(const Columns& spec, const ColumnChoice& on) {
  SelectedColumns m{
      on.width,
      {},
      Buffer<double>(static_cast<std::size_t>(on.width), std::numeric_limits<double>::quiet_NaN())};
  for (const std::string& name : spec.names) m.of.push_back(place_of_column(name, on));
  for (const int j : spec.numbers) {
    on.expect(j >= 0 && j < on.width, {"expected columns below ", on.width, ", got ", j});
    m.of.push_back(j);
  }
  on.expect(!m.of.empty(), {"expected at least one column"});
  Buffer<std::uint8_t> seen(static_cast<std::size_t>(on.width));
  for (const std::int32_t j : m.of) {
    on.expect(seen[static_cast<std::size_t>(j)] == 0,
              {"the column ", column_called(on.schema, static_cast<std::size_t>(j)), " is named twice"});
    seen[static_cast<std::size_t>(j)] = 1;
  }
  return m;
}
}  // namespace detail

template <class X, class Y>
Columns::Model Columns::fit(const Dataset<X, Y>& data, const Context& context) const {
  return detail::chosen_columns(*this, {data.schema(), data.width(), context.path(), "Columns"});
}

}  // namespace tutti
