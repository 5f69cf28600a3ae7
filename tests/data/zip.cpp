// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/make.hpp>
#include <tutti/data/zip.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;
using Pair = Record<Field<"picture", Image<1, 1, 2>>, Field<"facts", Row<Dynamic>>>;

namespace {

const auto pictures = dataset<Image<1, 1, 2>>(std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6});
const auto facts = dataset<Row<Dynamic>, Label<2>>(
    std::vector<float>{10, 20, 30}, std::vector<std::int32_t>{0, 1, 1},
    {.weight = {1, 2, 3}, .group = {7, 7, 8}, .time = {3, 2, 1}, .id = {4, 5, 6}},
    {.columns = {{"age"}}, .target = "sick", .classes = {"no", "yes"}});

}  // namespace

TEST_CASE("datasets are joined row by row without copying") {
  const auto both = zip<Pair>(pictures, facts);
  CHECK(both.rows() == 3);
  CHECK(both.width() == 3);
  CHECK(both.x(1).get<"picture">()[0] == 3);
  CHECK(both.x(1).get<"facts">()[0] == 20);
  CHECK(both.storage()->field<0>() == pictures.storage());
  CHECK(both.storage()->field<1>() == facts.storage());
}

TEST_CASE("targets, classes and side columns come from the first dataset that has targets") {
  const auto both = zip<Pair>(pictures, facts);
  CHECK(both.y(2).name() == "yes");
  CHECK(both.classes() == 2);
  CHECK(both.weight(1) == 2);
  CHECK(both.group(2) == 8);
  CHECK(both.time(0) == 3);
  CHECK(both.id(0) == 4);
  CHECK(both.schema().target == "sick");
}

TEST_CASE("column names are those of the parts, numbered where a part has none") {
  const auto both = zip<Pair>(pictures, facts);
  REQUIRE(both.schema().columns.size() == 3);
  CHECK(both.schema().columns[1].name == "picture[1]");
  CHECK(both.schema().columns[2].name == "age");
  using Two = Record<Field<"a", Image<1, 1, 2>>, Field<"b", Image<1, 1, 2>>>;
  CHECK(zip<Two>(pictures, pictures).schema().columns.empty());
}

TEST_CASE("a text has no column, whatever it is called, and the columns of the others stay at their places") {
  using Note = Record<Field<"note", Text>, Field<"facts", Row<Dynamic>>, Field<"picture", Image<1, 1, 2>>>;
  const Dataset<Text, Nothing> notes(Texts(std::vector<std::string>{"a", "b", "c"}), {}, {}, Schema{{{"note", ColumnKind::text, {}}}, {}, {}});
  const auto all = zip<Note>(notes, facts, pictures);
  REQUIRE(all.width() == 3);
  CHECK(column_names(all.schema()) == Buffer<std::string>{"age", "picture[0]", "picture[1]"});
  CHECK(column_names(all.field<"facts">().schema()) == Buffer<std::string>{"age"});
  CHECK(column_names(all.field<"picture">().schema()) == Buffer<std::string>{"picture[0]", "picture[1]"});
  CHECK(all.field<"note">().schema().columns.empty());
  CHECK(all.x(2).get<"note">().text() == "c");
  using Two = Record<Field<"note", Text>, Field<"picture", Image<1, 1, 2>>>;
  CHECK(zip<Two>(notes, pictures).schema().columns.empty());  // no number has a name
}

TEST_CASE("subsets are joined by their rows") {
  const std::vector<RowIndex> order{2, 0, 2};
  const auto both = zip<Pair>(pictures.subset(order), facts.subset(order));
  CHECK(both.rows() == 3);
  CHECK(both.x(0).get<"picture">()[1] == 6);
  CHECK(both.x(1).get<"facts">()[0] == 10);
  CHECK(both.y(0).index() == 1);
  CHECK(both.weight(1) == 1);
}

TEST_CASE("without any targets there are none") {
  using Two = Record<Field<"a", Image<1, 1, 2>>, Field<"b", Image<1, 1, 2>>>;
  static_assert(std::is_same_v<decltype(zip<Two>(pictures, pictures)), Dataset<Two, Nothing>>);
  CHECK(zip<Two>(pictures, pictures).x(2)[3] == 6);
}

TEST_CASE("different numbers of rows are refused") {
  CHECK(refusal<DataError>([] { zip<Pair>(pictures, facts.first(2)); }) ==
        "zip: expected 3 rows in dataset 1, as in dataset 0, got 2");
  CHECK(refusal<DataError>([] { zip<Pair>(pictures.first(0), facts.first(0)); }) ==
        "zip: expected at least one row in dataset 0, got 0");
}
