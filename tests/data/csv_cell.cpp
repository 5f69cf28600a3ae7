// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/csv_cell.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace tutti::detail;

static float number(std::string_view text) {
  float value = -77;
  return parse_number(text, value) ? value : -77;
}
static double moment(std::string_view text) {
  double value = -77;
  return parse_time(text, value) ? value : -77;
}

TEST_CASE("numbers are read as they are written, whatever the locale") {
  CHECK(number("1.5") == 1.5f);
  CHECK(number("-0.25e2") == -25.0f);
  CHECK(number("+7") == 7.0f);
  CHECK(number("0.1") == 0.1f);
  CHECK(number("16777217") == 16777216.0f);
  CHECK(number(".5") == 0.5f);
  CHECK(number("5.") == 5.0f);
  CHECK(number("3.4028235e38") == std::numeric_limits<float>::max());
}

TEST_CASE("what is not wholly a number is none") {
  for (const char* text :
       {"", "abc", "1,5", "1.5x", "1 2", "+-1", "+", "-", ".", "e5", "1e", "0x10", "1e39", "--1", "1_000"}) {
    CAPTURE(text);
    CHECK(number(text) == -77);
  }
}

TEST_CASE("a number too small for a float is zero") {
  CHECK(number("1e-60") == 0.0f);
  CHECK(number("-1e-400") == 0.0f);
  CHECK(number("0." + std::string(80, '0') + "1") == 0.0f);
  CHECK(number("1" + std::string(80, '0')) == -77);
}

TEST_CASE("whole numbers may carry a zero fraction") {
  std::int64_t value = 0;
  CHECK((parse_integer("3.0", value) && value == 3));
  CHECK((parse_integer("-12", value) && value == -12));
  CHECK((parse_integer("4.", value) && value == 4));
  CHECK_FALSE(parse_integer("3.5", value));
  CHECK_FALSE(parse_integer(".0", value));
  CHECK_FALSE(parse_integer("99999999999999999999", value));
}

TEST_CASE("dates are seconds since 1970") {
  CHECK(moment("1970-01-01") == 0);
  CHECK(moment("1969-12-31") == -86400);
  CHECK(moment("2000-03-01") == 951868800);
  CHECK(moment("2024-02-29") == 1709164800);
  CHECK(moment("2024-02-29T12:30") == 1709164800 + 45000);
  CHECK(moment("2024-02-29 12:30:05.25Z") == 1709164800 + 45005.25);
  CHECK(moment("1700000000.5") == 1700000000.5);
  CHECK(moment("0000-03-01") < moment("0001-01-01"));
}

TEST_CASE("what is no date is none") {
  for (const char* text : {"2024-13-01", "2024-00-10", "2024-02-40", "2024-2-3", "2024-02-29T",
                           "2024-02-29T12", "2024-02-29T12:61", "2024-02-29T12:30:99", "24-02-29",
                           "yesterday", "inf", "2024-02-29T12:30:05+01:00", "2024--1-01"}) {
    CAPTURE(text);
    CHECK(moment(text) == -77);
  }
}

TEST_CASE("missing values have five spellings and one of the user's") {
  for (const char* text : {"", "NA", "NaN", "nan", "?"}) CHECK(is_missing(text, ""));
  CHECK_FALSE(is_missing("na", ""));
  CHECK_FALSE(is_missing("-999", ""));
  CHECK(is_missing("-999", "-999"));
}

TEST_CASE("values are shown shortly and without control characters") {
  CHECK(shown("a\tb\n") == "\"a.b.\"");
  CHECK(shown(std::string(61, 'x')) == '"' + std::string(60, 'x') + "...\"");
  CHECK(listed({"a", "b"}) == "\"a\", \"b\"");
  CHECK(listed(std::vector<std::string>(12, "x")).find("...") == std::string::npos);
  CHECK(listed(std::vector<std::string>(500, "x")).size() == 12 * 5 + 3);
}
