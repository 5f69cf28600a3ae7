// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>

// The Gregorian calendar, before it was in use as well.
namespace tutti::detail {

/// Days from 1970-01-01 to a date; years begin in March here, so that the leap day is the last.
constexpr std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
  const std::int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}
static_assert(days_since_1970(1970, 1, 1) == 0 && days_since_1970(2000, 3, 1) - days_since_1970(2000, 2, 28) == 2);

/// The day that is so many days after 1970-01-01.
struct CalendarDay {
  std::int64_t day_number = 0;
  int year = 0, month = 1, day = 0, day_of_year = 0;
  bool leap = false;

  explicit constexpr CalendarDay(std::int64_t days) noexcept : day_number(days) {
    constexpr std::int64_t cycle_days = 146097;       // of 400 years
    const std::int64_t shifted = day_number + 719162;  // since 0001-01-01
    const std::int64_t cycle = (shifted >= 0 ? shifted : shifted - cycle_days + 1) / cycle_days;
    std::int64_t rest = shifted - cycle * cycle_days;
    const std::int64_t century = rest / 36524 < 3 ? rest / 36524 : 3;
    rest -= century * 36524;
    const std::int64_t four = rest / 1461;
    rest -= four * 1461;
    const std::int64_t one = rest / 365 < 3 ? rest / 365 : 3;
    rest -= one * 365;
    year = static_cast<int>(cycle * 400 + century * 100 + four * 4 + one + 1);
    leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    day_of_year = static_cast<int>(rest) + 1;
    day = day_of_year;
    while (day > days_in(month)) day -= days_in(month++);
  }
  constexpr int days_in(int m) const noexcept {
    return m == 2 ? (leap ? 29 : 28) : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
  }
  constexpr int weekday() const noexcept { return static_cast<int>(((day_number + 3) % 7 + 7) % 7); }
};

/// A million years to either side: beyond them a day's number is no year of an int.
inline bool on_the_calendar(double days) noexcept { return days > -3.65e8 && days < 3.65e8; }

}  // namespace tutti::detail
