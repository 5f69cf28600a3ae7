// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/input.hpp>
#include <tutti/data/calendar.hpp>
#include <tutti/model/prepared_columns.hpp>

#include <cmath>
#include <limits>

namespace tutti {

/// What can be read off a calendar and a clock: months and days count from 1, a Monday is weekday 0.
enum class DatePart : int { year, month, day, weekday, day_of_year, weekend, hour, minute };

namespace detail {

/// A moment, days since 1970 began: its day, and its minute to the nearest one of that day.
struct CalendarMoment : CalendarDay {
  int minute_of_day = 0;

  explicit CalendarMoment(double days) noexcept : CalendarDay(static_cast<std::int64_t>(std::floor(days))) {
    minute_of_day = static_cast<int>((days - std::floor(days)) * 1440 + 0.5);
    if (minute_of_day == 1440) minute_of_day = 1439;
  }
};

/// A part as a number, and, for those that come again, how far through their period the moment is, from 0 to 1.
struct DatePartValue {
  double number = 0, turn = 0;
};
inline DatePartValue value_of(const CalendarMoment& at, DatePart part) noexcept {
  const auto whole = [](int number, int from, int period) {
    return DatePartValue{static_cast<double>(number), static_cast<double>(number - from) / period};
  };
  switch (part) {
    case DatePart::year:
      return whole(at.year, 0, 1);
    case DatePart::month:
      return whole(at.month, 1, 12);
    case DatePart::day:
      return whole(at.day, 1, at.days_in(at.month));
    case DatePart::weekday:
      return whole(at.weekday(), 0, 7);
    case DatePart::day_of_year:
      return whole(at.day_of_year, 1, at.leap ? 366 : 365);
    case DatePart::weekend:
      return whole(at.weekday() >= 5, 0, 1);
    case DatePart::hour:
      return whole(at.minute_of_day / 60, 0, 24);
    case DatePart::minute:
      return whole(at.minute_of_day % 60, 0, 60);
  }
  return {};
}
inline bool comes_again(DatePart part) noexcept {
  return part != DatePart::year && part != DatePart::weekend;
}

}  // namespace detail

/// A column of dates (days since 1970) becomes columns of its parts: "sold year", "sold month" ... With `cyclic`, parts
/// that come again become the sine and the cosine of 2 pi times their share of the period, so that December is near
/// January. A missing date has missing parts.
/// Shapes   x (n) -> y (other columns, and the parts of each date in its place).
/// Needs    `.columns`, or a schema that says which columns are dates.
/// Cost     fit: nothing is learnt; transform: about 20 flops for each part.
/// Errors   FitError where neither names columns, one is not there, or no parts are asked for. A date beyond a million years
///          has missing parts. On a Table dates are exact to the second; of rows, where a float holds a day of our time to
///          3 minutes, hours and minutes are only so exact: let this be the first step.
struct DateParts {
  Buffer<int> columns{};  // which columns; empty: those that the schema calls dates
  Buffer<DatePart> parts{DatePart::year, DatePart::month, DatePart::day, DatePart::weekday};
  bool cyclic = false;
  bool keep = false;  // the date itself too

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  struct Model {
    Buffer<std::uint8_t> acts{};
    Buffer<std::int32_t> parts{};
    bool cyclic = false, keep = false;

    int width() const noexcept {
      int n = 0;
      for (const std::uint8_t a : acts) n += a != 0 ? each() : 1;
      return n;
    }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::size_t j = 0; j < acts.size(); ++j) {
        const auto at = static_cast<std::ptrdiff_t>(j);
        if (acts[j] == 0 || keep) *out++ = static_cast<T>(x[at]);
        if (acts[j] != 0) out = write_parts(days_of(x, at), out);
      }
    }
    Buffer<Column> columns(const Buffer<Column>& in) const;
    static void visit(auto& self, auto& archive) {
      archive("acts", self.acts)("parts", self.parts)("cyclic", self.cyclic)("keep", self.keep);
    }
    void loaded() const {
      for (const std::int32_t p : parts) check<FileError>(p >= 0 && p <= 7, "expected a part of a date", p);
      check<FileError>(!parts.empty() && parts.size() < 100, "expected parts of dates", parts.size());
      check<FileError>(acts.size() < (std::size_t{1} << 24), "expected fewer than 2^24 columns", acts.size());
    }
    void check_extents(int columns, int) const { detail::check_size("columns", acts.size(), columns); }

   private:
    template <class View> static double days_of(const View& x, std::ptrdiff_t j) noexcept {
      if constexpr (requires { x.number(j); }) return x.number(j) / 86400;  // a table knows the second
      else return static_cast<double>(x[j]);
    }
    bool as_circle(std::int32_t part) const noexcept {
      return cyclic && detail::comes_again(static_cast<DatePart>(part));
    }
    int each() const noexcept {
      int n = keep;
      for (const std::int32_t p : parts) n += as_circle(p) ? 2 : 1;
      return n;
    }
    template <class T> T* write_parts(double days, T* out) const noexcept {
      const bool known = detail::on_the_calendar(days);
      const detail::CalendarMoment at(known ? days : 0);
      for (const std::int32_t p : parts) {
        const detail::DatePartValue v = detail::value_of(at, static_cast<DatePart>(p));
        const double missing = known ? 0 : std::numeric_limits<double>::quiet_NaN(),
                     angle = 6.283185307179586 * v.turn;
        if (as_circle(p)) {
          *out++ = static_cast<T>(missing + std::sin(angle));
          *out++ = static_cast<T>(missing + std::cos(angle));
        } else {
          *out++ = static_cast<T>(missing + v.number);
        }
      }
      return out;
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const {
    return chosen(data.schema(), data.width(), context.path());
  }
  static void visit(auto& self, auto& archive) { archive("cyclic", self.cyclic)("keep", self.keep); }

 private:
  Model chosen(const Schema& schema, int width, const std::string& path) const;
};

inline Buffer<Column> DateParts::Model::columns(const Buffer<Column>& in) const {
  static constexpr const char* names[] = {"year",        "month",   "day",  "weekday",
                                          "day of year", "weekend", "hour", "minute"};
  Buffer<Column> out;
  for (std::size_t j = 0; j < acts.size(); ++j) {
    if (acts[j] == 0 || keep) out.push_back(in[j]);
    if (acts[j] == 0) continue;
    for (const std::int32_t p : parts) {
      const std::string name = in[j].name + ' ' + names[p];
      if (!as_circle(p)) out.push_back({name});
      else
        for (const char* const side : {" sine", " cosine"}) out.push_back({name + side});
    }
  }
  return out;
}

[[gnu::cold]] inline DateParts::Model DateParts::chosen(const Schema& schema, int width,
                                                        const std::string& path) const {
  const detail::ColumnChoice choice{schema, width, path, "DateParts"};
  choice.expect(!parts.empty() && parts.size() < 100, {"expected parts of dates, got ", parts.size()});
  Model m{choice.of_kind(columns, ColumnKind::date), {}, cyclic, keep};
  for (const DatePart p : parts) m.parts.push_back(static_cast<std::int32_t>(p));
  return m;
}

}  // namespace tutti
