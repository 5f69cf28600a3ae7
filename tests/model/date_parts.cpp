// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/table_columns.hpp>
#include <tutti/model/date_parts.hpp>

#include "transform_data.hpp"

using namespace transforms;

static_assert(Transform<DateParts>);

namespace {
const Buffer<DatePart> all_parts{DatePart::year,        DatePart::month,   DatePart::day,  DatePart::weekday,
                                 DatePart::day_of_year, DatePart::weekend, DatePart::hour, DatePart::minute};
Numbers days() { return table(1, reference::days, {}, {{"sold", ColumnKind::date}}); }
}  // namespace

TEST_CASE("parts of dates from the year 1 to 9999 are those of Python's calendar") {
  check_close(fitted_to(DateParts{.parts = all_parts}, days()), reference::date_parts);
}

TEST_CASE("parts stand in the place of the date, named after it; the date itself may stay") {
  const float x[] = {1, 0, 2, 3, 31, 4};
  const Buffer<Column> columns{{"a"}, {"sold", ColumnKind::date}, {"b"}};
  const auto data = table(3, x, {}, columns);
  const DateParts spec{.parts = {DatePart::month, DatePart::weekday}, .keep = true};
  const auto model = spec.fit(data, Context{});
  CHECK(made_of<float>(model, data) == std::vector<float>{1, 0, 1, 3, 2, 3, 31, 2, 6, 4});
  std::vector<std::string> names;
  for (const Column& c : model.columns(columns)) names.push_back(c.name);
  CHECK(names == std::vector<std::string>{"a", "sold", "sold month", "sold weekday", "b"});
}

TEST_CASE("cyclic parts are on a circle: the ends of a period are near each other") {
  const float x[] = {-1, 0, 181};  // 31 December, 1 January, 1 July
  const auto data = table(1, x, {}, {{"d", ColumnKind::date}});
  const auto model =
      DateParts{.parts = {DatePart::year, DatePart::month}, .cyclic = true}.fit(data, Context{});
  CHECK(model.columns(data.schema().columns)[1].name == "d month sine");
  CHECK(model.columns(data.schema().columns)[2].name == "d month cosine");
  const auto made = made_of(model, data);
  CHECK(made[0] == 1969);
  CHECK(made[1] == doctest::Approx(-0.5).epsilon(1e-12));
  CHECK(made[2] == doctest::Approx(std::sqrt(0.75)).epsilon(1e-12));
  CHECK(made[4] == doctest::Approx(0).epsilon(1e-12));
  CHECK(made[5] == 1);
  CHECK(made[8] == doctest::Approx(-1).epsilon(1e-12));
}

TEST_CASE("a missing date has missing parts, and so has one beyond all calendars") {
  const float x[] = {reference::none, INFINITY, -1e30f};
  for (const float v :
       fitted_to<float>(DateParts{.columns = {0}, .parts = {DatePart::day, DatePart::hour}}, table(1, x)))
    CHECK(std::isnan(v));
}

TEST_CASE("DateParts says what it cannot be fitted to") {
  const auto refused = [&](const DateParts& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, full()) ==
        "DateParts: expected .columns, or data whose schema says which columns are dates");
  CHECK(refused({.columns = {4}}, full()) == "DateParts: expected columns below 4, got 4");
  CHECK(refused({.parts = {}}, days()) == "DateParts: expected parts of dates, got 0");
}

TEST_CASE("DateParts that were saved are the same; damaged ones are refused") {
  check_kept(DateParts{.parts = all_parts, .cyclic = true}, days());
  auto model = DateParts{}.fit(days(), Context{});
  model.parts[0] = 8;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected a part of a date, got 8", FileError);
}

TEST_CASE("on a table a date is exact to the second") {
  const Table table{date_column("at", {"2024-02-29T12:34:00", "2026-11-26T23:59:00", ""})};
  const Dataset<Table> data(table);
  const auto model = DateParts{.parts = {DatePart::hour, DatePart::minute}}.fit(data, Context{});
  float parts[2];
  model.transform(data.x(0), parts);
  CHECK(parts[0] == 12);
  CHECK(parts[1] == 34);
  model.transform(data.x(1), parts);
  CHECK(parts[0] == 23);
  CHECK(parts[1] == 59);
  model.transform(data.x(2), parts);
  CHECK(std::isnan(parts[1]));
}
