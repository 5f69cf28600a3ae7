// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/csv_reader.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace tutti {

namespace detail {

template <class X> CsvPart csv_part() {
  using Element = typename X::Element;
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<Element>>,
                "read_csv reads rows, images and records of them");
  return {X::shape.size(), std::is_same_v<Element, std::uint8_t>};
}
template <class... Fields> Buffer<CsvPart> csv_parts(std::type_identity<Record<Fields...>>) {
  static_assert((0 + ... + (Fields::Type::shape.size() < 0)) <= 1,
                "at most one field of the record has a width that only the data know");
  return {csv_part<typename Fields::Type>()...};
}
template <class X> Buffer<CsvPart> csv_parts(std::type_identity<X>) { return {csv_part<X>()}; }

template <class X> auto csv_storage(CsvPart& part) {
  if constexpr (std::is_same_v<typename X::Element, std::uint8_t>)
    return std::make_shared<const typename X::Storage>(part.width, std::move(part.bytes));
  else if constexpr (!std::is_same_v<typename X::Element, float>) {
    static_assert(std::is_floating_point_v<typename X::Element>, "read_csv reads bytes and floating-point numbers");
    Buffer<typename X::Element> values(part.numbers.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename X::Element>(part.numbers[i]);
    return std::make_shared<const typename X::Storage>(part.width, std::move(values));
  } else return std::make_shared<const typename X::Storage>(part.width, std::move(part.numbers));
}
template <class... Fields>
auto csv_storages(std::type_identity<Record<Fields...>>, Buffer<CsvPart>& parts) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::make_shared<const RecordStorage<Fields...>>(csv_storage<typename Fields::Type>(parts[I])...);
  }
  (std::index_sequence_for<Fields...>{});
}
template <class X> auto csv_storages(std::type_identity<X>, Buffer<CsvPart>& parts) {
  return csv_storage<X>(parts[0]);
}

template <class X, class Y>
Dataset<X, Y> read_csv(const std::string& path, const Schema* known, const CsvOptions& options) {
  constexpr bool nothing = std::is_same_v<Y, Nothing>, number = std::is_same_v<Y, Real>;
  static_assert(Y::is_label || number || nothing, "read_csv reads the targets Label, Real and Nothing");
  CsvReader reader(path, options, known,
                   {type_name<X>(), type_name<Y>(), csv_parts(std::type_identity<X>{}),
                    Y::is_label ? CsvTarget::label
                    : number    ? CsvTarget::number
                                : CsvTarget::none,
                    Y::outputs});
  CsvTable table = reader.read();
  Buffer<typename Y::Element> targets;
  if constexpr (Y::is_label) targets = std::move(table.labels);
  else if constexpr (number) targets = std::move(table.values);
  return Dataset<X, Y>(csv_storages(std::type_identity<X>{}, table.parts), std::move(targets),
                       std::move(table.side), std::move(table.schema));
}

}  // namespace detail

/// Reads delimited text, plain or compressed: `read_csv<Row<4>, Label<3>>("iris.csv", {.target =
/// "species"})`. Inputs are all columns without another use, or .columns; a record's fields take them in
/// order. A Row holds numbers, missing ones as NaN, and the numbers of .categorical columns in the order of
/// their names; an Image whole numbers from 0 to 255. Classes that are whole numbers from 0 on are their own
/// index, others are numbered in order: by value where all are numbers, else by name.
/// Cost     one pass; the text, the values and 16 bytes for each cell of a line in memory.
/// Errors   DataError `path:line:column: ...` for a cell that is not what its column needs, for a row of
///          another length, a missing target, more classes than the label has; DataError naming the file for
///          a column that is not there, a file that cannot be read or has no rows; ShapeError for a width
///          that the inputs do not have.
template <Input X, Target Y = Nothing>
Dataset<X, Y> read_csv(const std::string& path, const CsvOptions& options = {}) {
  return detail::read_csv<X, Y>(path, nullptr, options);
}

/// Reads a file the way another one was read, `read_csv<X, Y>(path, train.schema())`: columns are found by
/// name in any order, others are ignored, classes and categories keep their numbers. A category that the
/// schema does not have is missing, and counted in CsvReport::unseen. A schema without columns or classes
/// leaves them to the options and the file.
/// Errors   as above; DataError for a class that the schema does not have.
template <Input X, Target Y = Nothing,
          std::same_as<Schema> Known>  // a template, so that {.target = ...} means options
Dataset<X, Y> read_csv(const std::string& path, const Known& schema, const CsvOptions& options = {}) {
  return detail::read_csv<X, Y>(path, &schema, options);
}

}  // namespace tutti
