// SPDX-License-Identifier: Apache-2.0
// Arrays of NumPy, which rival_numpy.py reads as well, and the IDX files of MNIST.
#include <tutti/data/idx.hpp>
#include <tutti/data/npz.hpp>
#include <tutti/data/write_npy.hpp>

#include "files.hpp"

#include <cmath>
#include <cstring>

namespace {

using namespace tutti;

template <class T> Buffer<T> numbers(std::size_t count) {
  Random random(3);
  Buffer<T> values(count);
  for (T& v : values) v = static_cast<T>(std::round(1000 * static_cast<double>(random.uniform())) / 8);
  return values;
}

/// A ZIP archive of one file "x.npy", compressed as numpy.savez_compressed does it.
std::string archive_of(const std::string& npy) {
  std::string packed(compressBound(static_cast<uLong>(npy.size())), '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(npy.data()));
  stream.avail_in = static_cast<uInt>(npy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  const auto put = [](std::string& to, std::uint64_t value, int bytes) {
    for (int b = 0; b < bytes; ++b) to += static_cast<char>(value >> (8 * b));
  };
  const std::string name = "x.npy";
  std::string common;  // of both headers: version, flags, method, time, date, checksum, sizes, lengths of name and extra
  put(common, 20, 2), put(common, 0, 2), put(common, 8, 2), put(common, 0, 4);
  put(common, crc32(0, reinterpret_cast<const Bytef*>(npy.data()), static_cast<uInt>(npy.size())), 4);
  put(common, packed.size(), 4), put(common, npy.size(), 4), put(common, name.size(), 2), put(common, 0, 2);
  std::string zip = "PK\3\4" + common + name + packed;
  const std::size_t directory = zip.size();
  zip += "PK\1\2";
  put(zip, 20, 2);
  zip += common;
  put(zip, 0, 14);
  zip += name;
  const std::size_t end = zip.size();
  zip += "PK\5\6";
  put(zip, 0, 4), put(zip, 1, 2), put(zip, 1, 2), put(zip, end - directory, 4), put(zip, directory, 4), put(zip, 0, 2);
  return zip;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// 60 000 pictures of 28 x 28, half of them paper.
std::string idx() {
  std::string file("\0\0\x8\x3\0\0\xEA\x60\0\0\0\x1C\0\0\0\x1C", 16);
  Random random(4);
  for (int i = 0; i < 60'000 * 28 * 28; ++i) file += static_cast<char>(i / 14 % 2 == 0 ? 0 : random.below(256));
  return file;
}

}  // namespace

void add_array_rows() {
  constexpr std::ptrdiff_t rows = 600'000, columns = 20;
  constexpr auto count = static_cast<std::size_t>(rows * columns);
  if (!std::filesystem::exists("data/floats.npy")) write_npy("data/floats.npy", numbers<float>(count), {rows, columns});
  if (!std::filesystem::exists("data/doubles.npy")) write_npy("data/doubles.npy", numbers<double>(count), {rows, columns});
  if (!std::filesystem::exists("data/floats.npz")) files::write("data/floats.npz", archive_of(content("data/floats.npy")));
  constexpr double floats = 4.0 * count, doubles = 8.0 * count, pixels = 60'000.0 * 28 * 28;
  files::add("npy of floats to rows", floats, [] { return read_npy<Row<Dynamic>>("data/floats.npy"); });
  files::add("npy of doubles to rows", doubles, [] { return read_npy<Row<Dynamic>>("data/doubles.npy"); });
  files::add("npz of floats, compressed, to rows", floats, [] { return read_npz<Row<Dynamic>>("data/floats.npz", "x"); });
  if (!std::filesystem::exists("data/images.idx.gz")) files::compress("data/images.idx.gz", idx());
  files::add("idx of images, gzip", pixels, [] { return read_idx<Image<1, 28, 28>>("data/images.idx.gz"); });
}
