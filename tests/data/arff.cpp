// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/arff.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace tutti;

namespace {

constexpr std::string_view weather =
    "% a comment\n@RELATION 'the weather'\n\n"
    "@attribute outlook {sunny, overcast, 'a bit of rain'}\n"
    "@Attribute \"temperature in C\" REAL % behind it\n"
    "@attribute seen date\n"
    "@attribute note string\n"
    "@attribute play {yes,no}\n"
    "@DATA\n"
    "sunny,18.5,'2024-02-29T12:00:00','it\\'s warm, and dry',no\n"
    "\"a bit of rain\" , ? , \"1970-01-02T00:00:00\" , ? , yes\n"
    "% another\n"
    "?,-3e1,?,'?',yes\n";

std::string head(std::string_view attributes) { return std::string(attributes) + "\n@data\n"; }
template <class Y = Nothing, class E = DataError>
std::string refused(std::string_view text, const ArffOptions& options = {}) {
  const TemporaryFile file(text, "a.arff");
  return refusal_of<E>(file, [&] { read_arff<Table, Y>(file.path, options); });
}

}  // namespace

TEST_CASE("attributes become columns of their kinds, with holes where values are missing") {
  const TemporaryFile file(weather, "w.arff");
  const auto data = read_arff<Table, Label<2>>(file.path);
  REQUIRE(data.rows() == 3);
  const Table& t = *data.storage();
  CHECK(t.width() == 4);
  CHECK(t.categories("outlook") == Buffer<std::string>{"sunny", "overcast", "a bit of rain"});
  CHECK(t.codes("outlook")[1] == 2);
  CHECK(t.codes("outlook")[2] == -1);
  CHECK(t.numbers("temperature in C")[0] == 18.5);
  CHECK(std::isnan(t.numbers("temperature in C")[1]));
  CHECK(t.dates("seen")[0] == 1709208000);
  CHECK(t.dates("seen")[1] == 86400);
  CHECK(std::isnan(t.dates("seen")[2]));
  CHECK(t.texts("note")[0] == "it's warm, and dry");
  CHECK(t.texts("note")[1] == "");
  CHECK(t.texts("note")[2] == "?");
  CHECK(data.schema().target == "play");
  CHECK(data.schema().classes == ClassNames{"yes", "no"});
  CHECK(data.y(0).name() == "no");
  CHECK(read_arff(file.path).width() == 5);
}

TEST_CASE("the target is named or the last attribute, inputs may be chosen") {
  const TemporaryFile file(weather, "w.arff");
  const auto real = read_arff<Table, Label<3>>(
      file.path, {.target = "outlook", .leave_out = {"note"}, .drop_missing_target = true});
  CHECK(real.rows() == 2);
  CHECK(real.width() == 3);
  CHECK(real.storage()->numbers("temperature in C").size() == 2);
  CHECK(read_arff<Table, Label<2>>(file.path, {.columns = {"note", "outlook"}}).schema().columns[0].name ==
        "note");
  const TemporaryFile numbers(head("@attribute a integer\n@attribute y numeric") + "1,2.5\n");
  CHECK(float(read_arff<Table, Real>(numbers.path).y(0)) == 2.5f);
  CHECK(refused<Label<3>>(weather, {.target = "outlook"}) ==
        ":13:1: expected a target in \"outlook\", got a missing value");
  CHECK(refused<Label<2>>(weather, {.target = "plays"}) ==
        ": there is no target attribute \"plays\", the attributes are \"outlook\", \"temperature in C\", "
        "\"seen\", \"note\", \"play\"; did you mean \"play\"?");
  CHECK(refused<Real>(head("@attribute a real\n@attribute y real") + "1,1e39\n") ==
        ":4:3: expected a finite number in \"y\", got \"1e39\"");
  CHECK(refused<Real>(weather) == ": expected numbers in the target \"play\", got categories");
  CHECK(refused<Label<2>>(weather, {.target = "note"}) ==
        ": expected categories in the target \"note\", got texts");
  CHECK(refused<Label<2>>(weather, {.columns = {"play"}}) ==
        ": the attribute \"play\" is both target and input");
  CHECK(refused<Label<2>>(weather, {.columns = {"note", "note"}}) ==
        ": the attribute \"note\" is an input twice");
  CHECK(refused<Label<2>>(weather, {.leave_out = {"outlook", "temperature in C", "seen", "note"}}) ==
        ": no input attributes are left");
  CHECK(refused<Label<1>, ShapeError>(weather) == ": expected at most 1 classes for Label<1>, got 2");
}

TEST_CASE("sparse rows leave out zeros and first categories, rows may have weights") {
  const TemporaryFile file(head("@attribute a numeric\n@attribute b {x,y}\n@attribute c numeric\n@attribute "
                                "d string\n@attribute e {no,yes}") +
                           "{0 5, 2 7, 4 yes}\n{ }, {0.5}\n1,y,3,'%',no,{2}\n{1 y,3 'a b'} % comment\n");
  const auto data = read_arff<Table, Label<2>>(file.path);
  REQUIRE(data.rows() == 4);
  const Table& t = *data.storage();
  CHECK(t.numbers("a")[0] == 5);
  CHECK(t.codes("b")[0] == 0);
  CHECK(t.numbers("c")[0] == 7);
  CHECK(data.y(0).name() == "yes");
  CHECK(data.y(1).name() == "no");
  CHECK(t.numbers("a")[1] == 0);
  CHECK(t.texts("d")[2] == "%");
  CHECK(t.texts("d")[3] == "a b");
  CHECK(t.codes("b")[3] == 1);
  CHECK(data.weight(0) == 1);
  CHECK(data.weight(1) == 0.5f);
  CHECK(data.weight(2) == 2);
}

TEST_CASE("dates are read by their format") {
  const TemporaryFile file(head("@attribute a date 'dd.MM.yyyy HH:mm'\n@attribute b date "
                                "\"d-MMM-yyyy\"\n@attribute c date \"yyyy'T'HH:mm:ss.SSS\"") +
                           "'02.01.1970 01:30', 3-Jan-1970, 1970T00:00:01.250\n");
  const auto data = read_arff(file.path);
  const Table& t = *data.storage();
  CHECK(t.dates("a")[0] == 86400 + 5400);
  CHECK(t.dates("b")[0] == 2 * 86400);
  CHECK(t.dates("c")[0] == 1.25);
  CHECK(refused(head("@attribute a date 'dd.MM.yyyy'") + "31.13.1970\n") ==
        ":3:1: expected a date as \"dd.MM.yyyy\" in \"a\", got \"31.13.1970\"");
  CHECK(refused(head("@attribute a date") + "yesterday\n") ==
        ":3:1: expected a date as \"yyyy-MM-dd'T'HH:mm:ss\" in \"a\", got \"yesterday\"");
  CHECK(refused(head("@attribute a date yy") + "1\n") ==
        ":1:19: expected a date format of yyyy M d H m s S, got \"yy\"");
  CHECK(refused(head("@attribute a date HH:mm") + "1\n") ==
        ":1:19: expected a date format of yyyy M d H m s S, got \"HH:mm\"");
}

TEST_CASE("another file is read with the schema of the first") {
  const TemporaryFile train(head("@attribute a {x,y}\n@attribute b numeric\n@attribute k {no,yes}") +
                            "x,1,no\ny,2,yes\n"),
      test(head("@attribute b numeric\n@attribute k {yes,no}\n@attribute more string\n@attribute a {z,y}") +
           "3,yes,text,z\n4,no,text,y\n{0 5}\n"),
      other(head("@attribute a {x,y}\n@attribute b numeric\n@attribute k {maybe}") + "x,1,maybe\n"),
      kind(head("@attribute a {x,y}\n@attribute b string\n@attribute k {yes}") + "x,1,yes\n");
  const auto first = read_arff<Table, Label<2>>(train.path);
  const auto data = read_arff<Table, Label<2>>(test.path, first.schema());
  CHECK(data.schema() == first.schema());
  CHECK(data.storage()->codes("a")[0] == -1);
  CHECK(data.storage()->codes("a")[1] == 1);
  CHECK(data.storage()->codes("a")[2] == -1);
  CHECK(data.y(0).index() == 1);
  CHECK(data.y(2).index() == 1);
  CHECK(refusal_of(other, [&] { read_arff<Table, Label<2>>(other.path, first.schema()); }) ==
        ":5:5: expected one of \"no\", \"yes\" in \"k\", got \"maybe\"");
  CHECK(refusal_of(kind, [&] { read_arff<Table, Label<2>>(kind.path, first.schema()); }) ==
        ": expected numbers in \"b\", as in the schema, got texts");
}

TEST_CASE("what is wrong in a file is named by line, column and value") {
  CHECK(refused("") == ": the file is empty");
  CHECK(refused("@relation x\n") == ": expected a line @data before the rows, got none");
  CHECK(refused("@data\n") == ": expected at least one @attribute before @data, got none");
  CHECK(refused("relation\n") == ":1:1: expected @relation, @attribute or @data, got \"relation\"");
  CHECK(refused("@attribute\n") == ":1:11: expected the name of an attribute, got the end of the line");
  CHECK(refused("@attribute a\n") == ":1:13: expected the type of the attribute, got the end of the line");
  CHECK(refused("@attribute a relational\n") ==
        ":1:14: expected numeric, integer, real, string, date or {...}, got \"relational\"");
  CHECK(refused("@attribute a real 3\n") == ":1:19: expected the end of the line, got \"3\"");
  CHECK(refused("@attribute a real\n@attribute a real\n") == ":2:12: two attributes are called \"a\"");
  CHECK(refused("@attribute a {x,x}\n") == ":1:17: the value \"x\" is there twice");
  CHECK(refused("@attribute a {}\n") == ":1:16: expected at least one value between { and }");
  CHECK(refused("@attribute a {x\n") == ":1:16: expected a value of the attribute, got the end of the line");
  CHECK(refused("@attribute 'a real\n") == ":1:12: this quote is never closed");
  const std::string two = head("@attribute a real\n@attribute b {x,y}");
  CHECK(refused(two) == ": there are no rows below @data");
  CHECK(refused(two + "1\n") == ":4:1: expected 2 values, got 1");
  CHECK(refused(two + "1,x,2\n") == ":4:5: expected 2 values, got more");
  CHECK(refused(two + "1,x y\n") == ":4:5: expected the end of the line, got \"y\"");
  CHECK(refused(two + "1,z\n") == ":4:3: expected one of \"x\", \"y\" in \"b\", got \"z\"");
  CHECK(refused(two + "one,x\n") == ":4:1: expected a finite number in \"a\", got \"one\"");
  CHECK(refused(two + "inf,x\n") == ":4:1: expected a finite number in \"a\", got \"inf\"");
  CHECK(refused(two + "1,'x'y\n") ==
        ":4:6: expected a comma or the end of the line after a closing quote, got \"y\"");
  CHECK(refused(two + "{1 x, 0 1}\n") == ":4:7: expected '}' behind the last value, got \"0 1}\"");
  CHECK(refused(two + "{0 1, 0 1}\n") == ":4:7: expected the number of an attribute from 1 to 1, got \"0\"");
  CHECK(refused(two + "{7 x}\n") == ":4:2: expected the number of an attribute from 0 to 1, got \"7\"");
  CHECK(refused(two + "{0 1\n") == ":4:5: expected '}' behind the last value, got the end of the line");
  CHECK(refused(two + "1,x,{-1}\n") == ":4:6: expected a finite weight that is not negative, got \"-1\"");
}

TEST_CASE("damaged files are read or refused by name") {
  std::mt19937 random(9);
  int refusals = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::string bytes(weather);
    for (int k = 0; k < 2; ++k) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 7);
    if (trial % 3 == 0) bytes.resize(random() % bytes.size());
    const TemporaryFile file(bytes, "a.arff");
    std::string message;
    try {
      read_arff<Table, Label<2>>(file.path);
    } catch (const Error& error) { message = error.what(); }
    CHECK((message.empty() || message.starts_with(file.path + ":")));
    refusals += !message.empty();
  }
  CHECK(refusals > 1000);
}
