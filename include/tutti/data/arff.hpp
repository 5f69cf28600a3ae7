// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/data/arff_file.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace tutti {

namespace detail {

template <class X, class Y>
Dataset<X, Y> read_arff(const std::string& path, const Schema* known, const ArffOptions& options) {
  static_assert(is_table<X>, "read_arff reads tables");
  static_assert(is_single_target<Y>, "read_arff reads the targets Label, Real and Nothing");
  ArffFile file(path, file_target<Y>(), known, options);
  if (Y::outputs >= 0 && std::ssize(file.schema.classes) > Y::outputs)
    throw ShapeError(joined({path, ": expected at most ", Y::outputs, " classes for ", type_name<Y>(),
                             ", got ", file.schema.classes.size()}));
  Buffer<typename Y::Element> targets;
  if constexpr (Y::is_label) targets = std::move(file.labels);
  else if constexpr (std::is_same_v<Y, Real>) targets = std::move(file.numbers);
  return Dataset<X, Y>(std::move(file.table), std::move(targets), std::move(file.side),
                       std::move(file.schema));
}

}  // namespace detail

/// Reads an ARFF file, the format of Weka and OpenML, plain or .gz: `read_arff<Table, Label<2>>("credit-g.arff")`. Numeric
/// attributes become numbers, nominal ones categories in the order of their declaration, strings texts, dates dates; ? is
/// missing. The target is .target or, as Weka has it, the last attribute; a Label's is nominal, a Real's numeric. Rows may be
/// sparse and have weights, both in braces. Without a target all attributes are inputs.
/// Cost     one pass; the text and the columns in memory.
/// Errors   DataError `path:line:column: ...` for what is no attribute or no value of its attribute, a row of another length,
///          a missing target; DataError naming the file for an attribute that is not there, or of another type than the
///          target's; ShapeError for more classes than the label has.
/// Source   Attribute-Relation File Format, Weka 3.9.
template <Input X = Table, Target Y = Nothing>
Dataset<X, Y> read_arff(const std::string& path, const ArffOptions& options = {}) {
  return detail::read_arff<X, Y>(path, nullptr, options);
}
/// Reads a file the way another one was read: attributes are found by their names, others are left out, classes and categories
/// keep their numbers. A category that the schema does not have is missing.
/// Errors   as above; DataError for a class that the schema does not have, or an attribute of another type.
template <Input X = Table, Target Y = Nothing,
          std::same_as<Schema> Known>  // a template, so that {.target = ...} means options
Dataset<X, Y> read_arff(const std::string& path, const Known& schema, const ArffOptions& options = {}) {
  return detail::read_arff<X, Y>(path, &schema, options);
}

}  // namespace tutti
