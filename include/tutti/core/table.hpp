// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/nearest_name.hpp>
#include <tutti/core/schema.hpp>
#include <tutti/core/shape.hpp>
#include <tutti/core/text.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

namespace tutti {

class Table;

/// One column of a table: what it is called and means, and its values, in the one list that its kind needs.
struct TableColumn {
  Column column{};
  Buffer<double> numbers{};       // numeric; dates as seconds since 1970. NaN: missing
  Buffer<std::int32_t> codes{};   // categorical: places in column.categories. -1: missing
  Texts texts{};                  // text

  std::ptrdiff_t size() const noexcept {
    return column.kind == ColumnKind::text          ? texts.size()
           : column.kind == ColumnKind::categorical ? std::ssize(codes)
                                                    : std::ssize(numbers);
  }
};

/// One row of a table. As numbers it reads as its schema says: a category is its code, a date is days since 1970, text
/// and what is missing are NaN.
class TableView {
 public:
  TableView() = default;
  TableView(const Table& table, std::ptrdiff_t row) noexcept : table_(&table), row_(row) {}

  int size() const noexcept;
  float operator[](std::ptrdiff_t j) const noexcept;
  template <class T>
  void copy_to(T* out) const noexcept;
  /// A number or the seconds of a date, undiminished.
  double number(std::ptrdiff_t j) const noexcept;
  /// The category's name, or the text; empty where it is missing.
  std::string_view text(std::ptrdiff_t j) const noexcept;
  /// The names and kinds of the columns: one object for all tables that have the same.
  const Buffer<Column>* columns() const noexcept;

 private:
  const Table* table_ = nullptr;
  std::ptrdiff_t row_ = 0;
};

/// Named columns of equal length: numbers, categories, texts and dates, with holes. An immutable value: copies, selections
/// and joins share the columns. As the input of a model it reads as one row of numbers (TableView).
/// Shapes   columns of `rows` values each; a row has as many numbers as there are columns.
/// Errors   DataError for columns of different length, two of one name, a code without a category, a name that is not there
///          (the nearest one is suggested), an access of another kind than the column's.
class Table {
 public:
  static constexpr Shape shape = tutti::shape(Dynamic);
  using Element = float;
  using View = TableView;
  using Storage = Table;
  using Shared = std::shared_ptr<const TableColumn>;

  Table() = default;
  explicit Table(Buffer<Shared> columns) : columns_(std::move(columns)) {
    Buffer<Column> header;
    for (const Shared& c : columns_) {
      check_column(*c, c->size() == columns_[0]->size(), {columns_[0]->size(), " values, as in the column \"", columns_[0]->column.name, "\""}, c->size());
      for (const Column& other : header)
        if (other.name == c->column.name) throw DataError(detail::joined({"a table has two columns \"", other.name, "\""}));
      for (const std::int32_t code : c->codes)
        check_column(*c, code >= -1 && code < std::ssize(c->column.categories), {"codes below ", c->column.categories.size()}, code);
      header.push_back(c->column);
      places_.push_back({c->numbers.data(), c->codes.data(), c->column.kind == ColumnKind::date ? 1.0 / 86400 : 1.0});
    }
    header_ = intern(header);
  }
  Table(std::initializer_list<TableColumn> columns) : Table(shared(columns)) {}

  std::ptrdiff_t rows() const noexcept { return columns_.empty() ? 0 : columns_[0]->size(); }
  std::ptrdiff_t size() const noexcept { return rows(); }
  int width() const noexcept { return static_cast<int>(columns_.size()); }
  const Buffer<Column>& columns() const noexcept {
    static const Buffer<Column> none;
    return header_ != nullptr ? *header_ : none;
  }
  const Buffer<Column>* header() const noexcept { return header_; }
  bool has(std::string_view name) const noexcept { return place_of(name) >= 0; }
  /// The place of a column.
  int find(std::string_view name) const {
    const int at = place_of(name);
    if (at >= 0) return at;
    Buffer<std::string> names;
    for (const Shared& c : columns_) names.push_back(c->column.name);
    throw DataError(detail::joined({"a table has no column \"", name, "\"", detail::meant(name, names)}));
  }
  const TableColumn& operator[](std::string_view name) const { return *columns_[static_cast<std::size_t>(find(name))]; }
  const TableColumn& column(std::ptrdiff_t j) const noexcept { return *columns_[static_cast<std::size_t>(j)]; }

  /// The values of a column of the kind that is asked for.
  std::span<const double> numbers(std::string_view name) const { return of_kind(name, ColumnKind::numeric).numbers; }
  std::span<const double> dates(std::string_view name) const { return of_kind(name, ColumnKind::date).numbers; }
  std::span<const std::int32_t> codes(std::string_view name) const { return of_kind(name, ColumnKind::categorical).codes; }
  const Buffer<std::string>& categories(std::string_view name) const { return of_kind(name, ColumnKind::categorical).column.categories; }
  const Texts& texts(std::string_view name) const { return of_kind(name, ColumnKind::text).texts; }
  TableView row(std::ptrdiff_t i) const noexcept { return TableView(*this, i); }

  /// These columns, in this order.
  template <class Names = std::initializer_list<std::string_view>>
  Table select(const Names& names) const {
    Buffer<Shared> chosen;
    for (const auto& name : names) chosen.push_back(columns_[static_cast<std::size_t>(find(name))]);
    return Table(std::move(chosen));
  }
  Table select(std::initializer_list<std::string_view> names) const { return select<>(names); }
  /// All columns but these.
  Table without(std::initializer_list<std::string_view> names) const {
    Buffer<char> left_out(columns_.size());
    for (const std::string_view name : names) left_out[static_cast<std::size_t>(find(name))] = 1;
    Buffer<Shared> kept;
    for (std::size_t j = 0; j < columns_.size(); ++j)
      if (left_out[j] == 0) kept.push_back(columns_[j]);
    return Table(std::move(kept));
  }
  /// With one more column, or with this one in the place of that of its name.
  Table with(TableColumn column) const {
    Buffer<Shared> all = columns_;
    const int at = place_of(column.column.name);
    auto made = std::make_shared<const TableColumn>(std::move(column));
    if (at >= 0) all[static_cast<std::size_t>(at)] = std::move(made);
    else all.push_back(std::move(made));
    return Table(std::move(all));
  }
  Table renamed(std::string_view name, std::string to) const {
    Buffer<Shared> all = columns_;
    Shared& at = all[static_cast<std::size_t>(find(name))];
    TableColumn copy = *at;
    copy.column.name = std::move(to);
    at = std::make_shared<const TableColumn>(std::move(copy));
    return Table(std::move(all));
  }
  /// The rows at these positions, copied, repeats allowed.
  Table subset(std::span<const std::uint32_t> positions) const;

  template <class V>
  V view(std::ptrdiff_t i) const noexcept {
    return V(*this, i);
  }
  /// The columns of both, side by side.
  friend Table join(const Table& a, const Table& b) {
    Buffer<Shared> all = a.columns_;
    all.append(b.columns_);
    return Table(std::move(all));
  }

 private:
  friend class TableView;
  struct Place {
    const double* numbers;
    const std::int32_t* codes;
    double scale;
  };

  static Buffer<Shared> shared(std::initializer_list<TableColumn> columns) {
    Buffer<Shared> all;
    for (const TableColumn& c : columns) all.push_back(std::make_shared<const TableColumn>(c));
    return all;
  }
  static void check_column(const TableColumn& c, bool holds, std::initializer_list<Word> expected, Word got) {
    if (!holds) throw DataError(detail::joined({"the column \"", c.column.name, "\" of a table: expected ", detail::joined(expected), ", got ", got}));
  }
  int place_of(std::string_view name) const noexcept {
    for (std::size_t j = 0; j < columns_.size(); ++j)
      if (columns_[j]->column.name == name) return static_cast<int>(j);
    return -1;
  }
  const TableColumn& of_kind(std::string_view name, ColumnKind kind) const {
    const TableColumn& c = (*this)[name];
    if (c.column.kind != kind)
      throw DataError(detail::joined({"the column \"", name, "\" holds ", plural(c.column.kind), ", not ", plural(kind)}));
    return c;
  }

  Buffer<Shared> columns_{};
  Buffer<Place> places_{};
  const Buffer<Column>* header_ = nullptr;  // interned: equal headers are one object
};

inline int TableView::size() const noexcept { return table_ == nullptr ? 0 : table_->width(); }
inline float TableView::operator[](std::ptrdiff_t j) const noexcept {
  const Table::Place& p = table_->places_[static_cast<std::size_t>(j)];
  constexpr float missing = std::numeric_limits<float>::quiet_NaN();
  if (p.numbers != nullptr) return static_cast<float>(p.numbers[row_] * p.scale);
  return p.codes == nullptr || p.codes[row_] < 0 ? missing : static_cast<float>(p.codes[row_]);
}
template <class T>
void TableView::copy_to(T* out) const noexcept {
  for (int j = 0; j < size(); ++j) out[j] = static_cast<T>((*this)[j]);
}
inline double TableView::number(std::ptrdiff_t j) const noexcept {
  const TableColumn& c = table_->column(j);
  return c.numbers.empty() ? static_cast<double>((*this)[j]) : c.numbers[static_cast<std::size_t>(row_)];
}
inline std::string_view TableView::text(std::ptrdiff_t j) const noexcept {
  const TableColumn& c = table_->column(j);
  if (c.column.kind == ColumnKind::text) return c.texts[row_];
  if (c.column.kind != ColumnKind::categorical || c.codes[static_cast<std::size_t>(row_)] < 0) return {};
  return c.column.categories[static_cast<std::size_t>(c.codes[static_cast<std::size_t>(row_)])];
}
inline const Buffer<Column>* TableView::columns() const noexcept { return table_ == nullptr ? nullptr : table_->header(); }

[[gnu::cold]] inline Table Table::subset(std::span<const std::uint32_t> positions) const {
  Buffer<Shared> all;
  for (const std::uint32_t i : positions) check(std::ptrdiff_t{i} < rows(), {"expected a row below ", rows()}, i);
  for (const Shared& c : columns_) {
    TableColumn part{c->column, {}, {}, c->texts.size() > 0 ? c->texts.subset(positions) : Texts()};
    for (const std::uint32_t i : positions) {
      if (!c->numbers.empty()) part.numbers.push_back(c->numbers[i]);
      if (!c->codes.empty()) part.codes.push_back(c->codes[i]);
    }
    all.push_back(std::make_shared<const TableColumn>(std::move(part)));
  }
  return Table(std::move(all));
}

/// True for inputs whose columns have names and kinds of their own.
template <class X>
inline constexpr bool is_table = std::is_same_v<X, Table>;

}  // namespace tutti
