// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/png.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include "../reference/pictures.hpp"

#include <cstdio>

using namespace tutti;

TEST_CASE("a PNG picture is known by its first bytes") {
  CHECK(tutti::detail::is_png(reference::pictures::png_files[0].bytes));
  CHECK(!tutti::detail::is_png("\x89PNG"));
  CHECK(!tutti::detail::is_png(""));
}

#if TUTTI_HAS_PNG

namespace {
std::string refused(std::string_view bytes, std::uint64_t limit = 1 << 20) {
  return refusal<DataError>([&] { tutti::detail::decode_png("a.png", bytes, limit); });
}
}  // namespace

TEST_CASE("every kind of PNG picture has the pixels that Pillow sees") {
  for (const auto& file : reference::pictures::png_files) {
    INFO(file.name);
    const auto p = tutti::detail::decode_png("a.png", file.bytes, 1 << 20);
    CHECK(p.width == file.width);
    CHECK(p.height == file.height);
    REQUIRE(p.channels == file.channels);
    for (std::size_t i = 0; i < file.pixels.size(); ++i) CHECK(p.pixels[i] == file.pixels[i]);
  }
}

TEST_CASE("a PNG picture that was cut anywhere before its last chunk is refused") {
  for (const auto& file : reference::pictures::png_files)
    for (std::size_t n = 8; n + 16 < file.bytes.size(); n += 3) {
      INFO(file.name, " ", n);
      CHECK(refused(file.bytes.substr(0, n)).starts_with("a.png: this PNG picture cannot be read: "));
    }
}

TEST_CASE("a PNG picture with a flipped bit is read or refused by name") {
  int refusals = 0;
  for (const auto& file : reference::pictures::png_files)
    for (std::size_t i = 8; i < file.bytes.size(); i += 2) {
      std::string bytes(file.bytes);
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << i % 8));
      const std::string message = refused(bytes);
      CHECK((message == "no error" || message.starts_with("a.png: ")));
      refusals += message != "no error";
    }
  CHECK(refusals > 300);
}

TEST_CASE("a PNG picture that promises more pixels than the limit is refused before there is room for them") {
  CHECK(refused(reference::pictures::png_files[3].bytes, 19) ==
        "a.png: expected a picture of 1 to 19 bytes, got 5 x 4 pixels of 1");
}

#endif
