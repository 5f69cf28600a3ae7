// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/text_file.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("a file is read byte for byte") {
  std::string content(300'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7919 >> 3);
  CHECK(read_file(TemporaryFile(content).path) == content);
  CHECK(read_file(TemporaryFile("").path).empty());
}

TEST_CASE("a file at the edge of a read step is read whole") {
  for (const std::size_t n : {std::size_t{1}, std::size_t{65535}, std::size_t{65536}, std::size_t{65537}})
    CHECK(read_file(TemporaryFile(std::string(n, 'x')).path).size() == n);
}

TEST_CASE("a file that is not there and a directory are named") {
  CHECK(refusal<DataError>([] { read_file("no/such/file.csv"); }) ==
        "no/such/file.csv: cannot be opened: No such file or directory");
  CHECK(refusal<DataError>([] { read_file("/"); }) == "/: cannot be read: Is a directory");
}

TEST_CASE("a file above the limit is refused") {
  const TemporaryFile file("0123456789");
  CHECK(read_file(file.path, 10).size() == 10);
  CHECK(refusal_of(file, [&] { read_file(file.path, 9); }) == ": holds more than the limit of 9 bytes");
}

TEST_CASE("a compressed file without zlib says so") {
  const TemporaryFile file("\x1f\x8b not really");
  CHECK(refusal_of(file, [&] { read_file<false>(file.path); }) ==
        ": is compressed, and zlib was not found when the library was configured; decompress it first");
}
