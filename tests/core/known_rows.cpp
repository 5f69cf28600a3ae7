// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/known_rows.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

std::string refused(const Buffer<Column>& got, const Buffer<Column>& known, std::string_view field = {}) {
  try {
    detail::check_known_columns(&got, &known, field);
  } catch (const ShapeError& error) { return error.what(); }
  return "no error";
}

const std::string hint = "; read the file with the model's schema, or say aligned(table, model.schema())";
const Column age{"age", ColumnKind::numeric, {}}, city{"city", ColumnKind::categorical, {"Bern", "Genf"}};

}  // namespace

TEST_CASE("columns that are the same are known") {
  CHECK(refused({age, city}, {age, city}) == "no error");
  CHECK_NOTHROW(detail::check_known_columns(nullptr, nullptr));
}

TEST_CASE("what differs is named: number, name, kind, categories") {
  CHECK(refused({age}, {age, city}) == "expected a row of a table with 2 columns, got 1" + hint);
  CHECK(refused({city, age}, {age, city}) == R"(column 0 of the table: expected "age", got "city")" + hint);
  CHECK(refused({{"age", ColumnKind::text, {}}}, {age}) == R"(the column "age": expected numbers, got texts)" + hint);
  CHECK(refused({{"city", ColumnKind::categorical, {"Bern"}}}, {city}) == R"(the column "city" has other categories than the model knows)" + hint);
  const Buffer<Column> known{age};
  CHECK_THROWS_AS(detail::check_known_columns(nullptr, &known), ShapeError);
}

TEST_CASE("what differs in a table of a record is named with its field") {
  CHECK(refused({age}, {age, city}, "facts") ==
        R"(the field "facts": expected a row of a table with 2 columns, got 1; read the file with the model's schema, or say )"
        "aligned(table, schema) with the columns of this field");
}

TEST_CASE("the tables of a record are known one by one, those of records in it too") {
  using Inner = Record<Field<"a", Row<1>>, Field<"b", Table>>;
  using Outer = Record<Field<"first", Table>, Field<"in", Inner>>;
  static_assert(KnownRows<Table>::tables == 1 && KnownRows<Inner>::tables == 1 && KnownRows<Outer>::tables == 2);
  static_assert(KnownRows<Row<3>>::tables == 0 && !KnownRows<Row<3>>::checked && KnownRows<Outer>::checked);
  const auto rows = [](const char* first, const char* second) {
    auto inner = std::make_shared<const Inner::Storage>(std::make_shared<const DenseStorage<float>>(1, Buffer<float>{1}),
                                                        std::make_shared<const Table>(Table{{{second}, Buffer<double>{1}}}));
    auto outer = std::make_shared<const Outer::Storage>(std::make_shared<const Table>(Table{{{first}, Buffer<double>{1}}}), inner);
    return Dataset<Outer, Nothing>(outer, {});
  };
  const auto data = rows("x", "y");
  const KnownRows<Outer> known(data);
  CHECK_NOTHROW(known.check(data));
  CHECK_NOTHROW(known.check(rows("x", "y")));
  const auto message = [&](const auto& other) {
    try {
      known.check(other);
    } catch (const ShapeError& e) { return std::string(e.what()); }
    return std::string("no error");
  };
  CHECK(message(rows("z", "y")).starts_with(R"(the field "first": column 0 of the table: expected "x", got "z")"));
  CHECK(message(rows("x", "z")).starts_with(R"(the field "b": column 0 of the table: expected "y", got "z")"));
}
