// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/npy.hpp>
#include <tutti/data/write_npy.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace tutti;

TEST_CASE_TEMPLATE("what is written is read again", T, float, double, std::int8_t, std::uint8_t, std::int16_t,
                   std::uint32_t, std::int64_t) {
  const TemporaryFile file("", "x.npy");
  const std::vector<T> numbers{0, 1, 2, 3, std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest()};
  write_npy(file.path, numbers, {3, 1, 2});
  const auto again = read_npy_array<T>(file.path);
  CHECK(again.axes == Buffer<std::uint64_t>{3, 1, 2});
  CHECK(again.values == numbers);
}

TEST_CASE("an array, a list, a matrix of predictions are written with their extents") {
  const TemporaryFile file("", "x.npy");
  write_npy(file.path, std::array<bool, 3>{true, false, true});
  CHECK(read_npy_array<int>(file.path).axes == Buffer<std::uint64_t>{3});
  CHECK(read_npy_array<int>(file.path).values == Buffer<int>{1, 0, 1});
  const float p[] = {0.25f, 0.75f, 1, 0};
  write_npy(file.path, Rows<const float>(p, 2, 2));
  CHECK(read_npy<Row<2>>(file.path).x(0)[1] == 0.75f);
}

TEST_CASE("the bytes are those that NumPy writes") {
  const TemporaryFile file("", "x.npy");
  write_npy(file.path, std::vector<float>{1, 2}, {2});
  std::string expected("\x93NUMPY\1\0\x76\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 67);
  expected.append(127 - 67, ' ') += '\n';
  CHECK(read_file(file.path) == expected + std::string("\0\0\x80\x3F\0\0\0\x40", 8));
}

TEST_CASE("extents that are not those of the numbers and files that cannot be written are refused") {
  const TemporaryFile file("as it was", "x.npy");
  const std::vector<float> numbers{1, 2, 3};
  CHECK(refusal<DataError>([&] {
          write_npy(file.path, numbers, {2, 2});
        }) == "write_npy: expected 4 numbers for the shape (2, 2, ), got 3");
  CHECK(refusal<DataError>([&] { write_npy(file.path, numbers, {-3}); }) ==
        "write_npy: expected extents that are not negative, got -3");
  CHECK(read_file(file.path) == "as it was");
  CHECK(refusal<FileError>([&] { write_npy("no/such/folder/x.npy", numbers); }) ==
        "no/such/folder/x.npy: cannot be written: No such file or directory");
}
