// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/file_bytes.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace tutti;
using tutti::detail::FileBytes;

namespace {
std::string numbered(std::size_t n) {
  std::string bytes;
  for (std::size_t i = 0; i < n; ++i) bytes += static_cast<char>(i * 31 % 251);
  return bytes;
}
std::string read_in(FileBytes bytes, std::size_t from, std::size_t piece) {
  std::string all(static_cast<std::size_t>(bytes.size()) - from, '\0');
  bytes.skip_to(from);
  for (std::size_t at = 0; at < all.size(); at += piece) bytes.read(all.data() + at, std::min(piece, all.size() - at));
  return all;
}
}  // namespace

TEST_CASE("what is at hand and what is not is read as one, from any place behind which nothing was read") {
  constexpr std::size_t once = FileBytes::at_once;
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, once - 1, once, once + 1, 3 * once}) {
    const std::string bytes = numbered(size);
    const TemporaryFile file(bytes, "bytes");
    CHECK(FileBytes(file.path, 1 << 20).size() == size);
    CHECK(FileBytes(file.path, 1 << 20).at_hand() == std::string_view(bytes).substr(0, FileBytes::at_once));
    CHECK(read_in(FileBytes(file.path, 1 << 20), 0, 1000) == bytes);
    CHECK(read_in(FileBytes(file.path, 1 << 20), size / 7, 60'000) == bytes.substr(size / 7));
    CHECK(read_in(FileBytes(bytes), size / 7, 60'000) == bytes.substr(size / 7));
    FileBytes all(file.path, 1 << 20);
    all.take_all(1 << 20);
    CHECK(all.at_hand() == bytes);
    CHECK(all.size() == size);
  }
}

TEST_CASE("a file above the limit, one that is not there, and one that became shorter are refused by name") {
  const TemporaryFile file(numbered(300'000), "bytes");
  CHECK(refusal_of(file, [&] { FileBytes(file.path, 299'999); }) == ": holds more than the limit of 299999 bytes");
  CHECK(refusal<DataError>([] { FileBytes("nowhere", 1); }) == "nowhere: cannot be opened: No such file or directory");
  FileBytes bytes(file.path, 300'000);
  std::filesystem::resize_file(file.path, 200'000);
  std::string out(300'000, ' ');
  CHECK(refusal_of(file, [&] { bytes.read(out.data(), out.size()); }) == ": became shorter while it was read");
}
