// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/csv.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace tutti;
using Names = std::vector<std::string>;

namespace {

constexpr std::string_view flowers = "width,height,kind\n1,2,rose\n3,4,tulip\n5,,rose\n";

/// Reads it as Row<Dynamic> with a target and returns the message without the path.
template <class Y = Label<2>>
std::string refused(std::string_view text, const CsvOptions& options = {.target = "y"}) {
  const TemporaryFile file(text);
  return refusal_of(file, [&] { read_csv<Row<Dynamic>, Y>(file.path, options); });
}

}  // namespace

TEST_CASE("a table becomes rows, classes and a schema") {
  const TemporaryFile file(flowers);
  const auto data = read_csv<Row<2>, Label<2>>(file.path, {.target = "kind"});
  CHECK(data.rows() == 3);
  CHECK(data.x(1)[0] == 3);
  CHECK(data.x(1)[1] == 4);
  CHECK(std::isnan(data.x(2)[1]));
  CHECK(data.y(1).index() == 1);
  CHECK(data.y(1).name() == "tulip");
  CHECK(column_names(data.schema()) == Names{"width", "height"});
  CHECK(data.schema().target == "kind");
  CHECK(data.schema().classes == ClassNames{"rose", "tulip"});
}

TEST_CASE("the width may be left to the file, the number of classes too") {
  const TemporaryFile file(flowers);
  const auto data = read_csv<Row<Dynamic>, Label<Dynamic>>(file.path, {.target = "kind"});
  CHECK(data.width() == 2);
  CHECK(data.classes() == 2);
}

TEST_CASE("a target may be a number or nothing") {
  const TemporaryFile file("a,y\n1,0.5\n2,-3e2\n");
  const auto numbers = read_csv<Row<1>, Real>(file.path, {.target = "y"});
  CHECK(float(numbers.y(1)) == -300);
  CHECK(numbers.schema().classes.empty());
  CHECK(read_csv<Row<2>>(file.path).width() == 2);
  CHECK(read_csv<Row<1>>(file.path, {.target = "y"}).width() == 1);
  CHECK(read_csv<Row<2>>(file.path, {.target = "not there"}).width() == 2);
}

TEST_CASE("a program without a target is told which columns there are") {
  CHECK(refused<Label<2>>("a,y\n1,2\n", {}) ==
        R"(: which column is the Label<2>? Say .target = "name"; the columns are "a", "y")");
  CHECK(refused<Real>("a,y\n1,2\n", {}) ==
        R"(: which column is the Real? Say .target = "name"; the columns are "a", "y")");
}

TEST_CASE("columns that are not there are named with those that are") {
  CHECK(refused("a,b\n1,2\n") == R"(: no target column "y"; the columns are "a", "b")");
  CHECK(refused("a,y\n1,1\n", {.target = "y", .columns = {"c"}}) ==
        R"(: no input column "c"; the columns are "a", "y")");
  CHECK(refused("a,y\n1,1\n", {.target = "y", .weight = "w"}) ==
        R"(: no weight column "w"; the columns are "a", "y")");
  CHECK(refused("a,y\n1,1\n", {.target = "y", .group = "w"}) ==
        R"(: no group column "w"; the columns are "a", "y")");
  CHECK(refused("a,y\n1,1\n", {.target = "y", .time = "w"}) ==
        R"(: no time column "w"; the columns are "a", "y")");
  CHECK(refused("a,y\n1,1\n", {.target = "y", .id = "w"}) ==
        R"(: no id column "w"; the columns are "a", "y")");
  CHECK(refused("a,y\n1,1\n", {.target = "y", .categorical = {"w"}}) ==
        R"(: no input column "w" to be categorical; the columns are "a", "y")");
}

TEST_CASE("a name that occurs twice is refused where it is used") {
  CHECK(refused("a,a,y\n1,2,1\n") ==
        R"(: the column name "a" occurs twice (say .header = false when the first line is a row))");
  const TemporaryFile file("a,a,b,y\n1,2,3,1\n");
  CHECK(read_csv<Row<1>, Label<2>>(file.path, {.target = "y", .columns = {"b"}}).x(0)[0] == 3);
}

TEST_CASE("a column is not both target and input, and something is left to learn from") {
  CHECK(refused("a,y\n1,1\n", {.target = "y", .columns = {"a", "y"}}) ==
        R"(: the column "y" is both target and input)");
  CHECK(refused("y\n1\n") == R"(: no input columns are left; the columns are "y")");
}

TEST_CASE("columns are taken in the order that is asked for") {
  const TemporaryFile file("a,b,c,y\n1,2,3,0\n");
  const auto data = read_csv<Row<2>, Label<2>>(file.path, {.target = "y", .columns = {"c", "a"}});
  CHECK(data.x(0)[0] == 3);
  CHECK(data.x(0)[1] == 1);
}

TEST_CASE("a width that the file does not have is refused with the columns") {
  const TemporaryFile file("a,b,y\n1,2,0\n");
  CHECK(refusal_of<ShapeError>(file, [&] { read_csv<Row<3>, Label<2>>(file.path, {.target = "y"}); }) ==
        R"(: expected 3 input columns for Row<3>, got 2: "a", "b")");
  CHECK(refusal_of<ShapeError>(file, [&] {
          read_csv<Image<1, 8, 8>, Label<2>>(file.path, {.target = "y"});
        }) == R"(: expected 64 input columns for Image<1, 8, 8>, got 2: "a", "b")");
}

TEST_CASE("rows of another length are refused with their line") {
  CHECK(refused("a,y\n1,1\n2\n") == ":3:1: expected 2 cells as in the first line, got 1");
  CHECK(refused("a,y\n1,1\n2,3,4\n") == ":3:1: expected 2 cells as in the first line, got 3");
  CHECK(refused("a,y\n1,1\n\n2,3\n") == ":3:1: expected 2 cells as in the first line, got 1");
}

TEST_CASE("a value that is no number is refused with line, column and name") {
  CHECK(refused("a,y\n1,1\n 2x ,0\n") ==
        R"(:3:2: expected a number in the column "a", got "2x" (name columns of text in .categorical, further spellings of a missing value in .missing))");
  CHECK(refused("a,y\n1,1\ninf,0\n") == R"(:3:1: expected a finite number in the column "a", got "inf")");
  CHECK(refused("a,y\n1,1\n1e99,0\n") ==
        R"(:3:1: expected a number in the column "a", got "1e99" (name columns of text in .categorical, further spellings of a missing value in .missing))");
}

TEST_CASE("missing inputs are NaN, missing targets are refused") {
  const TemporaryFile file("a,b,c,d,e,f,y\nNA,NaN,nan,?,,-1,0\n");
  CsvReport report;
  const auto data =
      read_csv<Row<6>, Label<2>>(file.path, {.target = "y", .missing = "-1", .report = &report});
  for (int j = 0; j < 6; ++j) CHECK(std::isnan(data.x(0)[j]));
  CHECK(report.missing == 6);
  CHECK(refused("a,y\n1,1\n2,?\n") == R"(:3:3: expected a class in the column "y", got a missing value)");
  CHECK(refused<Real>("a,y\n1,1\n2,\n") ==
        R"(:3:3: expected a finite number in the column "y", got a missing value)");
}

TEST_CASE("a number to be predicted is finite") {
  CHECK(refused<Real>("a,y\n1,inf\n") == R"(:2:3: expected a finite number in the column "y", got "inf")");
  CHECK(refused<Real>("a,y\n1,much\n") == R"(:2:3: expected a finite number in the column "y", got "much")");
}

TEST_CASE("rows with missing values can be left out") {
  const TemporaryFile file("a,b,w,y\n1,,1,x\n2,3,2,x\n4,5,3,\n,6,4,z\n7,8,5,z\n");
  CsvReport report;
  const auto data = read_csv<Row<2>, Label<Dynamic>>(
      file.path, {.target = "y", .weight = "w", .drop_missing = true, .report = &report});
  CHECK(data.rows() == 2);
  CHECK(data.x(0)[0] == 2);
  CHECK(data.x(1)[1] == 8);
  CHECK(data.weight(0) == 2);
  CHECK(data.weight(1) == 5);
  CHECK(data.y(1).name() == "z");
  CHECK(report.rows == 2);
  CHECK(report.dropped == 3);
  CHECK(report.missing == 0);
  CHECK(refused("a,y\n,1\n1,\n", {.target = "y", .drop_missing = true}) ==
        ": a value is missing in every row");
  const TemporaryFile pixels("p,y\n1,0\n,1\n3,1\n");
  CHECK(read_csv<Image<1, 1, 1>, Label<2>>(pixels.path, {.target = "y", .drop_missing = true}).rows() == 2);
  const TemporaryFile numbers("a,y\n1,0.5\n2,\n3,1.5\n");
  CHECK(float(read_csv<Row<1>, Real>(numbers.path, {.target = "y", .drop_missing = true}).y(1)) == 1.5f);
}

TEST_CASE("files without rows are refused by name") {
  CHECK(refused("") == ": the file is empty");
  CHECK(refused("a,y\n") == ": there are no rows below the header");
  CHECK(refused("a,y") == ": there are no rows below the header");
  CHECK(refusal<DataError>([] { read_csv<Row<1>>("no/such.csv"); }) ==
        "no/such.csv: cannot be opened: No such file or directory");
  CHECK(refusal<DataError>([] { read_csv<Row<1>>("/"); }) == "/: cannot be read: Is a directory");
}

TEST_CASE("a file larger than the limit is refused") {
  CHECK(refused("a,y\n1,1\n", {.target = "y", .limit = 5}) == ": holds more than the limit of 5 bytes");
}

TEST_CASE("one row and one class make a dataset") {
  const TemporaryFile file("a,y\n1,only\n");
  const auto data = read_csv<Row<1>, Label<Dynamic>>(file.path, {.target = "y"});
  CHECK(data.rows() == 1);
  CHECK(data.classes() == 1);
  CHECK(data.y(0).name() == "only");
}

TEST_CASE("more classes than the label has are refused where the first one too many stands") {
  CHECK(refused("a,y\n1,x\n2,y\n3,x\n4,z\n5,q\n") ==
        R"(:5:3: expected 2 classes for Label<2>, got one more, "z", beside "x", "y")");
}

TEST_CASE("a table without a header has numbers for names") {
  const TemporaryFile file("1,2,rose\n3,4,tulip\n");
  const auto data = read_csv<Row<2>, Label<2>>(file.path, {.target = "2", .header = false});
  CHECK(data.rows() == 2);
  CHECK(data.x(0)[0] == 1);
  CHECK(column_names(data.schema()) == Names{"0", "1"});
}

TEST_CASE("an image holds whole numbers from 0 to 255") {
  const TemporaryFile file("p,q,y\n0,255,1\n7.0,16,0\n");
  const auto data = read_csv<Image<1, 1, 2>, Label<2>>(file.path, {.target = "y"});
  CHECK(data.x(0)[1] == 255);
  CHECK(data.x(1)[0] == 7);
  for (const char* bad : {"256", "-1", "0.5", "x"}) {
    const TemporaryFile wrong(std::string("p,q,y\n0,") + bad + ",1\n");
    CHECK(refusal_of(wrong, [&] { read_csv<Image<1, 1, 2>, Label<2>>(wrong.path, {.target = "y"}); }) ==
          ":2:3: expected a whole number from 0 to 255 in the column \"q\", got \"" + std::string(bad) + '"');
  }
  const TemporaryFile missing("p,q,y\n0,?,1\n");
  CHECK(refusal_of(missing, [&] { read_csv<Image<1, 1, 2>, Label<2>>(missing.path, {.target = "y"}); }) ==
        ":2:3: expected a whole number from 0 to 255 in the column \"q\", got a missing value");
  CHECK(refusal_of(file, [&] {
          read_csv<Image<1, 1, 2>, Label<2>>(file.path, {.target = "y", .categorical = {"q"}});
        }) == ": an image has no column of categories, got \"q\"");
}

TEST_CASE("categories are numbered in the order of their names") {
  const TemporaryFile file("colour,size,y\nred,10,0\nblue,9,1\n,10,1\nred,,0\n");
  const auto data = read_csv<Row<2>, Label<2>>(file.path, {.target = "y", .categorical = {"colour", "size"}});
  CHECK(data.schema().columns[0] == Column{"colour", ColumnKind::categorical, {"blue", "red"}});
  CHECK(data.schema().columns[1] == Column{"size", ColumnKind::categorical, {"9", "10"}});
  CHECK(data.x(0)[0] == 1);
  CHECK(data.x(1)[0] == 0);
  CHECK(std::isnan(data.x(2)[0]));
  CHECK(data.x(0)[1] == 1);
  CHECK(data.x(1)[1] == 0);
  CHECK(std::isnan(data.x(3)[1]));
}

TEST_CASE("side columns are read beside the inputs") {
  const TemporaryFile file(
      "w,a,who,when,id,y\n0.5,1,ann,2024-01-01,10,0\n2,2,bob,2024-01-02,11,1\n1,3,ann,2024-01-03T06:00,12,"
      "1\n");
  const auto data = read_csv<Row<1>, Label<2>>(
      file.path, {.target = "y", .weight = "w", .group = "who", .time = "when", .id = "id"});
  CHECK(data.weight(0) == 0.5f);
  CHECK(data.group(0) == data.group(2));
  CHECK(data.group(0) != data.group(1));
  CHECK(data.time(1) - data.time(0) == 86400);
  CHECK(data.time(2) - data.time(1) == 108000);
  CHECK(data.id(2) == 12);
  const TemporaryFile other("a,who,y\n1,bob,0\n");  // a name is the same group in every file
  CHECK(read_csv<Row<1>, Label<2>>(other.path, {.target = "y", .group = "who"}).group(0) == data.group(1));
}

TEST_CASE("side columns refuse what they cannot hold") {
  CHECK(refused("a,s,y\n1,-1,1\n", {.target = "y", .weight = "s"}) ==
        R"(:2:3: expected a finite weight that is not negative in the column "s", got "-1")");
  CHECK(refused("a,s,y\n1,,1\n", {.target = "y", .weight = "s"}) ==
        R"(:2:3: expected a finite weight that is not negative in the column "s", got a missing value)");
  CHECK(refused("a,s,y\n1,,1\n", {.target = "y", .group = "s"}) ==
        R"(:2:3: expected a number or a name in the column "s", got a missing value)");
  CHECK(refused("a,s,y\n1,NA,1\n", {.target = "y", .id = "s"}) ==
        R"(:2:3: expected a number or a name in the column "s", got a missing value)");
  CHECK(
      refused("a,s,y\n1,noon,1\n", {.target = "y", .time = "s"}) ==
      R"(:2:3: expected a number or a date (2024-02-29 or 2024-02-29T12:30:00) in the column "s", got "noon")");
}

TEST_CASE("a second file is read by the schema of the first") {
  const TemporaryFile first("colour,size,kind\nred,1,rose\nblue,2,tulip\n");
  const TemporaryFile second("kind,extra,size,colour\ntulip,junk,5,blue\nrose,junk,6,green\n");
  const auto train = read_csv<Row<2>, Label<2>>(first.path, {.target = "kind", .categorical = {"colour"}});
  CsvReport report;
  const auto test = read_csv<Row<2>, Label<2>>(second.path, train.schema(), {.report = &report});
  CHECK(test.schema() == train.schema());
  CHECK(test.x(0)[0] == 0);
  CHECK(test.x(0)[1] == 5);
  CHECK(std::isnan(test.x(1)[0]));
  CHECK(test.y(0).index() == 1);
  CHECK(test.y(1).index() == 0);
  CHECK(report.unseen == 1);
  CHECK(report.missing == 1);
  CHECK(report.delimiter == ',');
}

TEST_CASE("a schema reads a file without the target, or with it and without asking") {
  const TemporaryFile first("a,b,kind\n1,2,rose\n");
  const auto train = read_csv<Row<2>, Label<Dynamic>>(first.path, {.target = "kind"});
  const TemporaryFile bare("b,a\n2,1\n");
  const auto rows = read_csv<Row<2>>(bare.path, train.schema());
  CHECK(rows.x(0)[0] == 1);
  CHECK(rows.schema() == train.schema());
  CHECK(read_csv<Row<2>>(first.path, train.schema()).x(0)[1] == 2);
  CHECK(refusal_of(bare, [&] { read_csv<Row<2>, Label<1>>(bare.path, train.schema()); }) ==
        R"(: no target column "kind"; the columns are "b", "a")");
}

TEST_CASE("a schema refuses a missing column, an unknown class and other options for columns") {
  const TemporaryFile first("a,b,kind\n1,2,rose\n3,4,tulip\n");
  const auto train = read_csv<Row<2>, Label<2>>(first.path, {.target = "kind"});
  const TemporaryFile narrow("a,kind\n1,rose\n");
  CHECK(refusal_of(narrow, [&] { read_csv<Row<2>, Label<2>>(narrow.path, train.schema()); }) ==
        R"(: no input column "b"; the columns are "a", "kind")");
  const TemporaryFile unknown("a,b,kind\n1,2,rose\n1,2,lily\n");
  CHECK(refusal_of(unknown, [&] { read_csv<Row<2>, Label<2>>(unknown.path, train.schema()); }) ==
        R"(:3:5: expected one of the classes "rose", "tulip" in the column "kind", got "lily")");
  CHECK(refusal_of(first, [&] {
          read_csv<Row<2>, Label<2>>(first.path, train.schema(), {.columns = {"a"}});
        }) == ": .columns, .categorical and the like come from the schema, leave them out");
  CHECK(refusal_of<ShapeError>(first, [&] { read_csv<Row<2>, Label<1>>(first.path, train.schema()); }) ==
        ": expected at most 1 classes for Label<1>, got 2 in the schema");
}

TEST_CASE("a schema of whole-number classes reads other spellings of them, and a subset") {
  const TemporaryFile first("a,y\n1,0\n1,1\n1,2\n"), second("a,y\n1,2.0\n");
  const auto train = read_csv<Row<1>, Label<3>>(first.path, {.target = "y"});
  CHECK(read_csv<Row<1>, Label<3>>(second.path, train.schema()).y(0).index() == 2);
}

TEST_CASE("the target of a schema may be called otherwise in another file") {
  const TemporaryFile first("a,y\n1,u\n2,v\n"), second("a,truth\n1,v\n");
  const auto train = read_csv<Row<1>, Label<2>>(first.path, {.target = "y"});
  const auto test = read_csv<Row<1>, Label<2>>(second.path, train.schema(), {.target = "truth"});
  CHECK(test.y(0).index() == 1);
  CHECK(test.schema() == train.schema());
}

TEST_CASE("a record takes the columns in the order of its fields") {
  using Person = Record<Field<"face", Image<1, 1, 2>>, Field<"facts", Row<Dynamic>>>;
  const TemporaryFile file("p,q,age,height,y\n1,2,30,1.5,0\n3,4,40,,1\n");
  const auto data = read_csv<Person, Label<2>>(file.path, {.target = "y"});
  CHECK(data.width() == 4);
  CHECK(data.x(1).get<"face">()[0] == 3);
  CHECK(data.x(0).get<"facts">()[1] == 1.5f);
  CHECK(std::isnan(data.x(1)[3]));
  CHECK(column_names(data.field<"facts">().schema()) == Names{"age", "height"});
  CHECK(column_names(data.field<"face">().schema()) == Names{"p", "q"});
  using Wide = Record<Field<"face", Image<1, 2, 2>>, Field<"facts", Row<Dynamic>>>;
  CHECK(
      refusal_of<ShapeError>(file, [&] { read_csv<Wide, Label<2>>(file.path, {.target = "y"}); }) ==
      R"(: expected more than 4 input columns for Record<Field<"face", Image<1, 2, 2>>, Field<"facts", Row<Dynamic>>>, got 4: "p", "q", "age", "height")");
}

TEST_CASE("a table takes each column as what it holds") {
  const TemporaryFile file(
      "age,city,born,note,y\n31,Bern,1990-05-17,\"likes tea, and more\",no\n,Genf,,\"said \"\"hi\"\"\",yes\n"
      "40.5,,2001-01-01T12:00:00,,no\n");
  const auto data = read_csv<Table, Label<2>>(file.path, {.target = "y", .text = {"note"}});
  const Table& table = *data.storage();
  CHECK(table.width() == 4);
  CHECK(table.numbers("age")[2] == 40.5);
  CHECK(std::isnan(table.numbers("age")[1]));
  CHECK(table.categories("city") == Buffer<std::string>{"Bern", "Genf"});
  CHECK(table.codes("city")[1] == 1);
  CHECK(table.codes("city")[2] == -1);
  CHECK(table.dates("born")[2] - table.dates("born")[0] == 86400.0 * 3882 + 43200);
  CHECK(table.texts("note")[0] == "likes tea, and more");
  CHECK(table.texts("note")[1] == "said \"hi\"");
  CHECK(table.texts("note")[2].empty());
  CHECK(data.x(0)[2] == 7441);  // days since 1970
  CHECK(data.x(0).text(1) == "Bern");
  CHECK(std::isnan(data.x(0)[3]));
  CHECK(data.schema().columns == table.columns());
  CHECK(data.y(1).name() == "yes");
}

TEST_CASE("another table is read by the schema of the first, a category never seen is missing") {
  const TemporaryFile first("a,city,y\n1,Bern,0\n2,Genf,1\n"), second("y,city,b,a\n1,Chur,x,7\n0,Genf,x,8\n");
  const auto train = read_csv<Table, Label<2>>(first.path, {.target = "y"});
  CsvReport report;
  const auto test = read_csv<Table, Label<2>>(second.path, train.schema(), {.report = &report});
  CHECK(test.schema() == train.schema());
  CHECK(test.storage()->codes("city")[0] == -1);
  CHECK(test.storage()->codes("city")[1] == 1);
  CHECK(test.x(0)[0] == 7);
  CHECK(report.unseen == 1);
  CHECK(test.x(0).columns() == train.x(0).columns());
}

TEST_CASE("one text among numbers is a mistake, not a column of categories") {
  std::string text = "a,y\n";
  for (int i = 0; i < 100; ++i) text += (i == 70 ? "oops" : std::to_string(i)) + ",1\n";
  const TemporaryFile file(text);
  CHECK(refusal_of(file, [&] { read_csv<Table, Real>(file.path, {.target = "y"}); }) ==
        R"(:72:1: expected a number in the column "a", got "oops" (name columns of text in .categorical, further spellings of a missing value in .missing))");
  CHECK(read_csv<Table, Real>(file.path, {.target = "y", .categorical = {"a"}}).storage()->categories("a").size() == 100);
  CsvReport report;
  read_csv<Table, Real>(file.path, {.target = "y", .missing = "oops", .report = &report});
  CHECK(report.missing == 1);
}

TEST_CASE("texts are told from categories by how many are different") {
  std::string text = "few\tmany\n";
  for (int i = 0; i < 500; ++i) text += "c" + std::to_string(i % 7) + "\tthe text " + std::to_string(i) + ", \"quoted\"\n";
  const TemporaryFile file(text, "t.tsv");
  const auto data = read_csv<Table>(file.path);
  CHECK(data.schema().columns[0].kind == ColumnKind::categorical);
  CHECK(data.schema().columns[1].kind == ColumnKind::text);
  CHECK(data.storage()->texts("many")[499] == "the text 499, \"quoted\"");
}

TEST_CASE("a Text is one column") {
  const TemporaryFile file("label\ttext\nham\thello, you\nspam\tbuy now\n", "t.tsv");
  const auto data = read_csv<Text, Label<2>>(file.path, {.target = "label"});
  CHECK(data.x(1).text() == "buy now");
  CHECK(data.y(1).name() == "spam");
  const TemporaryFile quotes("label\ttext\n1\t\"Really\" good\n0\t\"never closed\n", "t.tsv");
  CHECK(read_csv<Text, Label<2>>(quotes.path, {.target = "label"}).x(0).text() == "\"Really\" good");
  CHECK(read_csv<Text, Label<2>>(quotes.path, {.target = "label", .quotes = false}).x(1).text() == "\"never closed");
  CHECK(refusal_of(quotes, [&] { read_csv<Text, Label<2>>(quotes.path, {.target = "label", .quotes = true}); }) ==
        ":2:12: expected the delimiter or the end of the line after a closing quote (say .quotes = false where quotes are only text)");
}

TEST_CASE("several targets are numbers or flags") {
  const TemporaryFile file("a,u,v\n1,0,1\n2,1,1\n");
  const auto numbers = read_csv<Row<1>, Reals<2>>(file.path, {.targets = {"v", "u"}});
  CHECK(numbers.target(0)[0] == 1);
  CHECK(numbers.target(0)[1] == 0);
  CHECK(numbers.schema().classes == ClassNames{"v", "u"});
  const auto flags = read_csv<Row<1>, Flags<Dynamic>>(file.path, {.targets = {"u", "v"}});
  CHECK(flags.outputs() == 2);
  CHECK(flags.target(1)[0] == 1);
  CHECK(read_csv<Row<1>, Flags<2>>(file.path, flags.schema()).target(1)[1] == 1);
  CHECK(refusal_of(file, [&] { read_csv<Row<1>, Flags<2>>(file.path, {}); }) ==
        R"(: which columns are the Flags<2>? Say .targets = {"name", ...}; the columns are "a", "u", "v")");
  CHECK(refusal_of<ShapeError>(file, [&] { read_csv<Row<1>, Flags<3>>(file.path, {.targets = {"u", "v"}}); }) ==
        ": expected 3 target columns for Flags<3>, got 2");
  const TemporaryFile wrong("a,u,v\n1,0,2\n");
  CHECK(refusal_of(wrong, [&] { read_csv<Row<1>, Flags<2>>(wrong.path, {.targets = {"u", "v"}}); }) ==
        R"(:2:5: expected a flag (0 or 1, no or yes, false or true) in the column "v", got "2")");
}

TEST_CASE("a first line with a number in it is a row, unless the options name one of its cells") {
  const TemporaryFile rows("0,tcp,normal.\n1,udp,smurf.\n"), years("name,2020,2021\nx,1,2\n");
  CsvReport report;
  const auto data = read_csv<Table, Label<2>>(rows.path, {.target = "2", .report = &report});
  CHECK(data.rows() == 2);
  CHECK(!report.header);
  CHECK(read_csv<Table>(years.path, {.categorical = {"name"}}).rows() == 1);
  CHECK(read_csv<Table>(years.path, {.header = false}).rows() == 2);
}

TEST_CASE("blanks may delimit, comments are skipped, lines are counted all the same") {
  const TemporaryFile file("# made by hand\n a  b   y \n1  2  0\n# more\n 3 \t4 1  \n", "t.txt");
  const auto data = read_csv<Row<2>, Label<2>>(file.path, {.target = "y", .comment = '#'});
  CHECK(data.rows() == 2);
  CHECK(data.x(1)[1] == 4);
  const TemporaryFile wrong("# c\na,y\n# \"c\n1,x\n#\n2;,1\n");
  CHECK(refusal_of(wrong, [&] { read_csv<Row<1>, Real>(wrong.path, {.target = "y", .comment = '#'}); }) ==
        R"(:4:3: expected a finite number in the column "y", got "x")");
}

TEST_CASE("classes may be renamed while they are read") {
  const TemporaryFile file("a,y\n1,normal.\n2,smurf.\n3,neptune.\n");
  const auto data = read_csv<Row<1>, Label<2>>(
      file.path, {.target = "y", .relabel = [](std::string_view name) -> std::string_view { return name == "normal." ? "normal" : "attack"; }});
  CHECK(data.schema().classes == ClassNames{"attack", "normal"});
  CHECK(data.y(2).name() == "attack");
}

TEST_CASE("a name that is nearly right is answered with the right one") {
  CHECK(refused("age,income,y\n1,2,1\n", {.target = "y", .columns = {"incmoe"}}) ==
        R"(: no input column "incmoe"; did you mean "income"?; the columns are "age", "income", "y")");
}

TEST_CASE("a column may be a time and an input") {
  const TemporaryFile file("t,a,y\n5,1,0\n6,2,1\n");
  const auto data = read_csv<Row<2>, Label<2>>(file.path, {.target = "y", .columns = {"t", "a"}, .time = "t"});
  CHECK(data.x(1)[0] == 6);
  CHECK(data.time(1) == 6);
}

TEST_CASE("many blocks are one table, whatever the threads") {
  std::string text = "n,c,t,y\n";
  std::mt19937 random(3);
  const int rows = 60'000;
  for (int i = 0; i < rows; ++i) {
    text += std::to_string(static_cast<double>(random() % 100'000) / 64) + ",c" + std::to_string(random() % 300) + ",";
    text += i % 5 == 0 ? "\"two\nlines " + std::to_string(i) + "\"" : "text " + std::to_string(i);
    text += ",k" + std::to_string((i / 20'000 + i) % 3) + (i % 2 == 0 ? "\r\n" : "\n");
  }
  const TemporaryFile file(text);
  CHECK(text.size() > 1'200'000);
  const auto one = parallel::with_threads(1, [&] { return read_csv<Table, Label<3>>(file.path, {.target = "y"}); });
  for (const int threads : {2, 7}) {
    const auto many = parallel::with_threads(threads, [&] { return read_csv<Table, Label<3>>(file.path, {.target = "y"}); });
    REQUIRE(many.rows() == rows);
    CHECK(many.schema() == one.schema());
    bool same = true;
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      same = same && many.x(i)[0] == one.x(i)[0] && many.x(i)[1] == one.x(i)[1] && many.x(i).text(2) == one.x(i).text(2) && many.y(i) == one.y(i);
    CHECK(same);
  }
  CHECK(one.x(25).text(2) == "two\nlines 25");
  text.replace(text.find("text 55001,"), 11, "x,y,z,");
  const TemporaryFile broken(text);
  const std::string message = refusal_of(broken, [&] { read_csv<Table, Label<3>>(broken.path, {.target = "y"}); });
  CHECK(message == ":66004:1: expected 4 cells as in the first line, got 6");
}

TEST_CASE("lines that end with CR alone are counted over all blocks") {
  std::string text = "a,y\r";
  for (int i = 0; i < 200'000; ++i) text += "3,1\r";
  const TemporaryFile file(text + "x,1\r");
  CHECK(refusal_of(file, [&] { read_csv<Row<1>, Label<2>>(file.path, {.target = "y", .missing = "-"}); }).starts_with(":200002:1: expected a number"));
}

TEST_CASE("a quote that is never closed is refused where it opens, far before the end") {
  std::string text = "a,y\n1,0\n\"2,1\n";
  for (int i = 0; i < 200'000; ++i) text += "3,1\n";
  const TemporaryFile file(text);
  CHECK(refusal_of(file, [&] { read_csv<Row<1>, Label<2>>(file.path, {.target = "y"}); }) == ":3:1: this quote is never closed");
}

TEST_CASE("a header is passed once, however much of the file is known when it is read") {
  const std::string wide(3'000'000, 'x');
  const TemporaryFile file("a,y\r\n" + wide + ",1\r\n" + wide + ",0\r\n");
  const auto data = read_csv<Text, Label<2>>(file.path, {.target = "y"});
  CHECK(data.rows() == 2);
  CHECK(data.x(1).text().size() == wide.size());
  CHECK(refused("a,y\r") == ": there are no rows below the header");
  CHECK(refused("a,y\n\n1,2\n") == ":2:1: expected 2 cells as in the first line, got 1");
}

TEST_CASE("binary garbage is refused by name") {
  std::mt19937 random(3);
  std::string garbage(100'000, ' ');
  for (char& c : garbage) c = static_cast<char>(random());
  garbage[0] = 'x';  // neither a byte-order mark nor gzip
  CHECK(refused(garbage).ends_with("a zero byte: this is not a text file"));
  for (char& c : garbage) c = c == 0 ? 'x' : c;
  CHECK(refused(garbage).starts_with(":"));
}

TEST_CASE("ten megabytes in a single line are refused shortly") {
  std::string line;
  while (line.size() < 10'000'000) line += "column,";
  CHECK(refused(line).size() < 300);
  CHECK(refused("a,y\n1," + std::string(10'000'000, 'x') + "\n2,\"" + std::string(10'000'000, 'y')).size() <
        300);
}

TEST_CASE("random tables are read back") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 40; ++trial) {
    const std::size_t rows = 1 + random() % 20, columns = 1 + random() % 6;
    std::vector<float> values(rows * columns);
    std::string text;
    for (std::size_t c = 0; c < columns; ++c) text += "c" + std::to_string(c) + ",";
    text += "y\n";
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        float& v = values[r * columns + c] =
            std::ldexp(static_cast<float>(random()) - 2e9f, static_cast<int>(random() % 60) - 40);
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.9g", static_cast<double>(v));
        text += digits;
        text += ',';
      }
      text += std::to_string(r % 3) + "\n";
    }
    const auto data = read_csv<Row<Dynamic>, Label<3>>(TemporaryFile(text).path, {.target = "y"});
    REQUIRE(data.rows() == static_cast<std::ptrdiff_t>(rows));
    for (std::size_t i = 0; i < values.size(); ++i)
      REQUIRE(data.x(static_cast<std::ptrdiff_t>(i / columns))[static_cast<std::ptrdiff_t>(i % columns)] ==
              values[i]);
  }
}

#if TUTTI_HAS_ZLIB
TEST_CASE("the example data are read compressed") {
  const std::string folder = TUTTI_EXAMPLE_DATA;
  const auto digits = read_csv<Image<1, 8, 8>, Label<10>>(folder + "/digits.csv.gz", {.target = "target"});
  CHECK(digits.rows() == 1797);
  CHECK(digits.y(0).index() == 9);
  CHECK(digits.x(0)[2] == 9);
  const auto iris = read_csv<Row<4>, Label<3>>(folder + "/iris.csv.gz", {.target = "target"});
  CHECK(iris.rows() == 150);
  CHECK(iris.x(0)[2] == 3.5f);
  CHECK(iris.schema().columns[3].name == "petal_width_cm");
  const auto wine = read_csv<Row<Dynamic>, Label<Dynamic>>(folder + "/wine.csv.gz", {.target = "target"});
  CHECK(wine.rows() == 178);
  CHECK(wine.width() == 13);
  CHECK(wine.classes() == 3);
}
TEST_CASE("a table cut in its compressed form is refused") {
  const std::string whole = compressed(flowers);
  CHECK(refused(whole.substr(0, whole.size() - 6)) == ": truncated: the compressed data end too early");
}
#endif
