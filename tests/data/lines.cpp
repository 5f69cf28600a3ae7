// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/lines.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("every line is a text") {
  const TemporaryFile file("a fine film\n\n  two, \"quoted\"\r\n");
  const Dataset<Text> texts = read_lines(file.path);
  REQUIRE(texts.rows() == 2);
  CHECK(texts.x(0).text() == "a fine film");
  CHECK(texts.x(1).text() == "  two, \"quoted\"");
  CHECK(read_lines(file.path, {.keep_empty = true}).rows() == 3);
}

TEST_CASE("files without text are refused by name") {
  const auto refused = [](std::string_view bytes, const LinesOptions& options = {}) {
    const TemporaryFile file(bytes);
    return refusal_of(file, [&] { read_lines(file.path, options); });
  };
  CHECK(refused("") == ": the file is empty");
  CHECK(refused("\n\n") == ": expected at least one line that is not empty");
  CHECK(refused("\n\n", {.keep_empty = true}) == "no path: no error");
  CHECK(refused("some text", {.limit = 8}) == ": holds more than the limit of 8 bytes");
}

#if TUTTI_HAS_ZLIB
TEST_CASE("lines may be compressed") {
  const TemporaryFile file(compressed("a\nb\n"), "a.txt.gz");
  CHECK(read_lines(file.path).x(1).text() == "b");
}
#endif
