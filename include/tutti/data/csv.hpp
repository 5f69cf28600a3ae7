// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/words.hpp>
#include <tutti/data/csv_reader.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace tutti {

namespace detail {

template <class X> constexpr CsvPart csv_part() {
  if constexpr (is_table<X>) return {Dynamic, CsvStore::table};
  else if constexpr (is_text<X>) return {1, CsvStore::text};
  else {
    using Element = typename X::Element;
    static_assert(std::is_same_v<typename X::Storage, DenseStorage<Element>>, "read_csv reads rows, images, tables, texts and records of them");
    return {X::shape.size(), std::is_same_v<Element, std::uint8_t> ? CsvStore::bytes : CsvStore::floats};
  }
}
template <class... Fields> Buffer<CsvPart> csv_parts(std::type_identity<Record<Fields...>>) {
  static_assert((0 + ... + (csv_part<typename Fields::Type>().width < 0)) <= 1,
                "at most one field of the record has a width that only the data know");
  return {csv_part<typename Fields::Type>()...};
}
template <class X> Buffer<CsvPart> csv_parts(std::type_identity<X>) { return {csv_part<X>()}; }

/// The columns of a table, out of the lists that they were read into.
[[gnu::cold]] inline Table csv_table_of(CsvRows& rows, const CsvPart& part, std::size_t first, const Schema& schema) {
  Buffer<Table::Shared> columns;
  std::size_t doubles = 0, codes = 0, texts = 0;
  for (std::size_t j = 0; j < static_cast<std::size_t>(part.width); ++j) {
    auto made = std::make_shared<TableColumn>();
    made->column = schema.columns[first + j];
    if (made->column.kind == ColumnKind::categorical) made->codes = std::move(rows.codes[codes++]);
    else if (made->column.kind == ColumnKind::text) made->texts = std::move(rows.texts[texts++]);
    else made->numbers = std::move(rows.doubles[doubles++]);
    columns.push_back(std::move(made));
  }
  return Table(std::move(columns));
}

template <class X> auto csv_storage(CsvTable& table, std::size_t p) {
  using Storage = typename X::Storage;
  const int width = table.parts[p].width;
  std::size_t first = 0;
  for (std::size_t q = 0; q < p; ++q) first += static_cast<std::size_t>(table.parts[q].width);
  if constexpr (is_table<X>) return std::make_shared<const Storage>(csv_table_of(table.rows, table.parts[p], first, table.schema));
  else if constexpr (is_text<X>) return std::make_shared<const Storage>(std::move(table.rows.texts.back()));
  else if constexpr (std::is_same_v<typename X::Element, std::uint8_t>) return std::make_shared<const Storage>(width, std::move(table.rows.bytes[p]));
  else if constexpr (std::is_same_v<typename X::Element, float>) return std::make_shared<const Storage>(width, std::move(table.rows.floats[p]));
  else {
    static_assert(std::is_floating_point_v<typename X::Element>, "read_csv reads bytes and floating-point numbers");
    const Buffer<float>& numbers = table.rows.floats[p];
    Buffer<typename X::Element> values(numbers.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename X::Element>(numbers[i]);
    return std::make_shared<const Storage>(width, std::move(values));
  }
}
template <class... Fields>
auto csv_storages(std::type_identity<Record<Fields...>>, CsvTable& table) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::make_shared<const RecordStorage<Fields...>>(csv_storage<typename Fields::Type>(table, I)...);
  }
  (std::index_sequence_for<Fields...>{});
}
template <class X> auto csv_storages(std::type_identity<X>, CsvTable& table) { return csv_storage<X>(table, 0); }

template <class X, class Y>
Dataset<X, Y> read_csv(const std::string& path, const Schema* known, const CsvOptions& options) {
  CsvReader reader(path, options, known, {type_name<X>(), type_name<Y>(), csv_parts(std::type_identity<X>{}), file_target<Y>(), Y::outputs});
  CsvTable table = reader.read();
  Buffer<typename Y::Element> targets;
  if constexpr (Y::is_label) targets = std::move(table.rows.labels);
  else if constexpr (is_flags<Y>) targets = std::move(table.rows.flags);
  else if constexpr (!std::is_same_v<Y, Nothing>) targets = std::move(table.rows.values);
  auto storage = csv_storages(std::type_identity<X>{}, table);
  return Dataset<X, Y>(std::move(storage), std::move(targets), std::move(table.rows.side), std::move(table.schema));
}

}  // namespace detail

/// Reads delimited text, plain or compressed: `read_csv<Row<4>, Label<3>>("iris.csv", {.target =
/// "species"})`. Inputs are all columns without another use, or .columns; a record's fields take them in
/// order. A Row holds numbers, missing ones as NaN, and the numbers of .categorical columns in the order of
/// their names; an Image whole numbers from 0 to 255; a Table numbers, dates, categories and texts as they are
/// found or named; a Text is one column. Classes that are whole numbers from 0 on are their own index, others
/// are numbered in order: by value where all are numbers, else by name.
/// Cost     one pass in blocks of 256 KiB that are parsed side by side; little more memory than the values take.
/// Errors   DataError `path:line:column: ...` for a cell that is not what its column needs, for a row of
///          another length, a missing target, more classes than the label has; DataError naming the file for
///          a column that is not there, a file that cannot be read or has no rows; ShapeError for a width
///          that the inputs do not have.
template <Input X, Target Y = Nothing>
Dataset<X, Y> read_csv(const std::string& path, const CsvOptions& options = {}) {
  return detail::read_csv<X, Y>(path, nullptr, options);
}

/// What neither are inputs nor a target is refused by name. What is given back is only there so that nothing else is reported.
template <class X, class Y = Nothing>
  requires(!Input<X> || !Target<Y>)
auto read_csv(const std::string&, const CsvOptions& = {}) {
  using Diagnosis = std::conditional_t<Input<X>, error::Mismatch<X, error::GetsType<Y>, error::a_target_such_as_Label_or_Real>,
                                       error::Mismatch<Y, error::GetsType<X>, error::inputs_such_as_Row_or_Table>>;
  static_assert(error::composition_fits<Diagnosis>, "there is no such data set: see Mismatch<Where, Gets, Needs>");
  using Inputs = typename std::conditional_t<Input<X>, std::type_identity<X>, std::type_identity<Row<Dynamic>>>::type;
  return Dataset<Inputs, std::conditional_t<std::is_floating_point_v<Y>, Real, Label<Dynamic>>>{};
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
