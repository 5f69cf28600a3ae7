// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/calendar.hpp>

#include <doctest/doctest.h>

using namespace tutti::detail;

TEST_CASE("days count from the first of January 1970") {
  CHECK(days_since_1970(1970, 1, 1) == 0);
  CHECK(days_since_1970(1969, 12, 31) == -1);
  CHECK(days_since_1970(2024, 2, 29) == 19782);
  CHECK(days_since_1970(1, 1, 1) == -719162);
  CHECK(days_since_1970(0, 12, 31) == -719163);
}

TEST_CASE("a date is the day that its number says, over eight centuries and before the first year") {
  std::int64_t expected = days_since_1970(1599, 12, 31);
  for (int year = 1600; year < 2401; ++year)
    for (int month = 1; month <= 12; ++month) {
      const CalendarDay first(days_since_1970(year, month, 1));
      REQUIRE(first.day_number == ++expected);
      REQUIRE((first.year == year && first.month == month && first.day == 1));
      const CalendarDay last(first.day_number + first.days_in(month) - 1);
      REQUIRE((last.year == year && last.month == month && last.day == first.days_in(month)));
      expected = last.day_number;
    }
  const CalendarDay before(days_since_1970(-399, 2, 28));
  CHECK((before.year == -399 && before.month == 2 && before.day == 28));
}

TEST_CASE("weekdays go on from a Thursday, days of a year end at 365 or 366") {
  CHECK(CalendarDay(0).weekday() == 3);
  CHECK(CalendarDay(-1).weekday() == 2);
  CHECK(CalendarDay(days_since_1970(2024, 2, 29)).weekday() == 3);
  CHECK(CalendarDay(days_since_1970(2024, 12, 31)).day_of_year == 366);
  CHECK(CalendarDay(days_since_1970(1900, 12, 31)).day_of_year == 365);
}
