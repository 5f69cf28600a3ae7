// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/schema.hpp>

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tutti {
namespace detail {

/// Says how the columns of a table differ from those that a model knows.
/// Errors   ShapeError, unless they are the same.
[[gnu::cold]] inline void check_known_columns(const Buffer<Column>* got, const Buffer<Column>* known) {
  static const Buffer<Column> none;
  const Buffer<Column>&have = got != nullptr ? *got : none, &want = known != nullptr ? *known : none;
  constexpr std::string_view hint = "; read the file with the model's schema, or say aligned(table, model.schema())";
  if (have.size() != want.size())
    throw ShapeError(joined({"expected a row of a table with ", want.size(), " columns, got ", have.size(), hint}));
  for (std::size_t j = 0; j < want.size(); ++j) {
    if (have[j].name != want[j].name)
      throw ShapeError(joined({"column ", j, " of the table: expected \"", want[j].name, "\", got \"", have[j].name, "\"", hint}));
    if (have[j].kind != want[j].kind)
      throw ShapeError(joined({"the column \"", want[j].name, "\": expected ", plural(want[j].kind), ", got ", plural(have[j].kind), hint}));
    if (have[j].categories != want[j].categories)
      throw ShapeError(joined({"the column \"", want[j].name, "\" has other categories than the model knows", hint}));
  }
}

}  // namespace detail

/// The rows that something fitted takes: how wide they are, what their columns are called and mean.
template <Input X>
class KnownRows {
 public:
  static constexpr bool checked = X::shape.size() == Dynamic;  // the width of a row is known at run time only

  KnownRows() = default;
  KnownRows(std::shared_ptr<const Schema> schema, int width) : schema_(std::move(schema)), columns_(columns_of(*schema_)), width_(width) {}

  const Schema& schema() const noexcept { return *schema_; }
  const std::shared_ptr<const Schema>& shared_schema() const noexcept { return schema_; }
  int width() const noexcept { return width_; }
  /// Errors   ShapeError for a row of another width, or of a table with other columns.
  void check(const ViewOf<X>& x) const noexcept(!checked) {
    if constexpr (is_table<X>) {
      if (x.columns() != columns_) detail::check_known_columns(x.columns(), columns_);
    } else if constexpr (checked) {
      tutti::check<ShapeError>(x.size() == width_, {"expected a row of ", width_, " numbers"}, x.size());
    }
  }
  /// The same of a dataset, whose rows are all alike.
  template <class Y>
  void check(const Dataset<X, Y>& data) const noexcept(!checked) {
    if (data.rows() > 0) check(data.x(0));
  }
  /// True for a width that such rows have, as it came from a file.
  bool plausible() const noexcept { return checked ? width_ > 0 || is_text<X> : width_ == X::shape.size(); }

  [[gnu::cold]] static void visit(auto& self, auto& archive) {
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) {
      Schema schema;
      archive("schema", schema);
      self.columns_ = columns_of(schema);
      self.schema_ = std::make_shared<const Schema>(std::move(schema));
    } else {
      archive("schema", *self.schema_);
    }
    archive("width", self.width_);
  }

 private:
  static const Buffer<Column>* columns_of(const Schema& schema) {
    if constexpr (is_table<X>) return intern(schema.columns);
    else return nullptr;
  }

  std::shared_ptr<const Schema> schema_ = std::make_shared<const Schema>();
  const Buffer<Column>* columns_ = nullptr;  // of a table: what its rows must have
  int width_ = X::shape.size() < 0 ? 0 : X::shape.size();
};

}  // namespace tutti
