// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/npy.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include "../reference/npy.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <random>
#include <thread>

using namespace tutti;

namespace {

/// A file of version 1 with this dictionary.
std::string npy(std::string dictionary, std::string_view numbers = "", char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  dictionary += '\n';
  for (std::size_t k = 0; k < (version == 1 ? 2 : 4); ++k)
    bytes += static_cast<char>(dictionary.size() >> (8 * k));
  return bytes + dictionary + std::string(numbers);
}
std::string dictionary(std::string_view type, std::string_view shape, std::string_view fortran = "False") {
  return tutti::detail::joined(
      {"{'descr': '", type, "', 'fortran_order': ", fortran, ", 'shape': ", shape, ", }"});
}
std::string refused(const std::string& bytes) {
  const TemporaryFile file(bytes, "x.npy");
  return refusal_of(file, [&] { read_npy_array<double>(file.path); });
}
template <class T> Buffer<T> values(std::string_view bytes) {
  return read_npy_array<T>(TemporaryFile(bytes, "x.npy").path).values;
}
using namespace std::literals;

}  // namespace

TEST_CASE("every type of number that NumPy saves is read to its value") {
  for (const auto& file : reference::npy::files) {
    INFO(file.name);
    const auto array = read_npy_array<double>(TemporaryFile(file.bytes, "x.npy").path);
    CHECK(array.axes == Buffer<std::uint64_t>(file.axes.begin(), file.axes.end()));
    CHECK(array.values == Buffer<double>(file.values.begin(), file.values.end()));
  }
}

TEST_CASE("half-precision numbers have their denormals, infinities and NaN") {
  const auto h = values<float>(
      npy(dictionary("<f2", "(7,)"), "\x00\x3C\x01\x00\xFF\x7B\x00\x7C\x00\xFC\x01\x7C\x00\x80"sv));
  CHECK(h[0] == 1);
  CHECK(h[1] == 0x1p-24f);
  CHECK(h[2] == 65504);
  CHECK(std::isinf(h[3]));
  CHECK(h[4] < -1e30f);
  CHECK(std::isnan(h[5]));
  CHECK((h[6] == 0 && std::signbit(h[6])));
}

TEST_CASE("whole numbers of 64 bits stay exact") {
  const std::string file =
      npy(dictionary("<i8", "(2,)"), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\x00\x00\x00\x00\x00\x00\x00\x80"sv);
  CHECK(values<std::int64_t>(file) ==
        Buffer<std::int64_t>{0x7FFFFFFFFFFFFFFF, std::numeric_limits<std::int64_t>::min()});
  const TemporaryFile t(file);
  CHECK(refusal_of(t, [&] { read_npy_array<std::uint64_t>(t.path); }) ==
        ": row 1: expected a whole number from 0 to 18446744073709551615, got -9.22337204e+18");
}

TEST_CASE("rows of any shape become inputs, in C's and in Fortran's order") {
  const std::string numbers(std::string_view("\0\1\2\3\4\5\6\7\10\11\12\13", 12));
  const TemporaryFile planes(npy(dictionary("|u1", "(2, 3, 1, 2)"), numbers)),
      pixels(npy(dictionary("|u1", "(2, 1, 2, 3)"), numbers));
  const auto a = read_npy<Image<3, 1, 2>>(planes.path);
  const auto b = read_npy<Image<3, 1, 2>>(pixels.path, {.layout = HWC});
  CHECK(a.rows() == 2);
  CHECK(a.x(1)[4] == 10);
  CHECK(b.x(0)[1] == 3);
  CHECK(read_npy<Row<Dynamic>>(planes.path).width() == 6);
  CHECK(
      read_npy<Sequence<float, Dynamic, 3>>(TemporaryFile(npy(dictionary("|u1", "(2, 2, 3)"), numbers)).path)
          .x(1)[2] == 8);
  CHECK(refusal_of<ShapeError>(pixels, [&] { read_npy<Image<3, 1, 2>>(pixels.path); }) ==
        ": expected rows of shape (3, 1, 2), got (1, 2, 3)");
  const auto f = read_npy<Row<3>>(TemporaryFile(npy(dictionary("|u1", "(4, 3)", "True"), numbers)).path);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 3; ++j) CHECK(f.x(i)[j] == static_cast<float>(i + 4 * j));
}

TEST_CASE("inputs and targets come from two files") {
  const TemporaryFile x(npy(dictionary("<f4", "(2, 1)"), "\0\0\x80\x3F\0\0\0\x40"sv), "X.npy"),
      y(npy(dictionary("<i2", "(2,)"), "\2\0\0\0"sv), "y.npy"),
      real(npy(dictionary("<f4", "(2, 1)"), "\0\0\x80\x3F\0\0\0\x40"sv), "r.npy"),
      many(npy(dictionary("|b1", "(2, 3)"), "\1\0\1\0\0\1"sv), "f.npy");
  const auto labels = read_npy<Row<1>, Label<3>>(x.path, y.path);
  CHECK(labels.y(0).index() == 2);
  CHECK(labels.y(0).name() == "2");
  CHECK(labels.x(1)[0] == 2);
  CHECK(read_npy<Row<1>, Label<Dynamic>>(x.path, y.path).classes() == 3);
  CHECK(read_npy<Row<1>, Label<4>>(x.path, real.path).y(1).index() == 2);  // NumPy's targets are often floats
  CHECK(float(read_npy<Row<1>, Real>(x.path, real.path).y(1)) == 2);
  CHECK(read_npy<Row<1>, Flags<3>>(x.path, many.path).target(0)[2] == 1);
  const auto open = read_npy<Row<1>, Reals<Dynamic>>(x.path, many.path);
  CHECK(open.outputs() == 3);
  CHECK(open.target(1)[2] == 1);
  CHECK(refusal_of(y, [&] { read_npy<Row<1>, Label<2>>(x.path, y.path); }) ==
        ": row 0: expected a label from 0 to 1, got 2");
  CHECK(refusal_of(many, [&] { read_npy<Row<1>, Real>(x.path, many.path); }) ==
        ": expected rows of 1 numbers for Real, got 3");
  const TemporaryFile nan(npy(dictionary("<f4", "(2,)"), "\0\0\xC0\x7F\0\0\0\x40"sv)),
      three(npy(dictionary("<i2", "(3,)"), "\2\0\0\0\0\0"sv));
  CHECK(refusal_of(nan, [&] { read_npy<Row<1>, Real>(x.path, nan.path); }) ==
        ": row 0: expected a finite target, got nan");
  CHECK(refusal_of(nan, [&] { read_npy<Row<1>, Label<2>>(x.path, nan.path); }) ==
        ": row 0: expected a whole number from -2147483648 to 2147483647, got nan");
  CHECK(refusal_of(three, [&] { read_npy<Row<1>, Label<3>>(x.path, three.path); }) ==
        ": expected a target for each of the 2 rows of " + x.path + ", got 3");
  const TemporaryFile two(npy(dictionary("|u1", "(2, 2)"), "\1\0\2\0"sv));
  CHECK(refusal_of(two, [&] { read_npy<Row<1>, Flags<2>>(x.path, two.path); }) ==
        ": row 1, number 0: expected a whole number from 0 to 1, got 2");
}

TEST_CASE("numbers that the inputs cannot hold are named by their place") {
  const TemporaryFile wide(npy(dictionary("<i2", "(2, 2)"), "\1\0\2\0\3\0\0\1"sv)),
      big(npy(dictionary("<f8", "(1,)"), "\0\0\0\0\0\0\xF0\x7E"sv));
  CHECK(refusal_of(wide, [&] { read_npy<Image<1, 1, 2>>(wide.path); }) ==
        ": row 1, number 1: expected a whole number from 0 to 255, got 256");
  CHECK(refusal_of(big, [&] { read_npy<Row<1>>(big.path); }) ==
        ": row 0: expected a number from -3.40282347e+38 to 3.40282347e+38, got 2.74306203e+303");
}

TEST_CASE("a header is read strictly, and what is wrong in it is named with its place") {
  CHECK(refused("") == ": this is not an npy file");
  CHECK(refused("\x93NUMPX\1\0") == ": this is not an npy file");
  CHECK(refused("\x93NUMPY\1") == ": the file ends within its header");
  CHECK(refused("\x93NUMPY\1\0\xFF\xFF{"s + "x") == ": the file ends within its header");
  CHECK(refused("\x93NUMPY\4\0\0\0\0\0\0\0"s) == ": byte 6: expected one of the versions 1, 2 and 3, got 4");
  CHECK(refused("\x93NUMPY\2\0\xFF\xFF\xFF\xFF"s) == ": the file ends within its header");
  CHECK(refused(npy("{}")) == ": byte 13: expected the keys descr, fortran_order and shape, got fewer");
  CHECK(refused(npy("descr")) == ": byte 10: expected '{', got \"d\"");
  CHECK(refused(npy("{'descr': 3}")) == ": byte 20: expected text in quotes, got \"3\"");
  CHECK(refused(npy("{'descr")) == ": byte 11: expected a closing quote, got none");
  CHECK(refused(npy("{'desc': '<f4'}")) ==
        ": byte 11: expected each of the keys descr, fortran_order and shape once, got \"desc\"");
  CHECK(refused(npy("{'descr': '<f4', 'descr': '<f4'}")) ==
        ": byte 27: expected each of the keys descr, fortran_order and shape once, got \"descr\"");
  CHECK(refused(npy("{'fortran_order': 1}")) == ": byte 28: expected True or False, got \"1\"");
  CHECK(refused(npy("{'shape': (3)}")) ==
        ": byte 21: expected a comma behind the only extent of the shape, got )");
  CHECK(refused(npy("{'shape': (-3,)}")) == ": byte 21: expected a whole number in the shape, got \"-\"");
  CHECK(refused(npy(dictionary("<f4", "()"), "1234")) ==
        ": byte 66: expected at least one axis in the shape, got ()");
  CHECK(refused(npy(dictionary("<f4", "(1,)") + "x", "1234")) ==
        ": byte 67: expected the end of the header, got \"x\"");
  CHECK(refused(npy(dictionary("<f4", "(99999999999999999999,)"))) ==
        ": byte 61: expected at most 32 extents below 2^64 in the shape, got 99999999999999999999");
}

TEST_CASE("what is no number is refused by name") {
  const std::string wanted =
      ": byte 20: expected booleans, integers or floating-point numbers of 2 to 8 bytes in descr, got ";
  for (const std::string type :
       {"|O", "<c16", "<U5", "|S3", "<M8[ns]", "<f16", "<i3", "|f1", "|b2", "", "<f", "<f-4", "f4", "?f4"})
    CHECK(refused(npy(dictionary(type, "(1,)"), "12345678")) == wanted + '"' + type + '"');
  CHECK(refused(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }")) ==
        ": byte 20: expected one number in each element, as in '<f4', got records");
}

TEST_CASE("a header that lies about the size is refused before anything is allocated") {
  CHECK(refused(npy(dictionary("<f8", "(1000000000000000000,)"), "12345678")) ==
        ": the header promises 1000000000000000000 numbers of 8 bytes, but 8 bytes follow");
  CHECK(refused(npy(dictionary("<f8", "(4294967296, 4294967296, 2)"), "12345678")) ==
        ": the header promises 4294967296 x 4294967296 x 2 numbers of 8 bytes, but 8 bytes follow");
  CHECK(refused(npy(dictionary("<f8", "(18446744073709551615, 2, 0)"), "12345678")) ==
        ": expected at least one number along axis 2, got 0");
  CHECK(refused(npy(dictionary("<f4", "(2,)"), "1234567")) ==
        ": the header promises 2 numbers of 4 bytes, but 7 bytes follow");
  CHECK(refused(npy(dictionary("<f4", "(2,)"), "123456789")) ==
        ": the header promises 2 numbers of 4 bytes, but 9 bytes follow");
  const TemporaryFile deep(npy(dictionary("|u1", "(1, 1, 1, 1, 1, 1)"), "1"));
  CHECK(refusal_of(deep, [&] { read_npy<Row<1>>(deep.path); }) == ": expected 1 to 5 axes, got 6");
}

TEST_CASE("damaged files are read or refused by name") {
  std::mt19937 random(9);
  int refusals = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string bytes = npy(dictionary("<f4", "(2, 3)", trial % 2 == 0 ? "True" : "False"),
                            std::string(24, 'x'), trial % 5 == 0 ? 2 : 1);
    for (int k = 0; k < 2; ++k) bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 7);
    if (trial % 3 == 0) bytes.resize(random() % bytes.size());
    const std::string message = refused(bytes);
    CHECK((message.starts_with(": ") || message == "no path: no error"));
    refusals += message.starts_with(": ");
  }
  CHECK(refusals > 1000);
}

TEST_CASE("arrays larger than what is read at once are read piece by piece, plain, compressed, and from a pipe") {
  constexpr std::size_t count = 70'001;  // odd, and more than two pieces of any type
  std::string floats, doubles, integers, turned;
  Buffer<double> expected;
  Buffer<float> rounded;
  for (std::size_t i = 0; i < count; ++i) {
    const double v = static_cast<double>(i * 7919 % 65'521) / 4;
    expected.push_back(v);
    rounded.push_back(static_cast<float>(v));
    const auto put = [](std::string& to, auto value, bool big = false) {
      std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
      if (big) std::reverse(bytes.begin(), bytes.end());
      to += bytes;
    };
    put(floats, static_cast<float>(v));
    put(doubles, v);
    put(integers, static_cast<std::uint16_t>(4 * v));
    put(turned, v, true);
  }
  const std::string shape = "(70001,)";
  CHECK(values<float>(npy(dictionary("<f4", shape), floats)) == rounded);
  CHECK(values<float>(npy(dictionary("<f8", shape), doubles)) == rounded);
  CHECK(values<double>(npy(dictionary("<f4", shape), floats)) == expected);
  CHECK(values<double>(npy(dictionary(">f8", shape), turned)) == expected);
  CHECK(values<double>(npy(dictionary("<f8", shape), doubles, 2)) == expected);
  const auto whole = values<std::int32_t>(npy(dictionary("<u2", shape), integers));
  REQUIRE(whole.size() == count);
  for (std::size_t i = 0; i < count; ++i) CHECK_UNARY(whole[i] == 4 * expected[i]);
#if TUTTI_HAS_ZLIB
  CHECK(values<float>(compressed(npy(dictionary("<f8", shape), doubles))) == rounded);
#endif
  const TemporaryFile place("", "pipe.npy");
  const std::string pipe = place.path + ".fifo";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << npy(dictionary("<f4", shape), floats); });
  const auto piped = read_npy_array<float>(pipe).values;
  writer.join();
  std::filesystem::remove(pipe);
  CHECK(piped == rounded);
}

TEST_CASE("of a large file as well, other than the promised bytes, a number that does not fit and the limit are refused") {
  const std::string bytes(400'000, '\1');
  CHECK(refused(npy(dictionary("|u1", "(400001,)"), bytes)) ==
        ": the header promises 400001 numbers of 1 bytes, but 400000 bytes follow");
  CHECK(refused(npy(dictionary("|u1", "(399999,)"), bytes)) ==
        ": the header promises 399999 numbers of 1 bytes, but 400000 bytes follow");
  std::string odd = bytes;
  odd[200'000 + 3] = '\x7F';  // the upper byte of one of 2
  const TemporaryFile file(npy(dictionary("<u2", "(2, 100000)"), odd), "x.npy");
  CHECK(refusal_of(file, [&] { read_npy_array<std::int8_t>(file.path); }) ==
        ": row 0, number 0: expected a whole number from -128 to 127, got 257");
  CHECK(refusal_of(file, [&] { read_npy_array<std::uint16_t>(file.path, {.limit = 300'000}); }) ==
        ": holds more than the limit of 300000 bytes");
  std::string huge;
  for (int i = 0; i < 40'000; ++i) {
    const double value = i == 39'999 ? 1e300 : i % 3 == 0 ? std::numeric_limits<double>::infinity() : i;
    huge.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  const TemporaryFile large(npy(dictionary("<f8", "(40000,)"), huge), "x.npy");
  CHECK(refusal_of(large, [&] { read_npy_array<float>(large.path); }).starts_with(": row 39999: expected a number from -3.40282347e+38 to"));
  CHECK(read_npy_array<double>(large.path).values[39'999] == 1e300);
  std::string one(400'000, '\0');
  one[399'999] = '\1';  // the last number is 256
  const TemporaryFile last(npy(dictionary("<u2", "(2, 100000)"), one), "x.npy");
  CHECK(refusal_of(last, [&] { read_npy_array<std::uint8_t>(last.path); }) ==
        ": row 1, number 99999: expected a whole number from 0 to 255, got 256");
}
