// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/npz.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include "../reference/npz.hpp"

#include <random>

using namespace tutti;
namespace archives = reference::npz;

namespace {

std::string refused(std::string_view bytes, const std::string& name = "x", const NpyOptions& options = {}) {
  const TemporaryFile file(bytes, "a.npz");
  return refusal_of(file, [&] { read_npz_array<float>(file.path, name, options); });
}
std::string changed(std::string_view archive, std::size_t at, char byte) {
  std::string bytes(archive);
  bytes[at] = byte;
  return bytes;
}
constexpr std::size_t directory = archives::stored.find("PK\1\2");  // the entry of x in the directory

}  // namespace

TEST_CASE("arrays of an archive are found by their names") {
  const TemporaryFile file(archives::stored, "iris.npz");
  const auto data = read_npz<Row<3>, Label<3>>(file.path, "x", "y");
  CHECK(data.rows() == 4);
  CHECK(data.x(3)[2] == 11);
  CHECK(data.y(1).index() == 2);
  CHECK(read_npz<Row<Dynamic>>(file.path, "x").width() == 3);
  CHECK(read_npz_array<int>(file.path, "y.npy").values == Buffer<int>{0, 2, 1, 0});
  CHECK(refusal_of(file, [&] { read_npz_array<float>(file.path, "z"); }) ==
        ": expected a member \"z.npy\", got \"x.npy\", \"y.npy\"");
  CHECK(refusal_of(file, [&] { read_npz<Row<3>, Label<2>>(file.path, "x", "y"); }) ==
        "/y: row 1: expected a label from 0 to 1, got 2");
}

#if TUTTI_HAS_ZLIB
TEST_CASE("a compressed archive holds the same") {
  const TemporaryFile file(archives::compressed, "iris.npz");
  const auto data = read_npz<Row<3>, Label<3>>(file.path, "x", "y");
  for (int i = 0; i < 12; ++i) CHECK(data.x(i / 3)[i % 3] == static_cast<float>(i));
  CHECK(data.y(2).index() == 1);
  CHECK(refused(archives::compressed, "x", {.limit = 1000}) == "no path: no error");
  CHECK(refused(archives::compressed, "x", {.limit = 300}) == ": holds more than the limit of 300 bytes");
}
#endif

TEST_CASE("an archive that is none, is cut, or lies about its sizes is refused by name") {
  CHECK(refused("") == ": this is not a zip archive, or it is truncated");
  CHECK(refused("\x93NUMPY") == ": this is not a zip archive, or it is truncated");
  for (std::size_t n = 0; n < archives::stored.size(); n += 7)
    CHECK(refused(archives::stored.substr(0, n)) == ": this is not a zip archive, or it is truncated");
  CHECK(refused(changed(archives::stored, directory, 'Q')) ==
        tutti::detail::joined({": byte ", directory, ": expected an entry of the directory"}));
  CHECK(refused(changed(archives::stored, directory + 8, 1)) == ": the member x.npy is encrypted");
  CHECK(refused(changed(archives::stored, directory + 10, 12)) ==
        ": the member x.npy: expected stored or deflated data, got method 12");
  CHECK(refused(changed(archives::stored, directory + 16, 0)) ==
        ": the member x.npy is damaged: its checksum differs");
  CHECK(refused(changed(archives::stored, directory + 23, 0x7F)) ==
        ": the member x.npy runs past the end of the file");
  CHECK(refused(changed(archives::stored, directory + 28, 0x7F))
            .ends_with(": the entry runs past the end of the file"));
  CHECK(refused(changed(archives::stored, 200, 1)) == ": the member x.npy is damaged: its checksum differs");
#if TUTTI_HAS_ZLIB
  const std::size_t at = archives::compressed.find("PK\1\2");
  CHECK(refused(changed(archives::compressed, at + 26, 0x7F)) ==
        tutti::detail::joined({": the member x.npy is corrupt: no data of ",
                               static_cast<unsigned char>(archives::compressed[at + 20]),
                               " bytes become 8323248"}));
  CHECK(refused(changed(archives::compressed, at + 24, 0)) == ": the member x.npy is corrupt or truncated");
  CHECK(refused(changed(archives::compressed, at + 25, 1)) == ": the member x.npy is corrupt or truncated");
#endif
}

TEST_CASE("an archive with a flipped bit is read or refused by name") {
  for (const std::string_view archive : {archives::stored, archives::compressed}) {
    int refusals = 0;
    std::mt19937 random(4);
    for (int trial = 0; trial < 1000; ++trial) {
      const std::size_t at = random() % archive.size();
      const std::string message =
          refused(changed(archive, at, static_cast<char>(archive[at] ^ (1 << random() % 8))));
      CHECK((message.starts_with(": ") || message.starts_with("/x: ") || message == "no path: no error"));
      refusals += message != "no path: no error";
    }
    CHECK(refusals > 300);
  }
}
