// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace tutti {

/// A dataset from memory: rows of numbers one after another, one target for each row (K for Reals<K> and Flags<K>); both
/// are copied. `dataset<Row<2>, Label<2>>(Buffer<float>{...}, std::vector{0, 1, 1})`
/// Shapes   values (rows, width); the width is that of X, or what the number of targets makes it.
/// Errors   DataError when the numbers do not make whole rows, a label is no class (or negative), a Real is
///          not finite.
template <Input X, Target Y>
  requires(Y::width != 0)
Dataset<X, Y> dataset(std::span<const typename X::Element> values,
                      std::span<const typename Y::Element> targets, SideColumns side = {},
                      Schema schema = {}) {
  static_assert(Y::width > 0, "the number of targets is part of the type: Reals<K>, Flags<K>");
  const std::ptrdiff_t rows = std::ssize(targets) / Y::width;
  check(rows > 0 && std::ssize(targets) % Y::width == 0,
        {"dataset: expected a multiple of ", Y::width, " targets"}, targets.size());
  check(!values.empty() && std::ssize(values) % rows == 0,
        {"dataset: expected as many numbers in each of ", rows, " rows"}, values.size());
  if constexpr (X::shape.rank > 1 && !X::shape.is_static())
    check(std::ssize(values) / rows % X::shape.known_size() == 0,
          {"dataset: expected a multiple of ", X::shape.known_size(), " numbers in each row"}, std::ssize(values) / rows);
  if constexpr (Y::is_label) {
    if (schema.classes.empty()) {
      int last = Y::outputs - 1;
      if constexpr (Y::outputs == Dynamic)
        for (const int label : targets)
          last = std::clamp(label, last, 0xFFFF);  // more are no classes: refused below
      for (int k = 0; k <= last; ++k) schema.classes.push_back(std::to_string(k));
    }
  } else if constexpr (!is_flags<Y>) {
    for (std::size_t i = 0; i < targets.size(); ++i)
      if (!std::isfinite(targets[i]))
        detail::refuse_row(i / static_cast<std::size_t>(Y::width), "a finite target", targets[i]);
  }
  return {typename X::Storage(static_cast<int>(std::ssize(values) / rows), values),
          {targets.begin(), targets.end()},
          std::move(side),
          std::move(schema)};
}

/// Rows without targets. A width that the type leaves open is the number of columns in the schema.
/// Errors   DataError when the numbers do not make whole rows.
template <Input X>
Dataset<X> dataset(std::span<const typename X::Element> values, SideColumns side = {}, Schema schema = {}) {
  const int width = X::shape.is_static() ? X::shape.size() : static_cast<int>(schema.columns.size());
  check(width > 0, {"dataset: expected a schema that names the columns of ", type_name<X>()},
        schema.columns.size());
  return {typename X::Storage(width, values), {}, std::move(side), std::move(schema)};
}

}  // namespace tutti
