// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/csv_scanner.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace tutti;

namespace {

using Cells = std::vector<std::vector<std::string>>;

/// The cells of a whole text; what is wrong with it is thrown with its offset.
Cells parsed(std::string text, char delimiter = ',', char comment = 0) {
  const detail::CsvDialect dialect(delimiter == 0 ? detail::detected_delimiter(text) : delimiter, true, comment);
  const std::size_t n = text.size();
  text += '\n' + std::string(detail::csv_padding, '\0');
  detail::CsvScanner scanner(dialect, text.data(), text.data() + n);
  Cells table;
  while (!scanner.fault() && scanner.next_row()) {
    table.emplace_back();
    do table.back().push_back(std::string(scanner.cell()));
    while (scanner.next_cell() && !scanner.fault());
  }
  if (scanner.fault()) throw DataError(std::to_string(scanner.fault().place - text.data()) + ": " + scanner.fault().message);
  return table;
}

std::string refused(const std::string& text) {
  try {
    parsed(text);
  } catch (const DataError& error) { return error.what(); }
  return "no error";
}

const Cells two_by_two{{"a", "b"}, {"1", "2"}};

}  // namespace

TEST_CASE("lines may end with LF, CRLF or CR, the last one with nothing") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    CHECK(parsed("a,b" + end + "1,2" + end) == two_by_two);
    CHECK(parsed("a,b" + end + "1,2") == two_by_two);
    CHECK(parsed("a,b" + end + "1,2" + end + end + end) == two_by_two);
  }
}

TEST_CASE("blanks around a cell do not count") { CHECK(parsed(" a ,\tb\n1 , \"2\" \n") == two_by_two); }

TEST_CASE("empty cells are cells") {
  CHECK(parsed("a,,\n,,\n,\"\",b") == Cells{{"a", "", ""}, {"", "", ""}, {"", "", "b"}});
  CHECK(parsed("a\n\nb") == Cells{{"a"}, {""}, {"b"}});
}

TEST_CASE("quoted cells hold delimiters, quotes and line ends") {
  CHECK(parsed("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\"\"\"\"\r\n\"x\",y") ==
        Cells{{"a,b", "say \"hi\""}, {"two\nlines", "\"\""}, {"x", "y"}});
  CHECK(parsed("it\"s,b\n") == Cells{{"it\"s", "b"}});
}

TEST_CASE("what was written with quotes is read back") {
  std::mt19937 random(5);
  for (int trial = 0; trial < 300; ++trial) {
    Cells table(1 + random() % 5);
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
  CHECK(parsed("x;y\n1,5;2,5\n3;4\n", 0) == Cells{{"x", "y"}, {"1,5", "2,5"}, {"3", "4"}});
  CHECK(parsed("\"a,b,c\";d\r\n\"1;;;\";2\r\n", 0) == Cells{{"a,b,c", "d"}, {"1;;;", "2"}});
  CHECK(parsed("one\n1\n", 0) == Cells{{"one"}, {"1"}});
}

TEST_CASE("broken quotes are refused where they begin") {
  CHECK(refused("a,b\n1,\"2\n3,4\n") == "6: this quote is never closed");
  CHECK(refused("a,b\n\"1\"x,2\n") ==
        "7: expected the delimiter or the end of the line after a closing quote (say .quotes = false where quotes are only text)");
}

TEST_CASE("runs of blanks are one delimiter") {
  CHECK(parsed(" a  b\t\n1 2   \n", ' ') == two_by_two);
  CHECK(parsed("a b\n1 2\n", 0) == two_by_two);
  CHECK(parsed("one two\nthree\n", 0) == Cells{{"one two"}, {"three"}});
}

TEST_CASE("comments are no rows") { CHECK(parsed("#x,y\na,b\n# \"z\n1,2\n#", ',', '#') == two_by_two); }

TEST_CASE("whole records end behind the last line end outside quotes, without empty lines") {
  const auto whole = [](std::string_view text) { return detail::whole_records(detail::CsvDialect(',', true, '#'), text.data(), text.size()); };
  CHECK(whole("a,b\n1,") == 4);
  CHECK(whole("a,b\n\n\n") == 4);
  CHECK(whole("a,b\r\n1") == 5);
  CHECK(whole("a\rb\r") == 2);  // a line feed may follow
  CHECK(whole("a,\"x\ny") == 0);
  CHECK(whole("q\na,\"x\ny") == 2);
  CHECK(whole("a,\"x\ny\"\nb") == 8);
  CHECK(whole("a,\"x\"") == 0);
  CHECK(whole("it\"s,b\nc") == 7);
  CHECK(whole("#\"\na\nb") == 5);
  CHECK(whole("\n\n") == 0);
}

TEST_CASE("cutting at whole records changes no cell") {
  std::mt19937 random(9);
  for (int trial = 0; trial < 2000; ++trial) {
    std::string text = "x";
    for (std::size_t n = random() % 60; n > 0; --n) text += "ab,,\"\"\n\r\n"[random() % 10];
    text += "\n";
    if (refused(text) != "no error") continue;
    const Cells all = parsed(text);
    const std::size_t seen = random() % text.size();
    const std::size_t n = detail::whole_records(detail::CsvDialect(',', true, 0), text.data(), seen);
    Cells parts = parsed(text.substr(0, n));
    for (auto& row : parsed(text.substr(n))) parts.push_back(row);
    REQUIRE(parts == all);
  }
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
