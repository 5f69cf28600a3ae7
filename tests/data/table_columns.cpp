// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/table_columns.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

TEST_CASE("a table is made by hand as a reader would make it") {
  const Table t{numeric_column("age", {31, NAN}), categorical_column("size", {"10", "9"}), date_column("day", {"1970-01-02", ""}),
                text_column("note", {"", "x"})};
  CHECK(t.rows() == 2);
  CHECK(t.categories("size") == Buffer<std::string>{"9", "10"});
  CHECK(t.codes("size")[0] == 1);
  CHECK(t.dates("day")[0] == 86400);
  CHECK(std::isnan(t.dates("day")[1]));
  CHECK(t.texts("note")[1] == "x");
}

TEST_CASE("a date that is none is refused with its row") {
  CHECK(refusal<DataError>([] { date_column("day", {"2024-01-01", "noon"}); }) ==
        R"(the column "day", row 1: expected a date (2024-02-29 or 2024-02-29T12:30:00), got "noon")");
}
