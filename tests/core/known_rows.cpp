// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/known_rows.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

std::string refused(const Buffer<Column>& got, const Buffer<Column>& known) {
  try {
    detail::check_known_columns(&got, &known);
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
