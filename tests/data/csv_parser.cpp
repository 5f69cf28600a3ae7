// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/csv_parser.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace tutti;

namespace {

using Table = std::vector<std::vector<std::string>>;

Table parsed(std::string text, char delimiter = ',') {
  CsvParser parser("t.csv", std::move(text), delimiter);
  Table table;
  for (Buffer<std::string_view> cells; parser.next(cells);)
    table.emplace_back(cells.begin(), cells.end());
  return table;
}

std::string refused(const std::string& text) {
  try {
    parsed(text);
  } catch (const DataError& error) { return error.what(); }
  return "no error";
}

const Table two_by_two{{"a", "b"}, {"1", "2"}};

}  // namespace

TEST_CASE("lines may end with LF, CRLF or CR, the last one with nothing") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    CHECK(parsed("a,b" + end + "1,2" + end) == two_by_two);
    CHECK(parsed("a,b" + end + "1,2") == two_by_two);
    CHECK(parsed("a,b" + end + "1,2" + end + end + end) == two_by_two);
    CHECK(parsed(end + "a,b" + end + "1,2" + end) == two_by_two);
  }
}

TEST_CASE("a byte-order mark is no part of the first name") {
  CHECK(parsed("\xEF\xBB\xBF"
               "a,b\n1,2\n") == two_by_two);
}

TEST_CASE("blanks around a cell do not count") { CHECK(parsed(" a ,\tb\n1 , \"2\" \n") == two_by_two); }

TEST_CASE("empty cells are cells") {
  CHECK(parsed("a,,\n,,\n,\"\",b") == Table{{"a", "", ""}, {"", "", ""}, {"", "", "b"}});
  CHECK(parsed("a\n\nb") == Table{{"a"}, {""}, {"b"}});
}

TEST_CASE("quoted cells hold delimiters, quotes and line ends") {
  CHECK(parsed("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\"\"\"\"\r\n\"x\",y") ==
        Table{{"a,b", "say \"hi\""}, {"two\nlines", "\"\""}, {"x", "y"}});
  CHECK(parsed("it\"s,b\n") == Table{{"it\"s", "b"}});
}

TEST_CASE("what was written with quotes is read back") {
  std::mt19937 random(5);
  for (int trial = 0; trial < 300; ++trial) {
    Table table(1 + random() % 5);
    const std::size_t columns = 2 + random() % 4;
    std::string text;
    for (auto& row : table) {
      for (std::size_t c = 0; c < columns; ++c) {
        std::string cell(random() % 6, 'x');
        for (char& letter : cell) letter = "ab\"\",\n\r"[random() % 7];
        text += c == 0 ? "\"" : ",\"";
        for (const char letter : cell) text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
        text += '"';
        row.push_back(cell);
      }
      text += trial % 2 == 0 ? "\n" : "\r\n";
    }
    REQUIRE(parsed(text) == table);
  }
}

TEST_CASE("the delimiter is the one the first lines agree on") {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    std::string text = "a,b\n1,2\n";
    for (char& c : text) c = c == ',' ? delimiter : c;
    CHECK(parsed(text, 0) == two_by_two);
  }
  CHECK(parsed("x;y\n1,5;2,5\n3;4\n", 0) == Table{{"x", "y"}, {"1,5", "2,5"}, {"3", "4"}});
  CHECK(parsed("\"a,b,c\";d\r\n\"1;;;\";2\r\n", 0) == Table{{"a,b,c", "d"}, {"1;;;", "2"}});
  CHECK(parsed("one\n1\n", 0) == Table{{"one"}, {"1"}});
}

TEST_CASE("broken quotes are refused where they begin") {
  CHECK(refused("a,b\n1,\"2\n3,4\n") == "t.csv:2:3: this quote is never closed");
  CHECK(refused("a,b\n\"1\"x,2\n") ==
        "t.csv:2:4: expected the delimiter or the end of the line after a closing quote");
}

TEST_CASE("what is no text is refused") {
  CHECK(refused("") == "t.csv: the file is empty");
  CHECK(refused("\n\r\n\n") == "t.csv: the file is empty");
  CHECK(refused("\xEF\xBB\xBF\n") == "t.csv: the file is empty");
  CHECK(refused(std::string("a,b\n1,\0002\n", 10)) == "t.csv:2:3: a zero byte: this is not a text file");
  CHECK(refused("\xFF\xFE"
                "a") == "t.csv: expected UTF-8, got UTF-16");
  CHECK(refused("\xFE\xFF"
                "a") == "t.csv: expected UTF-8, got UTF-16");
}

TEST_CASE("a delimiter that ends lines or quotes is refused") {
  for (const char delimiter : {'"', '\n', '\r'})
    CHECK_THROWS_WITH_AS(parsed("a", delimiter), "t.csv: a delimiter cannot be a quote or the end of a line",
                         DataError);
}

TEST_CASE("places are counted behind quoted lines and shortened cells") {
  std::string text = "\"x\n\ny\"\"\",b\r\n1,2\r3,4";
  CsvParser parser("t.csv", text, ',');
  Buffer<std::string_view> cells;
  const auto place = [&](std::size_t cell) {
    try {
      parser.fail(cells[cell].data(), "here");
    } catch (const DataError& error) { return std::string(error.what()); }
  };
  parser.next(cells);
  CHECK(cells[0] == "x\n\ny\"");
  CHECK(place(0) == "t.csv:1:2: here");
  CHECK(place(1) == "t.csv:3:6: here");
  parser.next(cells);
  CHECK(place(1) == "t.csv:4:3: here");
  parser.next(cells);
  CHECK(place(0) == "t.csv:5:1: here");
  CHECK_FALSE(parser.next(cells));
  CHECK_FALSE(parser.next(cells));
}

TEST_CASE("random bytes are split or refused, never misread") {
  std::mt19937 random(7);
  int refusals = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = trial % 2 == 0 ? static_cast<char>(random()) : "a1,;\"\n\r\t "[random() % 9];
    refusals += refused(text) != "no error";
  }
  CHECK(refusals > 100);
  CHECK(refusals < 2900);
}
