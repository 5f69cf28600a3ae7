// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/text_lines.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;
using Lines = std::vector<std::string>;

namespace {

Lines lines_of(std::string_view text) {
  tutti::detail::TextLines lines("a", std::string(text));
  Lines all;
  std::string_view line;
  while (lines.next(line)) all.emplace_back(line);
  return all;
}
std::string refused(std::string_view text) {
  return refusal<DataError>([&] { lines_of(text); });
}

}  // namespace

TEST_CASE("lines end with LF, CRLF or CR, the last one with nothing as well") {
  CHECK(lines_of("a\nb") == Lines{"a", "b"});
  CHECK(lines_of("a\n\nb\n") == Lines{"a", "", "b"});
  CHECK(lines_of("a\r\n\r\nb\r\n") == Lines{"a", "", "b"});
  CHECK(lines_of("a\rb\r\rc\r") == Lines{"a", "b", "", "c"});
  CHECK(lines_of("a\r\nb\rc\nd\r") == Lines{"a", "b", "c", "d"});
  CHECK(lines_of("\n") == Lines{""});
  CHECK(lines_of("\r\n") == Lines{""});
  CHECK(lines_of("\xEF\xBB\xBF"
                 "a\n") == Lines{"a"});
}

TEST_CASE("what is no text is refused") {
  CHECK(refused("") == "a: the file is empty");
  CHECK(refused("\xEF\xBB\xBF") == "a: the file is empty");
  CHECK(refused(std::string_view("a\0b", 3)) == "a: a zero byte: this is not a text file");
  CHECK(refused("\xFF\xFE"
                "a") == "a: expected UTF-8, got UTF-16");
}

TEST_CASE("a place in a line is told by line and column") {
  tutti::detail::TextLines lines("a", "one\r\ntwo three");
  std::string_view line;
  lines.next(line);
  lines.next(line);
  CHECK(refusal<DataError>([&] { lines.fail(line.data() + 4, "here"); }) == "a:2:5: here");
}

TEST_CASE("a number at the very end of the text is read, and nothing behind its own") {
  tutti::detail::TextLines lines("a", "1.5e3,22");
  std::string_view line;
  lines.next(line);
  double value = 0;
  CHECK(tutti::detail::read_number(line.substr(6), value));
  CHECK(value == 22);
  CHECK(tutti::detail::read_number(line.substr(0, 3), value));  // more digits follow
  CHECK(value == 1.5);
  CHECK(!tutti::detail::read_number(line.substr(8), value));
  CHECK(!tutti::detail::read_number(line.substr(0, 6), value));
}
