// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/schema.hpp>

#include <array>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tutti {
namespace detail {

/// Says how the columns of a table differ from those that a model knows; `field` is where it is in a record.
/// Errors   ShapeError, unless they are the same.
[[gnu::cold]] inline void check_known_columns(const Buffer<Column>* got, const Buffer<Column>* known, std::string_view field = {}) {
  static const Buffer<Column> none;
  const Buffer<Column>&have = got != nullptr ? *got : none, &want = known != nullptr ? *known : none;
  const auto refuse = [&](std::initializer_list<Word> what) {
    throw ShapeError(joined({field.empty() ? "" : joined({"the field \"", field, "\": "}), joined(what),
                             "; read the file with the model's schema, or say aligned(table, ",
                             field.empty() ? "model.schema())" : "schema) with the columns of this field"}));
  };
  if (have.size() != want.size()) refuse({"expected a row of a table with ", want.size(), " columns, got ", have.size()});
  for (std::size_t j = 0; j < want.size(); ++j) {
    if (have[j].name != want[j].name) refuse({"column ", j, " of the table: expected \"", want[j].name, "\", got \"", have[j].name, "\""});
    if (have[j].kind != want[j].kind)
      refuse({"the column \"", want[j].name, "\": expected ", plural(want[j].kind), ", got ", plural(have[j].kind)});
    if (have[j].categories != want[j].categories) refuse({"the column \"", want[j].name, "\" has other categories than the model knows"});
  }
}

/// The tables in a row of X: itself, or the fields of a record.
template <class X>
inline constexpr std::size_t tables_in = is_table<X> ? 1 : 0;
template <class... Fields>
inline constexpr std::size_t tables_in<Record<Fields...>> = (std::size_t{0} + ... + tables_in<typename Fields::Type>);

/// f(columns of a table, name of its field) for each of them.
template <class X>
void each_table(const ViewOf<X>& x, std::string_view field, const auto& f) {
  if constexpr (is_table<X>) f(x.columns(), field);
}
template <class X, class... Fields>
void each_table_in(std::type_identity<Record<Fields...>>, const X& x, const auto& f) {
  const auto look = [&]<class F>(std::type_identity<F>) {
    using Part = typename F::Type;
    if constexpr (is_record<Part>) each_table_in(std::type_identity<Part>{}, x.template get<F::name>(), f);
    else each_table<Part>(x.template get<F::name>(), F::name.view(), f);
  };
  (look(std::type_identity<Fields>{}), ...);
}
template <class X>
void each_table(const ViewOf<X>& x, const auto& f) {
  if constexpr (is_record<X>) each_table_in(std::type_identity<X>{}, x, f);
  else each_table<X>(x, {}, f);
}

}  // namespace detail

/// The rows that something fitted takes: how wide they are, what their columns are called and mean.
template <Input X>
class KnownRows {
 public:
  static constexpr bool checked = X::shape.size() == Dynamic;  // the width of a row is known at run time only
  static constexpr std::size_t tables = detail::tables_in<X>;  // whose columns are compared

  KnownRows() = default;
  KnownRows(std::shared_ptr<const Schema> schema, int width) : schema_(std::move(schema)), width_(width) { know_schema(); }
  /// Those of a dataset.
  template <class Y>
  explicit KnownRows(const Dataset<X, Y>& data) : KnownRows(data.shared_schema(), data.width()) {
    if constexpr (is_record<X>)
      if (data.rows() > 0) know_tables(data.x(0));
  }

  const Schema& schema() const noexcept { return *schema_; }
  int width() const noexcept { return width_; }
  /// Errors   ShapeError for a row of another width, or a table (also as a field of a record) with other columns.
  void check(const ViewOf<X>& x) const noexcept(!checked) {
    if constexpr (tables > 0) {
      std::size_t next = 0;
      detail::each_table<X>(x, [&](const Buffer<Column>* columns, std::string_view field) {
        const Buffer<Column>* const known = columns_[next++];
        if (columns != known && (is_table<X> || known != nullptr)) detail::check_known_columns(columns, known, field);
      });
    }
    if constexpr (checked && !is_table<X>)
      tutti::check<ShapeError>(x.size() == width_, {"expected a row of ", width_, " numbers"}, x.size());
  }
  /// The same of a dataset, whose rows are all alike.
  template <class Y>
  void check(const Dataset<X, Y>& data) const noexcept(!checked) {
    if (data.rows() > 0) check(data.x(0));
  }
  /// True for a width that such rows have, as it came from a file.
  bool plausible() const noexcept { return checked ? width_ > 0 || is_text<X> : width_ == X::shape.size(); }

  [[gnu::cold]] static void visit(auto& self, auto& archive) {
    constexpr bool reading = std::remove_reference_t<decltype(archive)>::reading;
    if constexpr (reading) {
      Schema schema;
      archive("schema", schema);
      self.schema_ = std::make_shared<const Schema>(std::move(schema));
      self.know_schema();
    } else {
      archive("schema", *self.schema_);
    }
    archive("width", self.width_);
    if constexpr (is_record<X> && tables > 0) {
      Buffer<Buffer<Column>> of_fields;
      for (const Buffer<Column>* known : self.columns_) of_fields.push_back(known != nullptr ? *known : Buffer<Column>());
      archive("tables", of_fields);
      if constexpr (reading) {
        tutti::check<FileError>(of_fields.size() == tables, {"expected the columns of ", tables, " tables"}, of_fields.size());
        for (std::size_t i = 0; i < tables; ++i) self.columns_[i] = intern(of_fields[i]);
      }
    }
  }

 private:
  void know_schema() {
    if constexpr (is_table<X>) columns_[0] = intern(schema_->columns);
  }
  void know_tables(const ViewOf<X>& x) {
    std::size_t next = 0;
    detail::each_table<X>(x, [&](const Buffer<Column>* columns, std::string_view) { columns_[next++] = columns; });
  }

  std::shared_ptr<const Schema> schema_ = std::make_shared<const Schema>();
  std::array<const Buffer<Column>*, tables> columns_{};  // of each table: what its rows must have
  int width_ = X::shape.size() < 0 ? 0 : X::shape.size();
};

}  // namespace tutti
