// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/table_columns.hpp>
#include <tutti/tune/clean.hpp>

#include "../thrown_by.hpp"

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace tutti;
using Found = Buffer<RowIndex>;

namespace {

const float hole = std::numeric_limits<float>::quiet_NaN();

Dataset<Row<2>, Real> numbers(Buffer<float> x, Buffer<float> y, Buffer<Column> columns = {}) {
  return {DenseStorage<float>(2, std::move(x)), std::move(y), {}, Schema{std::move(columns), {}, {}}};
}
/// Two clouds; the labels of the rows in `flipped` are wrong.
Dataset<Row<2>, Label<2>> clouds(int n, const Found& flipped) {
  Random random(3);
  Buffer<float> x;
  Buffer<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < 2; ++j)
      x.push_back(static_cast<float>(random.normal()) + (i % 2 == 0 ? -2.5f : 2.5f));
    y.push_back(i % 2);
  }
  for (const RowIndex row : flipped) y[row] = 1 - y[row];
  return {DenseStorage<float>(2, std::move(x)), std::move(y), {}, Schema{{}, "side", {"left", "right"}}};
}
const auto linear = Cascade{Standardize{}, Logistic{}};

}  // namespace

TEST_CASE("rows without a target and repeated rows are taken out, the first of each stays") {
  const auto data = numbers({1, 2, 1, 2, 3, hole, 0, 5, 3, hole, -0.0f, 5, 1, 2}, {1, 1, 2, 3, 2, 3, hole});
  const auto cleaned = clean(data);
  CHECK(cleaned.report.rows == 7);
  CHECK(cleaned.report.missing_targets == Found{6});
  CHECK(cleaned.report.duplicates == Found{1, 4, 5});
  CHECK(cleaned.report.kept == 3);
  CHECK(cleaned.data.rows() == 3);
  CHECK(cleaned.data.origin(2) == 3);
  CHECK(clean(data, {.missing_targets = false, .duplicates = false}).data.rows() == 7);
}

TEST_CASE("rows that differ in their target alone are no repeats, nor are missing labels known") {
  const Dataset<Row<1>, Label<2>> data(DenseStorage<float>(1, Buffer<float>{1, 1, 1}), {0, 1, 0});
  const auto cleaned = clean(data);
  CHECK(cleaned.report.duplicates == Found{2});
  CHECK(cleaned.report.missing_targets.empty());
}

TEST_CASE("outliers are taken out where that is asked for; categories are none") {
  Buffer<float> x, y;
  for (int i = 0; i < 20; ++i) {
    x.append({static_cast<float>(i), i == 7 ? 50.0f : 0.0f});
    y.push_back(static_cast<float>(i));
  }
  x[2 * 11] = 1000;
  const auto data = numbers(x, y, {{"a"}, {"b", ColumnKind::categorical, {"p"}}});
  CHECK(clean(data).report.outliers.empty());
  CHECK(clean(data, {.outliers = true}).report.outliers == Found{11});
  CHECK(clean(data, {.outliers = true, .limits = {.by = Limits::given, .low = 3, .high = 100}})
            .report.outliers == Found{0, 1, 2, 11});
  CHECK(clean(numbers(x, y), {.outliers = true}).report.outliers == Found{7, 11});
}

TEST_CASE("labels that cross-validated predictions contradict are found, and others are left") {
  Found flipped;
  for (RowIndex i = 3; i < 200; i += 13) flipped.push_back(i);
  const auto data = clouds(200, flipped);
  const auto cleaned = clean(linear, data);
  Found rows;
  for (const SuspectLabel& s : cleaned.report.suspects) {
    rows.push_back(s.row);
    CHECK(s.given != s.likely);
    CHECK(s.given == data.y(s.row).index());
    CHECK(s.probability_of_likely > s.probability_of_given);
  }
  CHECK(rows == flipped);
  CHECK(cleaned.data.rows() == 200 - std::ssize(flipped));
  CHECK(clean(linear, data, {.suspects = false}).data.rows() == 200);
  CHECK(clean(linear, clouds(200, {})).report.suspects.empty());
}

TEST_CASE("suspects are found alike by any number of threads") {
  const auto data = clouds(300, {1, 2, 3});
  CHECK(to_string(clean(linear, data, {}, {.threads = 1}).report) ==
        to_string(clean(linear, data, {}, {.threads = 7}).report));
}

TEST_CASE(
    "rows of suspects are those of the data that were given, also behind rows that were taken out before") {
  auto data = clouds(200, {4, 31});
  Found rows{0, 0, 0};  // two repeats in front
  for (RowIndex i = 1; i < 200; ++i) rows.push_back(i);
  const auto cleaned = clean(linear, data.subset(rows));
  REQUIRE(cleaned.report.suspects.size() == 2);
  CHECK(cleaned.report.duplicates == Found{1, 2});
  CHECK(cleaned.report.suspects[0].row == 6);
  CHECK(cleaned.report.suspects[1].row == 33);
}

TEST_CASE("the report prints what was done and which rows") {
  std::ostringstream out;
  Found flipped;
  for (RowIndex i = 3; i < 200; i += 13) flipped.push_back(i);
  out << clean(linear, clouds(200, flipped)).report;
  INFO(out.str());
  CHECK(
      out.str().find(
          "184 of 200 rows kept\n  missing targets: 0\n  duplicates: 0\n  outliers: 0\n  suspect labels: 16\n"
          "    row 3: left, likely right (") == 0);
  CHECK(out.str().ends_with("\n    ..."));
  std::ostringstream many;
  CleanReport report{20, 8, {}, {}, {}, {}, {}};
  for (RowIndex i = 0; i < 12; ++i) report.duplicates.push_back(i);
  many << report;
  CHECK(many.str().find("duplicates: 12  (rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...)") != std::string::npos);
}

TEST_CASE("nothing left is an error") {
  CHECK(thrown_by<DataError>([] {
          clean(numbers({1, 2}, {hole}));
        }) == "clean: expected a row to be left of 1 rows, got 0");
}

TEST_CASE("rows of a table are told apart by texts and by every digit of a number") {
  const Table table{numeric_column("id", {16777216, 16777217, 16777216, 16777216}), text_column("note", {"a", "a", "b", "a"})};
  const Dataset<Table, Real> data(table, {1, 1, 1, 1});
  CHECK(clean(data).report.duplicates == Buffer<RowIndex>{3});
  const Dataset<Text, Real> texts(Texts(std::vector<std::string>{"x", "y", "x"}), {1, 1, 1});
  CHECK(clean(texts, {.outliers = false}).report.duplicates == Buffer<RowIndex>{2});
}
