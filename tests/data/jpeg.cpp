// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/jpeg.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include "../reference/pictures.hpp"

#include <cstdlib>

using namespace tutti;

TEST_CASE("a JPEG picture is known by its first bytes") {
  CHECK(tutti::detail::is_jpeg(reference::pictures::jpeg_files[0].bytes));
  CHECK(!tutti::detail::is_jpeg("\xFF\xD8"));
}

#if TUTTI_HAS_JPEG

namespace {
std::string refused(std::string_view bytes, std::uint64_t limit = 1 << 20) {
  return refusal<DataError>([&] { tutti::detail::decode_jpeg("a.jpg", bytes, limit); });
}
}  // namespace

TEST_CASE("grey, coloured, subsampled and progressive pictures have the pixels that Pillow sees") {
  for (const auto& file : reference::pictures::jpeg_files) {
    INFO(file.name);
    const auto p = tutti::detail::decode_jpeg("a.jpg", file.bytes, 1 << 20);
    CHECK(p.width == file.width);
    CHECK(p.height == file.height);
    REQUIRE(p.channels == file.channels);
    for (std::size_t i = 0; i < file.pixels.size(); ++i)
      CHECK(std::abs(p.pixels[i] - file.pixels[i]) <= 2);  // decoders differ in rounding
  }
}

TEST_CASE("a JPEG picture that was cut anywhere is refused") {
  for (const auto& file : reference::pictures::jpeg_files)
    for (std::size_t n = 3; n < file.bytes.size() - 2; n += 5) {
      INFO(file.name, " ", n);
      CHECK(refused(file.bytes.substr(0, n)).starts_with("a.jpg: this JPEG picture cannot be read: "));
    }
}

TEST_CASE("a JPEG picture with a flipped bit is read or refused by name") {
  int refusals = 0;
  for (const auto& file : reference::pictures::jpeg_files)
    for (std::size_t i = 2; i < file.bytes.size(); i += 2) {
      std::string bytes(file.bytes);
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << i % 8));
      const std::string message = refused(bytes);
      CHECK((message == "no error" || message.starts_with("a.jpg: ")));
      refusals += message != "no error";
    }
  CHECK(refusals > 100);
}

TEST_CASE("other colours, too many pixels and noise between the markers") {
  CHECK(refused(reference::pictures::jpeg_cmyk) ==
        "a.jpg: this JPEG picture cannot be read: expected grey or RGB, got other colours");
  CHECK(refused(reference::pictures::jpeg_files[1].bytes, 959) ==
        "a.jpg: expected a picture of 1 to 959 bytes, got 20 x 16 pixels of 3");
  std::string noisy(
      reference::pictures::jpeg_files[0].bytes);  // some cameras leave such bytes, and the pixels are whole
  noisy.insert(2, "noise");
  CHECK(refused(noisy) == "no error");
}

TEST_CASE("a picture may come in a scan for each colour, but not in thousands of them") {
  std::string head(reference::pictures::jpeg_files[0].bytes);  // a grey one becomes three colours
  const std::size_t frame = head.find("\xFF\xC0"), scan = head.find("\xFF\xDA");
  const std::string numbers = head.substr(scan + 10, head.size() - scan - 12);
  head.erase(scan);
  head.replace(frame + 9, 4, std::string("\x03\x01\x11\0\x02\x11\0\x03\x11\0", 10));
  head[frame + 3] = 17;
  const auto scans = [&](char colour, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
      text += std::string("\xFF\xDA\0\x08\x01", 5) + colour + std::string("\0\0\x3F\0", 4) + numbers;
    return text;
  };
  CHECK(refused(head + scans(1, 1) + scans(2, 1) + scans(3, 1) + "\xFF\xD9") == "no error");
  CHECK(refused(head + scans(1, 600) + scans(2, 1) + scans(3, 1) + "\xFF\xD9") ==
        "a.jpg: this JPEG picture cannot be read: expected at most 500 scans, got more");
}

#endif
