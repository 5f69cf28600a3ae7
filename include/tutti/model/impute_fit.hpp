// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/impute.hpp>

namespace tutti {

namespace detail {

/// The code of the category "missing", which is the next one where there is none.
inline double missing_category(const Column& column) {
  std::size_t k = 0;
  while (k < column.categories.size() && column.categories[k] != "missing") ++k;
  return static_cast<double>(k);
}

[[gnu::cold]] inline Buffer<double> fitted_fill(const Impute& spec, const Preparation& on) {
  const auto width = static_cast<std::size_t>(on.rows.width);
  on.expect(spec.categories == Fill::most_frequent || spec.categories == Fill::constant,
            {"expected categories to be filled with the most frequent one or with their own (constant)"});
  const Moments means = checked_moments(on.rows, on.path, on.name, {.variance = false, .missing = true});
  Buffer<double> fill = means.mean;  // 0 where there is no number
  Buffer<std::uint8_t> sorted(width);
  for (std::size_t j = 0; j < width; ++j) {
    const ColumnKind kind = kind_of_column(on.schema, on.rows.width, j);
    const bool is_category = kind == ColumnKind::categorical;
    const Fill how = is_category ? spec.categories : spec.numbers;
    if (kind == ColumnKind::text) fill[j] = std::numeric_limits<double>::quiet_NaN();
    else if (is_category && (how == Fill::constant || !(means.weight[j] > 0)))
      fill[j] = missing_category(on.schema.columns[j]);
    else if (how == Fill::constant) fill[j] = static_cast<double>(spec.value);
    else sorted[j] = how != Fill::mean && means.weight[j] > 0;
  }
  on.each_sorted(sorted, [&](std::size_t j, const SortedColumn& column) {
    const bool is_category = kind_of_column(on.schema, on.rows.width, j) == ColumnKind::categorical;
    fill[j] = is_category || spec.numbers == Fill::most_frequent ? column.mode() : column.quantile(0.5);
  });
  return fill;
}

}  // namespace detail

template <class X, class Y>
Impute::Model Impute::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return {detail::fitted_fill(*this, {rows, data.schema(), context.path(), "Impute"})};
}

}  // namespace tutti
