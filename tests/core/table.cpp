// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/dataset.hpp>
#include <tutti/core/table.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

namespace {

Table people() {
  return Table{{{"age", ColumnKind::numeric, {}}, {31, NAN, 40.5}, {}, {}},
               {{"city", ColumnKind::categorical, {"Bern", "Genf"}}, {}, {1, -1, 0}, {}},
               {{"born", ColumnKind::date, {}}, {86400.0 * 10, 43200, NAN}, {}, {}},
               {{"note", ColumnKind::text, {}}, {}, {}, Texts(std::vector<std::string>{"tea", "", "two words"})}};
}

template <class F> std::string refused(F&& f) {
  try {
    f();
  } catch (const DataError& error) { return error.what(); }
  return "no error";
}

}  // namespace

static_assert(Input<Table> && is_table<Table> && !is_table<Row<2>>);

TEST_CASE("columns are read by name and kind") {
  const Table t = people();
  CHECK(t.rows() == 3);
  CHECK(t.width() == 4);
  CHECK(t.numbers("age")[0] == 31);
  CHECK(t.categories("city")[1] == "Genf");
  CHECK(t.codes("city")[1] == -1);
  CHECK(t.dates("born")[1] == 43200);
  CHECK(t.texts("note")[2] == "two words");
  CHECK(t.find("born") == 2);
  CHECK(t.has("note"));
  CHECK(!t.has("notes"));
}

TEST_CASE("a row reads as numbers: codes, days, NaN for text and holes") {
  const Table t = people();
  const TableView first = t.row(0), second = t.row(1);
  CHECK(first[0] == 31);
  CHECK(first[1] == 1);
  CHECK(first[2] == 10);
  CHECK(std::isnan(first[3]));
  CHECK(std::isnan(second[0]));
  CHECK(std::isnan(second[1]));
  CHECK(second[2] == 0.5f);
  CHECK(second.number(2) == 43200);
  CHECK(first.text(1) == "Genf");
  CHECK(second.text(1).empty());
  CHECK(first.text(3) == "tea");
  float out[4];
  first.copy_to(out);
  CHECK(out[2] == 10);
}

TEST_CASE("columns are chosen, left out, added, renamed and joined without a copy") {
  const Table t = people();
  const Table few = t.select({"note", "age"});
  CHECK(few.columns()[1].name == "age");
  CHECK(few.numbers("age").data() == t.numbers("age").data());
  CHECK(t.without({"city", "born"}).width() == 2);
  CHECK(t.renamed("age", "years").numbers("years")[0] == 31);
  const Table more = t.with({{"height", ColumnKind::numeric, {}}, {1, 2, 3}, {}, {}});
  CHECK(more.width() == 5);
  CHECK(more.with({{"age", ColumnKind::numeric, {}}, {1, 2, 3}, {}, {}}).numbers("age")[2] == 3);
  CHECK(join(few, t.select({"city"})).find("city") == 2);
  const std::uint32_t rows[] = {2, 0, 2};
  const Table picked = t.subset(rows);
  CHECK(picked.numbers("age")[2] == 40.5);
  CHECK(picked.codes("city")[1] == 1);
  CHECK(picked.texts("note")[0] == "two words");
}

TEST_CASE("tables of equal columns share their header") {
  CHECK(people().header() == people().header());
  CHECK(people().header() != people().renamed("age", "years").header());
}

TEST_CASE("mistakes are named, the nearest name is suggested") {
  const Table t = people();
  CHECK(refused([&] { t.numbers("aeg"); }) == R"(a table has no column "aeg"; did you mean "age"?)");
  CHECK(refused([&] { t.numbers("price"); }) == R"(a table has no column "price")");
  CHECK(refused([&] { t.numbers("city"); }) == R"(the column "city" holds categories, not numbers)");
  CHECK(refused([&] { t.with({{"more", ColumnKind::numeric, {}}, {1, 2}, {}, {}}); }) ==
        R"(the column "more" of a table: expected 3 values, as in the column "age", got 2)");
  CHECK(refused([&] { join(t, t); }) == R"(a table has two columns "age")");
  CHECK(refused([&] { Table{{{"c", ColumnKind::categorical, {"x"}}, {}, {1}, {}}}; }) ==
        R"(the column "c" of a table: expected codes below 1, got 1)");
  const std::uint32_t beyond[] = {3};
  CHECK(refused([&] { t.subset(beyond); }) == "expected a row below 3, got 3");
}

TEST_CASE("a dataset of a table takes its columns as schema") {
  const Dataset<Table, Real> data(people(), {1, 2, 3}, {}, {{}, "price", {}});
  CHECK(data.schema().columns == people().columns());
  CHECK(data.schema().target == "price");
  CHECK(data.width() == 4);
  CHECK(Dataset<Table>(people()).rows() == 3);
  CHECK(Dataset<Table>(Table()).empty());
}
