// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/gzip.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

#if TUTTI_HAS_ZLIB

static std::string long_text() {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += std::to_string(static_cast<unsigned>(i) * 2654435761u) + '\n';
  return text;
}

TEST_CASE("a compressed file is known by its first bytes, not by its name") {
  const std::string text = long_text();
  CHECK(read_file(TemporaryFile(compressed(text), "table.csv").path) == text);
  CHECK(read_file(TemporaryFile("plain", "table.csv.gz").path) == "plain");
  CHECK(read_file(TemporaryFile(compressed("")).path).empty());
}

TEST_CASE("several compressed members are one text") {
  CHECK(read_file(TemporaryFile(compressed("a,b\n") + compressed("") + compressed("1,2\n")).path) ==
        "a,b\n1,2\n");
}

TEST_CASE("a compressed file that was cut anywhere is refused") {
  const std::string whole = compressed(long_text().substr(0, 5000));
  for (std::size_t n = 2; n < whole.size(); n += 1 + n / 16) {
    const TemporaryFile file(whole.substr(0, n));
    CHECK(refusal_of(file, [&] { read_file(file.path); }) ==
          ": truncated: the compressed data end too early");
  }
}

TEST_CASE(
    "a compressed file with a flipped bit is refused or reads the same") {  // some header bits mean nothing
  const std::string text = long_text().substr(0, 2000), whole = compressed(text);
  int refused = 0;
  for (std::size_t i = 2; i < whole.size(); i += 3) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    const TemporaryFile file(damaged);
    std::string got;
    const std::string message = refusal_of(file, [&] { got = read_file(file.path); });
    const bool named = message.starts_with(": corrupt: ") || message.starts_with(": truncated: ");
    CHECK((named || got == text));
    refused += named;
  }
  CHECK(refused > 100);
}

TEST_CASE("bytes after the compressed data are refused") {
  const TemporaryFile file(compressed("a") + "rest");
  CHECK(refusal_of(file, [&] { read_file(file.path); }) ==
        ": corrupt: other bytes follow the end of the compressed data");
}

TEST_CASE("a small file that decompresses to a large one stops at the limit") {
  const TemporaryFile file(compressed(std::string(10'000'000, 'x')));
  CHECK(std::filesystem::file_size(file.path) < 20'000);
  CHECK(refusal_of(file, [&] { read_file(file.path, 1'000'000); }) ==
        ": holds more than the limit of 1000000 bytes once decompressed");
}

#endif
