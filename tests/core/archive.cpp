// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/archive.hpp>

#include "thrown_by.hpp"

#include <limits>

using namespace tutti;

namespace {

enum class Colour : std::uint8_t { red, green };

struct Point {
  float x = 0, y = 0;
  bool operator==(const Point&) const = default;
  static void visit(auto& self, auto& archive) { archive("x", self.x)("y", self.y); }
};
struct Everything {
  bool flag = false;
  std::int8_t tiny = 0;
  std::uint16_t port = 0;
  std::int64_t far = 0;
  double precise = 0;
  Colour colour = Colour::red;
  std::string text;
  std::vector<std::string> words;
  std::vector<double> numbers;
  std::vector<Colour> colours;
  std::vector<std::vector<std::int32_t>> ragged;
  Buffer<float> aligned;
  std::array<std::int16_t, 3> triple{};
  std::array<bool, 2> flags{};
  std::array<Point, 2> corners{};
  std::optional<Point> maybe, nothing;
  std::tuple<Point, std::string> pair;
  std::vector<Point> path;

  bool operator==(const Everything&) const = default;
  static void visit(auto& self, auto& archive) {
    archive("flag", self.flag)("tiny", self.tiny)("port", self.port)("far", self.far)("precise", self.precise)("colour", self.colour);
    archive("text", self.text)("words", self.words)("numbers", self.numbers)("colours", self.colours)("ragged", self.ragged);
    archive("aligned", self.aligned)("triple", self.triple)("flags", self.flags)("corners", self.corners);
    archive("maybe", self.maybe)("nothing", self.nothing)("pair", self.pair)("path", self.path);
  }
};
Everything everything() {
  Everything e;
  e.flag = true;
  e.tiny = -128;
  e.port = 65535;
  e.far = std::numeric_limits<std::int64_t>::min();
  e.precise = 0.1;
  e.colour = Colour::green;
  e.text = std::string("zero \0 inside", 13);
  e.words = {"", "größe", "x"};
  e.numbers = {1.5, -0.0, std::numeric_limits<double>::infinity()};
  e.colours = {Colour::green, Colour::red};
  e.ragged = {{1, 2, 3}, {}, {-4}};
  e.aligned = {1, 2, 3, 4, 5};
  e.triple = {-1, 0, 1};
  e.flags = {true, false};
  e.corners = {Point{1, 2}, Point{3, 4}};
  e.maybe = Point{5, 6};
  e.pair = {Point{7, 8}, "pair"};
  e.path = {{9, 10}, {11, 12}};
  return e;
}

template <class T>
std::vector<std::byte> written(const T& value, std::string_view name = "value") {
  Writer out;
  out(name, value);
  return out.bytes();
}
template <class T>
T read_back(std::span<const std::byte> bytes, std::string_view name = "value") {
  Reader in(bytes);
  T value{};
  in(name, value);
  CHECK(in.finished());
  return value;
}

struct Even {
  std::int32_t n = 0;
  static void visit(auto& self, auto& archive) { archive("n", self.n); }
  void loaded() const { check<FileError>(n % 2 == 0, "expected an even number", n); }
};
struct TwoEvens {
  Even a, b;
  static void visit(auto& self, auto& archive) { archive("a", self.a)("b", self.b); }
};

}  // namespace

TEST_CASE("every kind of field comes back as it was") {
  const Everything e = everything();
  CHECK(read_back<Everything>(written(e)) == e);
  CHECK(read_back<Everything>(written(Everything{})) == Everything{});
}

TEST_CASE("numbers keep their bits: NaN payloads and the sign of zero included") {
  const std::vector<std::uint32_t> bits{0x7fc01234u, 0xffc00001u, 0x80000000u, 0x00000001u, 0x7f800000u};
  std::vector<float> values;
  for (const std::uint32_t b : bits) values.push_back(std::bit_cast<float>(b));
  const auto again = read_back<std::vector<float>>(written(values));
  REQUIRE(again.size() == bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) CHECK(std::bit_cast<std::uint32_t>(again[i]) == bits[i]);
}

TEST_CASE("arrays of numbers start at a multiple of 64 bytes") {
  for (const std::size_t before : {0u, 1u, 37u, 64u, 200u}) {
    Writer out;
    out("text", std::string(before, 'x'))("numbers", std::vector<float>{1.0f, 2.0f});
    const auto& bytes = out.bytes();
    const std::size_t at = bytes.size() - 2 * sizeof(float);
    CHECK(at % 64 == 0);
    float first = 0;
    std::memcpy(&first, bytes.data() + at, sizeof first);
    CHECK(first == 1.0f);
  }
}

TEST_CASE("the bytes are little-endian and name field and type") {
  const auto bytes = written(std::uint16_t{0x1234}, "ab");
  const std::vector<unsigned> expected{2, 'a', 'b', 'H', 0x34, 0x12};
  REQUIRE(bytes.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(static_cast<unsigned>(bytes[i]) == expected[i]);
}

TEST_CASE("another field, another element type and another count are refused by the field's name") {
  const auto bytes = written(std::vector<float>{1, 2}, "means");
  CHECK(thrown_by<FileError>([&] { read_back<std::vector<float>>(bytes, "sums"); }) == "expected the field \"sums\", got \"means\"");
  CHECK(thrown_by<FileError>([&] { read_back<std::vector<double>>(bytes, "means"); }).find("\"means\"") != std::string::npos);
  CHECK(thrown_by<FileError>([&] { read_back<float>(bytes, "means"); }).find("\"means\"") != std::string::npos);
  CHECK(thrown_by<FileError>([&] { read_back<std::string>(bytes, "means"); }).find("\"means\"") != std::string::npos);
  CHECK(thrown_by<FileError>([&] { read_back<std::array<float, 3>>(bytes, "means"); }) == "field \"means\": expected 3 values, got 2");
  CHECK(thrown_by<FileError>([&] { read_back<std::tuple<Point>>(written(std::tuple<Point, Point>{}), "value"); }) == "field \"value\": expected 1 members, got 2");
}

TEST_CASE("whatever is cut off, the end is named and nothing beyond it is read") {
  const auto bytes = written(everything());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));  // of its own size: a sanitizer sees the end
    Everything e;
    Reader in(cut);
    CHECK_THROWS_AS(in("value", e), FileError);
  }
}

TEST_CASE("a count is held against the bytes that are left before memory is taken for it") {
  const auto lie = [](std::vector<std::byte> bytes, std::size_t at, std::uint64_t count) {
    std::memcpy(bytes.data() + at, &count, sizeof count);
    return bytes;
  };
  for (const std::uint64_t count : {std::uint64_t{3}, std::uint64_t{1} << 32, std::uint64_t{1} << 61, std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
    const std::size_t name = 1 + 1;
    CHECK_THROWS_AS(read_back<std::vector<float>>(lie(written(std::vector<float>{1, 2}, "v"), name + 2, count), "v"), FileError);
    CHECK_THROWS_AS(read_back<std::vector<std::string>>(lie(written(std::vector<std::string>{"a", "b"}, "v"), name + 2, count), "v"), FileError);
    CHECK_THROWS_AS(read_back<std::vector<Point>>(lie(written(std::vector<Point>(2), "v"), name + 2, count), "v"), FileError);
    CHECK_THROWS_AS(read_back<std::string>(lie(written(std::string("ab"), "v"), name + 1, count), "v"), FileError);
  }
}

TEST_CASE("loaded() sees each struct right after its fields, the inner ones as well") {
  CHECK(read_back<TwoEvens>(written(TwoEvens{{2}, {4}})).b.n == 4);
  CHECK(thrown_by<FileError>([] { read_back<TwoEvens>(written(TwoEvens{{2}, {5}})); }) == "expected an even number, got 5");
  CHECK_THROWS_AS(read_back<std::vector<Even>>(written(std::vector<Even>{{2}, {3}})), FileError);
}

TEST_CASE("any other byte in a field is an error or another value, never worse") {
  const auto bytes = written(everything());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const unsigned flip : {1u, 0x80u, 0xffu}) {
      std::vector<std::byte> damaged = bytes;
      damaged[i] ^= static_cast<std::byte>(flip);
      try {
        Everything e;
        Reader in(damaged);
        in("value", e);
      } catch (const FileError&) {
      }
    }
}

static_assert(Saved<Point> && Saved<Everything> && !Saved<int> && !Saved<std::string>);
