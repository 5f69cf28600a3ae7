// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/idx.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace tutti;

namespace {

/// The header of an IDX file: element type, then the extents.
std::string header(char type, std::initializer_list<std::uint32_t> extents) {
  std::string bytes{'\0', '\0', type, static_cast<char>(extents.size())};
  for (const std::uint32_t n : extents)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift);
  return bytes;
}
std::string counting(std::size_t n) {
  std::string bytes;
  for (std::size_t i = 0; i < n; ++i) bytes += static_cast<char>(i);
  return bytes;
}
std::string refused(const std::string& bytes) {
  const TemporaryFile file(bytes, "images");
  return refusal_of(file, [&] { read_idx<Row<Dynamic>>(file.path); });
}

}  // namespace

TEST_CASE("images are read as they lie in the file") {
  const TemporaryFile file(header(8, {2, 2, 3}) + counting(12));
  const auto images = read_idx<Image<1, 2, 3>>(file.path);
  CHECK(images.rows() == 2);
  for (int j = 0; j < 6; ++j) CHECK(images.x(1)[j] == 6 + j);
  CHECK(read_idx<Row<6>>(file.path).x(1)[5] == 11);
  CHECK(read_idx<Row<Dynamic>>(file.path).width() == 6);
  CHECK(read_idx<Row<2, 3>>(file.path).x(0)[4] == 4);
}

TEST_CASE("colour images may have their channels first or last") {
  const TemporaryFile planes(header(8, {2, 3, 1, 2}) + counting(12)),
      pixels(header(8, {2, 1, 2, 3}) + counting(12));
  const auto a = read_idx<Image<3, 1, 2>>(planes.path);
  const auto b = read_idx<Image<3, 1, 2>>(pixels.path, {.layout = HWC});
  const int planar[] = {0, 3, 1, 4, 2, 5};
  for (int j = 0; j < 6; ++j) {
    CHECK(a.x(1)[j] == 6 + j);
    CHECK(b.x(0)[j] == planar[j]);
    CHECK(b.x(1)[j] == 6 + planar[j]);
  }
  CHECK(refusal_of<ShapeError>(pixels, [&] { read_idx<Image<3, 1, 2>>(pixels.path); }) ==
        ": expected rows of shape (3, 1, 2), got (1, 2, 3)");
}

TEST_CASE("flat rows fit any shape of as many numbers") {
  const TemporaryFile file(header(8, {2, 6}) + counting(12));
  CHECK(read_idx<Image<1, 2, 3>>(file.path).x(1)[0] == 6);
  CHECK(refusal_of<ShapeError>(file, [&] { read_idx<Image<1, 2, 2>>(file.path); }) ==
        ": expected rows of shape (1, 2, 2), got (6)");
  CHECK(refusal_of<ShapeError>(file, [&] { read_idx<Row<5>>(file.path); }) ==
        ": expected rows of shape (5), got (6)");
}

TEST_CASE("every element type of the format is read") {
  const auto first = [](char type, std::string_view bytes) {
    return read_idx<Row<1>>(TemporaryFile(header(type, {1, 1}) + std::string(bytes)).path).x(0)[0];
  };
  using namespace std::string_view_literals;
  CHECK(first(0x08, "\xFE"sv) == 254);
  CHECK(first(0x09, "\xFE"sv) == -2);
  CHECK(first(0x0B, "\xFE\x00"sv) == -512);
  CHECK(first(0x0C, "\x00\x01\x00\x02"sv) == 65538);
  CHECK(first(0x0D, "\x3F\xC0\x00\x00"sv) == 1.5f);
  CHECK(first(0x0E, "\xBF\xF8\x00\x00\x00\x00\x00\x00"sv) == -1.5f);
  const TemporaryFile numbers(header(0x0D, {2, 1}) + std::string("\x43\x7F\x00\x00\x3F\xC0\x00\x00"sv));
  CHECK(read_idx<Image<1, 1, 1>>(TemporaryFile(header(0x0D, {1, 1}) + std::string("\x43\x7F\x00\x00"sv)).path).x(0)[0] == 255);
  CHECK(refusal_of(numbers, [&] { read_idx<Image<1, 1, 1>>(numbers.path); }) ==
        ": row 1: expected a whole number from 0 to 255, got 1.5");
}

TEST_CASE("a header that lies is refused before anything is allocated") {
  CHECK(refused("") == ": this is not an IDX file");
  CHECK(refused("PK\x03\x04 archive") == ": this is not an IDX file");
  CHECK(refused(header(7, {1})) == ": expected one of the IDX element types 8, 9, 11, 12, 13 and 14, got 7");
  CHECK(refused(std::string("\0\0\x08\0", 4)) == ": expected 1 to 4 axes, got 0");
  CHECK(refused(header(8, {1, 1, 1, 1, 1})) == ": expected 1 to 4 axes, got 5");
  CHECK(refused(header(8, {1, 1}).substr(0, 10)) == ": the file ends within its header");
  CHECK(refused(header(8, {0, 28})) == ": expected at least one number along axis 0, got 0");
  CHECK(refused(header(8, {0xFFFFFFFF, 28})) ==
        ": the header promises 4294967295 x 28 numbers of 1 bytes, but 0 bytes follow");
  CHECK(refused(header(8, {1, 65536, 65536})) ==
        ": the header promises 1 x 65536 x 65536 numbers of 1 bytes, but 0 bytes follow");
  CHECK(refused(header(8, {2, 3}) + "12345") ==
        ": the header promises 2 x 3 numbers of 1 bytes, but 5 bytes follow");
  CHECK(refused(header(8, {2, 3}) + "1234567") ==
        ": the header promises 2 x 3 numbers of 1 bytes, but 7 bytes follow");
  CHECK(refused(header(0x0E, {0x7FFFFFFF, 0x7FFF, 0x7FFF, 1}) + "x") ==
        ": the header promises 2147483647 x 32767 x 32767 x 1 numbers of 8 bytes, but 1 bytes follow");
}

TEST_CASE("one to four axes are rows of numbers, of series, of images, of images in colour") {
  const TemporaryFile one(header(8, {3}) + "abc"), two(header(8, {2, 6}) + counting(12));
  CHECK(read_idx<Row<1>>(one.path).x(2)[0] == 'c');
  CHECK(read_idx<Sequence<float, Dynamic, 2>>(two.path).x(1)[5] == 11);
  CHECK(read_idx<Row<3, 1, 2>>(TemporaryFile(header(8, {2, 1, 2, 3}) + counting(12)).path, {.layout = HWC}).x(0)[1] == 3);
}

TEST_CASE("inputs and targets come from two files") {
  const TemporaryFile images(header(8, {2, 1, 2}) + counting(4)), labels(header(8, {2}) + "\1\2"),
      numbers(header(0x0B, {2, 2}) + std::string("\0\1\0\2\0\3\1\0", 8));
  const auto data = read_idx<Image<1, 1, 2>, Label<3>>(images.path, labels.path);
  CHECK(data.y(1).index() == 2);
  CHECK(data.x(1)[1] == 3);
  CHECK(data.schema().classes.size() == 3);
  CHECK(read_idx<Image<1, 1, 2>, Label<Dynamic>>(images.path, labels.path).classes() == 3);
  CHECK(read_idx<Image<1, 1, 2>, Reals<2>>(images.path, numbers.path).target(1)[1] == 256);
  CHECK(refusal_of(labels, [&] { read_idx<Image<1, 1, 2>, Label<2>>(images.path, labels.path); }) ==
        ": row 1: expected a label from 0 to 1, got 2");
  CHECK(refusal_of(numbers, [&] { read_idx<Image<1, 1, 2>, Real>(images.path, numbers.path); }) ==
        ": expected rows of 1 numbers for Real, got 2");
}

TEST_CASE("random headers are read or refused by name") {
  std::mt19937 random(9);
  int refusals = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string bytes = header(8, {2, 3}) + counting(6);
    for (int k = 0; k < 2; ++k) bytes[random() % 12] = static_cast<char>(random() % 16);
    if (trial % 3 == 0) bytes.resize(random() % bytes.size());
    const std::string message = refused(bytes);
    CHECK((message.starts_with(": ") || message == "no path: no error"));
    refusals += message.starts_with(": ");
  }
  CHECK(refusals > 1000);
}

TEST_CASE("labels are whole numbers along one axis") {
  CHECK(read_idx_labels(TemporaryFile(header(8, {3}) + "\x01\x02\xFF").path) ==
        std::vector<std::int32_t>{1, 2, 255});
  for (const std::string& bytes : {header(8, {1, 1}) + "x", header(0x0D, {1}) + "xxxx"}) {
    const TemporaryFile file(bytes);
    CHECK(refusal_of(file, [&] { read_idx_labels(file.path); }) ==
          ": expected labels: whole numbers along one axis");
  }
}

TEST_CASE("a file above the limit is not read") {
  const TemporaryFile file(header(8, {3}) + "abc");
  CHECK(refusal_of(file, [&] { read_idx<Row<1>>(file.path, {.limit = 10}); }) ==
        ": holds more than the limit of 10 bytes");
}
