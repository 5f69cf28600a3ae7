// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/input.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/core/side_columns.hpp>
#include <tutti/core/table.hpp>

#include <cstdint>
#include <limits>
#include <memory>

namespace tutti {

using RowIndex = std::uint32_t;

namespace detail {

/// What a dataset, its copies and its subsets share: inputs, targets and side columns of every row that was read.
/// Errors   DataError when columns differ in length, a label is no class, a weight is negative, a weight or a time is
///          not finite.
template <class X, class Y>
struct DatasetColumns {
  using Storage = typename X::Storage;
  using Value = typename Y::Element;

  std::shared_ptr<const Storage> x;
  Buffer<Value> y;
  SideColumns side;
  std::shared_ptr<const Schema> schema;
  int outputs;
  Buffer<RowIndex> origin;  // empty: row i is row i
  const ClassNames* names;

  DatasetColumns(std::shared_ptr<const Storage> inputs, Buffer<Value> targets, SideColumns beside,
                 std::shared_ptr<const Schema> columns, int outputs_of_a_row, Buffer<RowIndex> origins = {})
      : x(std::move(inputs)), y(std::move(targets)), side(std::move(beside)), schema(std::move(columns)),
        outputs(outputs_of_a_row), origin(std::move(origins)) {
    if constexpr (is_table<X>)
      if (schema->columns != x->columns()) schema = std::make_shared<const Schema>(Schema{x->columns(), schema->target, schema->classes});
    if (outputs == Dynamic) outputs = static_cast<int>(schema->classes.size());
    check_lengths();
    check_targets();
    names = intern(schema->classes);
  }

 private:
  int target_width() const { return Y::width == Dynamic ? outputs : Y::width; }
  void check_lengths() const {
    const std::ptrdiff_t n = x->size();
    check(n <= std::ptrdiff_t{std::numeric_limits<RowIndex>::max()}, "expected at most 4294967295 rows", n);
    check_count("target values", y.size(), n * target_width(), n);
    if constexpr (X::shape.is_static()) check_width(n == 0 ? X::shape.size() : x->width(), X::shape.size());
    if (!origin.empty()) check_count("original rows", origin.size(), n, n);
    check_side(side, n);
  }
  void check_targets() const {
    if constexpr (Y::is_label)
      for (std::size_t i = 0; i < y.size(); ++i)
        if (y[i] < 0 || y[i] >= outputs) refuse_row(i, joined({"a class below ", outputs}), y[i]);
    if constexpr (is_flags<Y>)
      for (std::size_t i = 0; i < y.size(); ++i)
        if (y[i] > 1) refuse_row(i / static_cast<std::size_t>(target_width()), "flags of 0 or 1", int{y[i]});
  }
};

/// The values of the selected rows alone; of all where there is no selection, or no column.
template <class T>
Buffer<T> gathered(const Buffer<T>& column, const Buffer<RowIndex>* selected) {
  if (column.empty() || selected == nullptr) return column;
  Buffer<T> out(selected->size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = column[(*selected)[i]];
  return out;
}
/// `width` values for each selected row, where the `all` rows of the storage have that row.
template <class T>
Buffer<T> scattered(Buffer<T> values, std::ptrdiff_t width, const Buffer<RowIndex>* selected, std::ptrdiff_t all) {
  if (selected == nullptr) return values;
  Buffer<T> out(static_cast<std::size_t>(all * width));
  const auto w = static_cast<std::size_t>(width);
  for (std::size_t i = 0; i < selected->size(); ++i)
    for (std::size_t k = 0; k < w; ++k) out[(*selected)[i] * w + k] = values[i * w + k];
  return out;
}

}  // namespace detail
}  // namespace tutti
