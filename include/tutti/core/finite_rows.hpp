// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/dataset.hpp>

#include <cmath>
#include <string>

/// Where a member that takes finite numbers only finds another one.
namespace tutti::detail {

struct FirstMissing {
  std::ptrdiff_t row = -1;  // none
  int column = -1;
};
template <class X, class Y>
FirstMissing first_missing(const Dataset<X, Y>& data) {
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto x = data.x(i);
    int missing = 0;  // without a jump
    for (int j = 0; j < x.size(); ++j) missing |= !std::isfinite(x[j]);
    for (int j = 0; missing != 0 && j < x.size(); ++j)
      if (!std::isfinite(x[j])) return {i, j};
  }
  return {};
}

/// Whether rows of X can hold such a number, for a member of these capabilities.
template <class X>
constexpr bool has_to_be_finite(const Capabilities& can) {
  return !can.missing && !std::is_same_v<typename X::Storage, DenseStorage<std::uint8_t>>;
}

[[gnu::noinline, gnu::cold]] inline std::string words_of_missing(const Schema& schema, RowIndex row, int column, float value) {
  const bool has_name = column < std::ssize(schema.columns);
  const std::string name = has_name ? spelled(schema.columns[static_cast<std::size_t>(column)].name) : std::to_string(column);
  if (has_name && schema.columns[static_cast<std::size_t>(column)].kind == ColumnKind::text)
    return joined({"the column ", name, " holds texts, and this member takes numbers: leave it out"});
  return joined({"row ", row, ", column ", name, " is ", value, ", and this member takes finite values only"});
}

}  // namespace tutti::detail
