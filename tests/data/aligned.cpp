// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/aligned.hpp>
#include <tutti/data/table_columns.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("a table is brought into the order and the numbers of a schema") {
  const Table known{numeric_column("age", {1, 2}), categorical_column("city", {"Bern", "Genf"})};
  const Table other{categorical_column("city", {"Chur", "Genf", "Bern", ""}), text_column("note", {"a", "b", "c", "d"}),
                    numeric_column("age", {5, 6, 7, 8})};
  std::ptrdiff_t unseen = 0;
  const Table fit = aligned(other, {known.columns(), "y", {}}, &unseen);
  CHECK(fit.header() == known.header());
  CHECK(fit.numbers("age")[3] == 8);
  const std::int32_t codes[] = {-1, 1, 0, -1};
  for (std::size_t i = 0; i < 4; ++i) CHECK(fit.codes("city")[i] == codes[i]);
  CHECK(unseen == 1);
}

TEST_CASE("what a schema has and the table has not is refused") {
  const Table known{numeric_column("age", {1})};
  const Schema schema{known.columns(), "", {}};
  CHECK(refusal<ShapeError>([&] { aligned(Table{numeric_column("agee", {1})}, schema); }) == R"(a table has no column "age"; did you mean "agee"?)");
  CHECK(refusal<ShapeError>([&] { aligned(Table{text_column("age", {"x"})}, schema); }) == R"(the column "age": expected numbers, got texts)");
}
