// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/describe_table.hpp>
#include <tutti/data/table_columns.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

TEST_CASE("a table is described column by column") {
  const Table t{numeric_column("age", {4, 1, 3, 2, NAN}), categorical_column("city", {"b", "a", "b", "", "c"}),
                date_column("day", {"2024-02-29", "1969-12-31", "", "2000-01-01T06:30:00", "1999-12-31"}),
                text_column("note", {"four", "", "", "", "sixsix"}), numeric_column("none", {NAN, NAN, NAN, NAN, NAN})};
  CHECK(describe(t) ==
        "5 rows, 5 columns\n"
        "  age     numbers     mean 2.5, sd 1.29099, min 1, quartiles 1.75 2.5 3.25, max 4; 1 missing\n"
        "  city    categories  3 categories: b 2, a 1, c 1; 1 missing\n"
        "  day     dates       from 1969-12-31 to 2024-02-29; 1 missing\n"
        "  note    texts       5 bytes on average; 3 missing\n"
        "  none    numbers     no values; 5 missing");
  CHECK(describe(Table()) == "0 rows, 0 columns");
  const Dataset<Table, Real> data(t, {1, 2, 3, 4, 5}, {}, {{}, "price", {}});
  CHECK(describe(data).ends_with("\n  target: price"));
  CHECK(describe(data.first(2)).starts_with("2 rows, of a table of 5 rows, "));
}

TEST_CASE("dates are spelled as they were read") {
  for (const char* date : {"1970-01-01", "2024-02-29", "1900-03-01", "0001-01-01", "9999-12-31", "2000-01-01 06:30:01", "1969-12-31 23:59:59"})
    CHECK(detail::spelled_date(date_column("d", {date}).numbers[0]) == date);
  CHECK(detail::spelled_date(1e300) == "1e+300 s");
}
